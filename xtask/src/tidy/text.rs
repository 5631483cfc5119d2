//! Rules about every text file that people write: no trailing blanks, and nothing that is true on one
//! machine only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::workspace::{File, Finding};

/// What people write. Recorded exchanges and vectors keep their bytes.
const WRITTEN: &[&str] = &["html", "md", "proto", "rs", "sh", "sql", "toml", "yaml", "yml"];

/// Where a machine keeps its own. Split, so that this file does not name them.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];

/// Hosts that may be named: they are the same for everybody.
const PUBLIC_HOSTS: &[&str] = &["crates.io", "github.com", "index.crates.io", "static.crates.io"];

/// Checks every written file.
pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let hosts = registry_hosts();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| is_written(&file.path)) {
        check(file, &hosts, &mut findings);
    }
    findings
}

fn check(file: &File, hosts: &BTreeSet<String>, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.lines().enumerate() {
        let mut found =
            |message: String| findings.push(Finding::at(&file.path, index + 1, message));
        if line.ends_with([' ', '\t', '\r']) {
            found("blanks at the end of the line".to_owned());
        }
        if let Some(path) = MACHINE_PATHS.iter().find(|path| has_path(line, path)) {
            found(format!("`{path}` is the path of one machine"));
        }
        if hosts.iter().any(|host| line.contains(host.as_str())) {
            found("the host of a registry mirror is the setting of one machine".to_owned());
        }
    }
    if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
        findings.push(Finding::of(&file.path, "a file ends with one line feed"));
    }
}

/// Whether the line names the path itself and not a longer path that ends like it.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|character| {
            character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '}' | '~')
        })
    })
}

fn is_written(path: &str) -> bool {
    let path = Path::new(path);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    WRITTEN.contains(&extension) || name == "justfile" || path == Path::new(".ci/run")
}

/// The hosts that this machine's cargo is told to take crates from, where it is told so.
fn registry_hosts() -> BTreeSet<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let settings = home
        .and_then(|home| std::fs::read_to_string(home.join("config.toml")).ok())
        .unwrap_or_default();
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?;
        let registry = name.starts_with("CARGO_SOURCE_") || name.starts_with("CARGO_REGISTRIES_");
        registry.then(|| value.to_string_lossy().into_owned())
    });
    std::iter::once(settings).chain(variables).flat_map(|text| hosts(&text)).collect()
}

/// The hosts of the addresses in a text, public ones left out.
fn hosts(text: &str) -> Vec<String> {
    text.split("://")
        .skip(1)
        .filter_map(|rest| rest.split(['/', '"', '\'', ' ', '\n', ':']).next())
        .filter(|host| host.contains('.') && !PUBLIC_HOSTS.contains(host))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let hosts = hosts("registry = \"sparse+https://mirror.example:8080/index/\"");
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let mut findings = Vec::new();
        check(&file, &hosts.into_iter().collect(), &mut findings);
        findings.len()
    }

    #[test]
    fn each_rule_finds_its_breach() {
        let [first, ..] = MACHINE_PATHS else { unreachable!("the list is not empty") };
        assert_eq!(found("a.md", "blank \n"), 1);
        assert_eq!(found("a.md", "no line feed"), 1);
        assert_eq!(found("a.md", "two\n\n"), 1);
        assert_eq!(found("a.md", &format!("see {first}x\n")), 1);
        assert_eq!(found("a.md", "from mirror.example\n"), 1);
        assert_eq!(found("a.md", &format!("see ~{first}x and net{first}y\n")), 0);
    }

    #[test]
    fn public_hosts_may_be_named() {
        assert_eq!(hosts("https://github.com/rust-lang/crates.io-index"), Vec::<String>::new());
        assert_eq!(hosts("sparse+https://mirror.example/x"), ["mirror.example"]);
    }
}
