//! Rules about `Cargo.toml` files and the lock files.

use std::path::Path;

use crate::workspace::{File, Finding};

/// The one place that crates of others come from, as lock files name it.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The one crate that calls a C library, and so can't inherit that `unsafe` is forbidden. It repeats the other lints.
const FOREIGN: &str = "crates/parametric/Cargo.toml";

/// Checks every manifest and lock file.
pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    foreign(files, &mut findings);
    for file in files {
        match Path::new(&file.path).file_name().and_then(|name| name.to_str()) {
            Some("Cargo.toml") if file.path == "Cargo.toml" => reasons(file, &mut findings),
            // The fuzz targets are no member of the workspace: they are built with flags of their own.
            Some("Cargo.toml") if file.path != "fuzz/Cargo.toml" => member(file, &mut findings),
            Some("Cargo.lock") => origins(file, &mut findings),
            _ => {}
        }
    }
    findings
}

/// Every dependency line of the workspace says what the dependency is for.
fn reasons(file: &File, findings: &mut Vec<Finding>) {
    for (number, line) in section(&file.text, "[workspace.dependencies]") {
        let own = line.contains("path = ");
        if !line.is_empty() && !line.starts_with('#') && !own && !line.contains(" # ") {
            let name = line.split_whitespace().next().unwrap_or_default();
            findings.push(Finding::at(
                &file.path,
                number,
                format!("{name}: say in a comment what it is for"),
            ));
        }
    }
}

/// The crate with `unsafe` code has every lint of the workspace but that one.
fn foreign(files: &[File], findings: &mut Vec<Finding>) {
    let manifest = |path| files.iter().find(|file| file.path == path);
    let (Some(root), Some(own)) = (manifest("Cargo.toml"), manifest(FOREIGN)) else { return };
    for (theirs, ours) in
        [("[workspace.lints.rust]", "[lints.rust]"), ("[workspace.lints.clippy]", "[lints.clippy]")]
    {
        for (_, line) in section(&root.text, theirs) {
            let lint = line.split('#').next().unwrap_or_default().trim();
            if lint.is_empty() || lint.starts_with("unsafe_code") {
                continue;
            }
            if !section(&own.text, ours).any(|(_, line)| line == lint) {
                findings.push(Finding::of(&own.path, format!("it must repeat the lint {lint}")));
            }
        }
    }
}

/// A member inherits the workspace's lints and takes its dependencies from the workspace.
fn member(file: &File, findings: &mut Vec<Finding>) {
    let inherits = file.path == FOREIGN
        || section(&file.text, "[lints]").any(|(_, line)| line == "workspace = true");
    if !inherits {
        findings.push(Finding::of(
            &file.path,
            "a crate inherits the lints: `[lints] workspace = true`",
        ));
    }
    for heading in ["[dependencies]", "[dev-dependencies]", "[build-dependencies]"] {
        for (number, line) in section(&file.text, heading) {
            let inherited = line.contains("workspace = true");
            if !line.is_empty() && !line.starts_with('#') && line.contains('=') && !inherited {
                let message =
                    "a dependency stands in the root manifest and is inherited: `workspace = true`";
                findings.push(Finding::at(&file.path, number, message));
            }
        }
    }
}

/// A lock file names crates.io and no mirror of it.
fn origins(file: &File, findings: &mut Vec<Finding>) {
    for (number, line) in numbered(&file.text) {
        let Some(source) = line.strip_prefix("source = ") else { continue };
        if source.trim_matches('"') != CRATES_IO {
            findings.push(Finding::at(
                &file.path,
                number,
                format!("a crate comes from crates.io only, not from {source}"),
            ));
        }
    }
}

/// The lines below one heading, up to the next.
fn section<'a>(text: &'a str, heading: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    numbered(text)
        .skip_while(move |(_, line)| *line != heading)
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['))
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let files = [File { path: path.to_owned(), text: text.to_owned() }];
        findings(&files).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_dependency_has_a_reason() {
        let good = "[workspace.dependencies]\nown = { path = \"x\" }\n# Group\na = \"1\" # for this\n[x]\nb = 1\n";
        assert_eq!(found("Cargo.toml", good), Vec::<String>::new());
        assert_eq!(found("Cargo.toml", "[workspace.dependencies]\na = \"1\"\n").len(), 1);
    }

    #[test]
    fn a_member_inherits() {
        let good = "[lints]\nworkspace = true\n\n[dependencies]\na.workspace = true\nb = { workspace = true, features = [\n    \"x\",\n] }\n";
        assert_eq!(found("crates/a/Cargo.toml", good), Vec::<String>::new());
        assert_eq!(found("crates/a/Cargo.toml", "[dependencies]\na = \"1\"\n").len(), 2);
    }

    #[test]
    fn the_foreign_crate_repeats_the_lints() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let root = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\na = \"warn\" # why\n";
        let count = |own| findings(&[file("Cargo.toml", root), file(FOREIGN, own)]).len();
        assert_eq!(count("[lints.rust]\na = \"warn\"\n"), 0);
        assert_eq!(count("[lints.rust]\nb = \"warn\"\n"), 1);
    }

    #[test]
    fn a_lock_file_names_crates_io() {
        assert_eq!(
            found("Cargo.lock", &format!("source = \"{CRATES_IO}\"\n")),
            Vec::<String>::new()
        );
        assert_eq!(
            found("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n").len(),
            1
        );
    }
}
