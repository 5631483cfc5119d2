//! Relative links of the documents lead to files that exist.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::workspace::{File, Finding};

/// Checks the links of every Markdown file.
pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files {
        known.extend(Path::new(&file.path).ancestors().map(Path::to_path_buf));
    }
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "md") {
        for (line, target) in links(&file.text) {
            if is_relative(&target) && !leads_to(&known, &file.path, &target) {
                findings.push(Finding::at(
                    &file.path,
                    line,
                    format!("the link `{target}` leads nowhere"),
                ));
            }
        }
    }
    findings
}

/// Every `[text](target)` outside code, with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose = without_code(line);
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            links.push((index + 1, target.trim_matches(['<', '>']).to_owned()));
        }
    }
    links
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

fn is_relative(target: &str) -> bool {
    !target.is_empty()
        && !target.starts_with('#')
        && !target.contains("://")
        && !target.starts_with("mailto:")
}

fn leads_to(known: &BTreeSet<PathBuf>, document: &str, target: &str) -> bool {
    let target = target.split('#').next().unwrap_or_default();
    let folder = Path::new(document).parent().unwrap_or(Path::new(""));
    let mut resolved = PathBuf::new();
    for part in folder.join(target).components() {
        match part {
            Component::Normal(part) => resolved.push(part),
            Component::ParentDir if !resolved.pop() => return false,
            Component::ParentDir | Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    known.contains(&resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed() {
        let document = "[a](../README.md) [b](adding/door.md#x) [c](https://example.org) [d](#here)\n\
                        `[e](no.md)`\n```\n[f](no.md)\n```\n[g](no.md) [h](../../no.md) [i](/README.md) [j](adding/)\n";
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let files =
            [file("docs/a.md", document), file("README.md", ""), file("docs/adding/door.md", "")];
        let found: Vec<String> = findings(&files).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            [
                "docs/a.md:6: the link `no.md` leads nowhere",
                "docs/a.md:6: the link `../../no.md` leads nowhere",
                "docs/a.md:6: the link `/README.md` leads nowhere",
            ]
        );
    }
}
