//! What `cargo metadata` cannot see: ways out of the process in the sources of the inner crates, and
//! dependencies that are passed on under another name.

use std::path::Path;

use anyhow::Result;
use cargo_metadata::Package;

use super::table::{self, Exit};
use crate::rust_source;
use crate::workspace::{self, File, Finding};

/// Checks the sources of every crate.
pub(super) fn findings(packages: &[Package]) -> Result<Vec<Finding>> {
    let files = workspace::files()?;
    let root = workspace::root();
    let mut findings = Vec::new();
    for package in packages {
        let folder = package.manifest_path.as_std_path().parent().unwrap_or(Path::new(""));
        let sources = folder.strip_prefix(&root).unwrap_or(folder).join("src");
        let dependencies: Vec<String> = package
            .dependencies
            .iter()
            .map(|dependency| dependency.name.replace('-', "_"))
            .collect();
        let inner = table::INNER_CRATES.contains(&package.name.as_str());
        for file in files.iter().filter(|file| is_source(file, &sources)) {
            let code = rust_source::without_tests(&rust_source::mask(&file.text));
            if inner {
                findings.extend(exits(&file.path, &code));
            }
            findings.extend(passed_on(&file.path, &code, &dependencies));
        }
    }
    Ok(findings)
}

fn is_source(file: &File, sources: &Path) -> bool {
    file.extension() == "rs" && Path::new(&file.path).starts_with(sources)
}

/// Where a path such as `std::fs` is named, alone or in a group such as `std::{fmt, fs}`, or a type by its
/// name.
fn exits(path: &str, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exit in table::EXITS {
        let (base, module) = exit.path.split_once("::").unwrap_or((exit.path, ""));
        for word in rust_source::words(code).filter(|word| &code[word.clone()] == base) {
            let rest = code[word.end..].trim_start().strip_prefix("::").map(str::trim_start);
            if module.is_empty() || rest.is_some_and(|rest| names(rest, module)) {
                findings.push(leak(path, rust_source::line_of(code, word.start), exit));
            }
        }
    }
    findings
}

fn leak(path: &str, line: usize, exit: &Exit) -> Finding {
    Finding::at(path, line, format!("an inner crate names {}: {}", exit.path, exit.instead))
}

/// Whether a path that goes on with `rest` leads to `module`.
fn names(rest: &str, module: &str) -> bool {
    if !rest.starts_with('{') {
        return first_word(rest) == Some(module);
    }
    let group = &rest[1..rust_source::matching(rest, 0).unwrap_or(rest.len())];
    let mut depth = 0_usize;
    let mut item_starts = true;
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => item_starts = true,
            _ if character.is_whitespace() || !item_starts => {}
            _ => {
                item_starts = false;
                if first_word(&group[position..]) == Some(module) {
                    return true;
                }
            }
        }
    }
    false
}

/// `pub use` of a dependency: an arrow that nobody sees in the manifest of whoever uses it.
fn passed_on(path: &str, code: &str, dependencies: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let words: Vec<_> = rust_source::words(code).collect();
    for pair in words.windows(2) {
        if &code[pair[0].clone()] != "pub" || !matches!(&code[pair[1].clone()], "use" | "extern") {
            continue;
        }
        // `pub(crate) use` is no re-export; its words are not neighbours.
        if !code[pair[0].end..pair[1].start].trim().is_empty() {
            continue;
        }
        let target = code[pair[1].end..].trim_start().trim_start_matches("::");
        let target = target
            .strip_prefix("crate ")
            .filter(|_| &code[pair[1].clone()] == "extern")
            .unwrap_or(target);
        if let Some(name) =
            first_word(target).filter(|name| dependencies.iter().any(|known| known == name))
        {
            let line = rust_source::line_of(code, pair[0].start);
            let message = format!(
                "`pub use` passes the dependency {name} on: whoever needs it depends on it"
            );
            findings.push(Finding::at(path, line, message));
        }
    }
    findings
}

fn first_word(text: &str) -> Option<&str> {
    rust_source::words(text).next().filter(|word| word.start == 0).map(|word| &text[word])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_out_are_seen_alone_and_in_groups() {
        let bad = "use std::{fmt, collections::{BTreeMap, env}, fs::File};\nlet a = std :: env::var(1);\nuse ::tokio::net;\nuse std::net::{IpAddr, TcpStream};\n";
        assert_eq!(exits("a.rs", bad).len(), 4);
        let good = "use std::{fmt, io::{self, net}};\nuse crate::fs;\nlet std = other::fs::x();\nuse std::sync;\n";
        assert_eq!(exits("a.rs", good), []);
    }

    #[test]
    fn passing_a_dependency_on_is_seen() {
        let dependencies = ["tokio".to_owned(), "claviger_model".to_owned()];
        let bad =
            "pub use claviger_model::Id;\npub use ::tokio as runtime;\npub extern crate tokio;\n";
        assert_eq!(passed_on("a.rs", bad, &dependencies).len(), 3);
        let good = "use tokio::sync;\npub(crate) use tokio::sync;\npub use crate::tokio;\npub use model::Id;\n";
        assert_eq!(passed_on("a.rs", good, &dependencies), []);
    }
}
