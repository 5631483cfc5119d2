//! What is told about a run: a line for each case, totals, and JUnit's XML.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::case::CaseId;
use crate::transport::Transport;

/// What became of a case.
pub(crate) struct Verdict {
    /// The case.
    pub(crate) case: CaseId,
    /// How its messages were sent.
    pub(crate) transport: Transport,
    /// The outcome.
    pub(crate) outcome: Outcome,
    /// How long it took.
    pub(crate) took: Duration,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every answer was the published one.
    Passed,
    /// An answer was not, and this was the first difference; or something else went wrong.
    Failed(String),
    /// It was not run, for this reason.
    Skipped(String),
}

impl Verdict {
    /// The line of the case.
    pub(crate) fn line(&self) -> String {
        let case = match self.transport {
            Transport::Tls => self.case.path.clone(),
            transport => format!("{} over {transport}", self.case.path),
        };
        match &self.outcome {
            Outcome::Passed => format!("ok   {case}"),
            Outcome::Failed(difference) => format!("FAIL {case} {difference}"),
            Outcome::Skipped(reason) => format!("skip {case} {reason}"),
        }
    }

    /// The version that the case's name ends with, such as `1.4`; else the version that its folder names.
    fn version(&self) -> String {
        let name = self.case.name();
        let digits = |part: &str| {
            let is_version = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_version
                .then(|| format!("{}.{}", part.get(..1).unwrap_or(""), part.get(1..).unwrap_or("")))
        };
        // "TC_51_11_Get_Usage_Allocation_Scenario" has it in the middle.
        let parts: Vec<&str> = name.split(['-', '_']).collect();
        let last = parts.last().and_then(|part| digits(part));
        last.or_else(|| parts.iter().skip(2).find_map(|part| digits(part)))
            .unwrap_or_else(|| self.case.suite().to_owned())
    }
}

/// How many cases passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Passed.
    pub(crate) passed: usize,
    /// Failed.
    pub(crate) failed: usize,
    /// Skipped.
    pub(crate) skipped: usize,
}

impl Count {
    /// Counts a case.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Skipped(_) => self.skipped += 1,
        }
    }
}

/// The totals of each version and profile, each version, and all.
pub(crate) fn totals<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>) -> String {
    let mut table: BTreeMap<String, BTreeMap<&str, Count>> = BTreeMap::new();
    for verdict in verdicts {
        let profiles = table.entry(verdict.version()).or_default();
        profiles.entry(verdict.case.profile()).or_default().add(&verdict.outcome);
    }
    let mut text = format!(
        "{:<10}{:<14}{:>8}{:>8}{:>9}\n",
        "version", "profile", "passed", "failed", "skipped"
    );
    let mut all = Count::default();
    for (version, profiles) in &table {
        let mut of_version = Count::default();
        for (profile, count) in profiles {
            row(&mut text, version, profile, *count);
            of_version = sum(of_version, *count);
        }
        row(&mut text, version, "all", of_version);
        all = sum(all, of_version);
    }
    row(&mut text, "all", "all", all);
    text
}

fn row(text: &mut String, version: &str, profile: &str, count: Count) {
    let Count { passed, failed, skipped } = count;
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{version:<10}{profile:<14}{passed:>8}{failed:>8}{skipped:>9}");
}

fn sum(one: Count, other: Count) -> Count {
    Count {
        passed: one.passed + other.passed,
        failed: one.failed + other.failed,
        skipped: one.skipped + other.skipped,
    }
}

/// The run as JUnit's XML: one suite for each folder and transport.
pub(crate) fn junit(verdicts: &[Verdict]) -> String {
    let mut suites: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        let suite = format!("{} over {}", verdict.case.suite(), verdict.transport);
        suites.entry(suite).or_default().push(verdict);
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (suite, verdicts) in suites {
        let mut count = Count::default();
        for verdict in &verdicts {
            count.add(&verdict.outcome);
        }
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
            escaped(&suite),
            verdicts.len(),
            count.failed,
            count.skipped
        );
        for verdict in verdicts {
            let _ = write!(
                xml,
                "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(&suite),
                escaped(verdict.case.name()),
                verdict.took.as_secs_f64()
            );
            let _ = match &verdict.outcome {
                Outcome::Passed => writeln!(xml, "/>"),
                Outcome::Failed(difference) => {
                    writeln!(xml, "><failure message=\"{}\"/></testcase>", escaped(difference))
                }
                Outcome::Skipped(reason) => {
                    writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(reason))
                }
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            // XML 1.0 has no way to write other control characters.
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn verdict(path: &str, outcome: Outcome) -> Verdict {
        let case = CaseId { file: PathBuf::new(), path: path.to_owned() };
        let took = Duration::from_millis(1_500);
        Verdict { case, transport: Transport::HttpJson, outcome, took }
    }

    #[test]
    fn a_run_is_counted_by_version_and_profile() {
        let verdicts = [
            verdict("1.4/mandatory/AKLC-M-1-14", Outcome::Passed),
            verdict("1.4/mandatory/AKLC-M-2-14", Outcome::Failed("x".to_owned())),
            verdict("testcases/1.4/TC-DERIVEKEY-1-11", Outcome::Passed),
            verdict(
                "testcases/1.1/TC_51_11_Get_Usage_Allocation",
                Outcome::Skipped("r".to_owned()),
            ),
        ];
        let totals = totals(&verdicts);
        let lines: Vec<String> = totals
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert!(lines.contains(&"1.4 AKLC 1 1 0".to_owned()), "{totals}");
        assert!(lines.contains(&"1.1 TC 1 0 1".to_owned()), "{totals}");
        assert!(lines.contains(&"all all 2 1 1".to_owned()), "{totals}");
    }

    #[test]
    fn what_stands_in_xml_is_escaped() {
        let verdicts =
            [verdict("1.4/A", Outcome::Failed("expected \"<a>\" & \u{1}\nmore".to_owned()))];
        let xml = junit(&verdicts);
        assert!(
            xml.contains("message=\"expected &quot;&lt;a&gt;&quot; &amp; \u{fffd}&#10;more\""),
            "{xml}"
        );
        assert!(xml.contains("tests=\"1\" failures=\"1\" skipped=\"0\""), "{xml}");
        assert!(xml.contains("time=\"1.500\""), "{xml}");
    }
}
