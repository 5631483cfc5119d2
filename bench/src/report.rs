//! The report: one table of figures, the raw loads behind them, and what they were measured on.

use std::fmt::Write;

use crate::{
    figure::{Figure, significant},
    load::{arrivals::Pace, measurement::Measurement},
};

/// What one workload found.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The figures to reach.
    pub figures: Vec<Figure>,
    /// The loads behind them.
    pub loads: Vec<Load>,
}

/// One load on one server, as the median of its rounds.
#[derive(Clone, Debug)]
pub struct Load {
    /// What was asked.
    pub what: String,
    /// Who was asked.
    pub server: &'static str,
    /// Over how many connections.
    pub connections: usize,
    /// Closed or open loop.
    pub pace: Pace,
    /// What came of it.
    pub measurement: Measurement,
}

/// Everything that a run found.
pub struct Report {
    /// What it was measured on.
    pub machine: String,
    /// What was measured, and in which version.
    pub versions: Vec<String>,
    /// How long and how often each load ran.
    pub effort: String,
    /// Each workload's name and what it found, in their order.
    pub sections: Vec<(&'static str, Section)>,
}

impl Report {
    /// The report as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut page = String::from("# Results\n\n");
        page.push_str(
            "Written by `claviger-bench run`; how to read it is in [README.md](README.md).\n\n",
        );
        let _ = writeln!(page, "- Machine: {}", self.machine);
        let _ = writeln!(page, "- Versions: {}", self.versions.join("; "));
        let _ = writeln!(page, "- Effort: {}", self.effort);
        let _ = writeln!(page, "- Figures: {}\n", self.tally());
        page.push_str("## Figures\n\n");
        page.push_str("| workload | figure | target | measured | verdict | raw numbers |\n");
        page.push_str("|---|---|---|---|---|---|\n");
        for (name, section) in &self.sections {
            for figure in &section.figures {
                page.push_str(&figure_row(name, figure));
            }
        }
        page.push_str("\n## Loads\n\n");
        page.push_str("| load | server | connections | pace | requests/s | median µs | p99 µs | ");
        page.push_str(
            "server CPU µs/request | server peak MiB | generator cores | requests | errors |\n",
        );
        page.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for load in self.sections.iter().flat_map(|(_, section)| &section.loads) {
            page.push_str(&load_row(load));
        }
        page
    }

    /// How many figures have a target, and how many reach it.
    pub fn tally(&self) -> String {
        let figures = self.sections.iter().flat_map(|(_, section)| &section.figures);
        let (mut met, mut not_met, mut missing) = (0, 0, 0);
        for figure in figures {
            match (figure.is_met(), figure.verdict()) {
                (Some(true), _) => met += 1,
                (Some(false), _) => not_met += 1,
                (None, "not measured") => missing += 1,
                (None, _) => {}
            }
        }
        format!("{met} met, {not_met} not met, {missing} not measured")
    }
}

/// One row for a figure.
pub fn figure_row(workload: &str, figure: &Figure) -> String {
    let unit = figure.target.unit();
    let measured = figure.measured.map_or_else(|| "–".to_owned(), |value| unit.display(value));
    format!(
        "| {workload} | {} | {} | {measured} | {} | {} |\n",
        cell(&figure.what),
        figure.target,
        figure.verdict(),
        cell(&figure.detail),
    )
}

/// One row for a load.
pub fn load_row(load: &Load) -> String {
    let pace = match load.pace {
        Pace::Closed => "closed".to_owned(),
        Pace::Open { per_second } => format!("open, {per_second:.0}/s"),
    };
    let Measurement {
        requests,
        errors,
        first_error,
        rate,
        median_microseconds,
        p99_microseconds,
        cpu_microseconds,
        generator_cores,
        peak_mebibytes,
    } = &load.measurement;
    let errors = match first_error {
        Some(error) => format!("{errors}: {}", cell(error)),
        None => errors.to_string(),
    };
    format!(
        "| {} | {} | {} | {pace} | {} | {} | {} | {} | {} | {} | {requests} | {errors} |\n",
        cell(&load.what),
        load.server,
        load.connections,
        significant(*rate),
        significant(*median_microseconds),
        significant(*p99_microseconds),
        significant(*cpu_microseconds),
        significant(*peak_mebibytes),
        significant(*generator_cores),
    )
}

/// Text that stays in one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Target, Unit};

    fn load() -> Load {
        Load {
            what: "encrypt 1 KiB".into(),
            server: "Claviger",
            connections: 32,
            pace: Pace::Open { per_second: 1000.0 },
            measurement: Measurement {
                requests: 5000,
                errors: 1,
                first_error: Some("status 500: a|b\nc".into()),
                rate: 999.9,
                median_microseconds: 88.04,
                p99_microseconds: 1234.0,
                cpu_microseconds: 15.55,
                generator_cores: 0.25,
                peak_mebibytes: 23.0,
            },
        }
    }

    fn report() -> Report {
        let figures = vec![
            Figure::measured("rate", Target::AtLeast(0.7, Unit::Times), 0.81, "81 of 100"),
            Figure::measured("cost", Target::AtMost(1.5, Unit::Times), 2.0, "a | b"),
            Figure::missing("peer", Target::AtMost(1.0, Unit::Times), "no peer"),
            Figure::measured("extra", Target::Information(Unit::Seconds), 1.0, ""),
        ];
        Report {
            machine: "a processor".into(),
            versions: vec!["claviger 0.1.0".into(), "OpenBao v2".into()],
            effort: "3 rounds".into(),
            sections: vec![("single", Section { figures, loads: vec![load()] })],
        }
    }

    #[test]
    fn the_page_has_a_row_for_each_figure_and_load() {
        let page = report().to_markdown();
        for row in [
            "- Versions: claviger 0.1.0; OpenBao v2\n",
            "- Figures: 1 met, 1 not met, 1 not measured\n",
            "| single | rate | ≥ 0.7 × | 0.81 × | met | 81 of 100 |\n",
            "| single | cost | ≤ 1.5 × | 2 × | **not met** | a \\| b |\n",
            "| single | peer | ≤ 1 × | – | not measured | no peer |\n",
            "| single | extra | – | 1 s | – |  |\n",
            "| encrypt 1 KiB | Claviger | 32 | open, 1000/s | 1000 | 88 | 1234 | 15.6 | 23 | 0.25 | \
             5000 | 1: status 500: a\\|b c |\n",
        ] {
            assert!(page.contains(row), "{row} is not in\n{page}");
        }
    }

    #[test]
    fn every_row_has_as_many_cells_as_its_heading() {
        let page = report().to_markdown();
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        for table in page.split("\n\n").filter(|block| block.starts_with('|')) {
            let mut lines = table.trim_end().lines();
            let heading = lines.next().map(cells);
            for line in lines {
                assert_eq!(Some(cells(line)), heading, "{line}");
            }
        }
    }
}
