//! Rules about Rust sources.

use std::path::Path;

use super::exceptions::{EXCEPTIONS, Exception, FILE_LINES, FUNCTION_LINES, GENERATED_FOLDER};
use crate::rust_source;
use crate::workspace::{File, Finding};

/// Names that say where something was put and not what it is.
const DRAWER_NAMES: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// Macros that mark something as unfinished.
const LEFTOVERS: &[&str] = &["dbg", "todo", "unimplemented"];

/// Checks every Rust source.
pub(super) fn findings(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "rs") {
        check(file, EXCEPTIONS, &mut findings);
    }
    findings.extend(stale(files, EXCEPTIONS));
    findings
}

fn check(file: &File, exceptions: &[Exception], findings: &mut Vec<Finding>) {
    let File { path, text } = file;
    if !text.starts_with("//!") {
        findings.push(Finding::at(path, 1, "a file starts with `//!` and says what it is for"));
    }
    let lines = text.lines().count();
    let limit = limit(exceptions, path, None, FILE_LINES);
    if lines > limit && !path.contains(GENERATED_FOLDER) {
        findings.push(Finding::of(path, format!("{lines} lines, and a file has at most {limit}")));
    }
    if let Some(name) = drawer_name(path) {
        findings.push(Finding::of(path, format!("`{name}` says nothing about what is in it")));
    }
    let code = rust_source::mask(text);
    check_words(path, &code, findings);
    if !is_test(path) {
        check_functions(path, &code, exceptions, findings);
    }
}

fn check_words(path: &str, code: &str, findings: &mut Vec<Finding>) {
    for word in rust_source::words(code) {
        let (before, name, after) = (&code[..word.start], &code[word.clone()], &code[word.end..]);
        let message = match name {
            "allow"
                if after.starts_with('(')
                    && (before.ends_with("#[") || before.ends_with("#![")) =>
            {
                "an exception is `#[expect(…, reason = \"…\")]`, which ends with its cause"
                    .to_owned()
            }
            "mod" => match rust_source::words(after).next().map(|name| &after[name]) {
                Some(module) if DRAWER_NAMES.contains(&module) => {
                    format!("`mod {module}` says nothing about what is in it")
                }
                _ => continue,
            },
            name if LEFTOVERS.contains(&name) && after.starts_with('!') => {
                format!("`{name}!` is a leftover")
            }
            _ => continue,
        };
        findings.push(Finding::at(path, rust_source::line_of(code, word.start), message));
    }
}

fn check_functions(path: &str, code: &str, exceptions: &[Exception], findings: &mut Vec<Finding>) {
    for function in rust_source::functions(&rust_source::without_tests(code)) {
        let limit = limit(exceptions, path, Some(&function.name), FUNCTION_LINES);
        if function.lines > limit {
            let (name, lines) = (&function.name, function.lines);
            let message = format!("`{name}` has {lines} lines, and a function has at most {limit}");
            findings.push(Finding::at(path, function.line, message));
        }
    }
}

fn limit(exceptions: &[Exception], path: &str, function: Option<&str>, usual: usize) -> usize {
    exceptions
        .iter()
        .find(|exception| exception.path == path && exception.function == function)
        .map_or(usual, |exception| exception.lines)
}

/// Exceptions that nothing needs, or that give no reason.
fn stale(files: &[File], exceptions: &[Exception]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exception in exceptions {
        let name = exception.function.unwrap_or("the file");
        if exception.reason.is_empty() {
            findings.push(Finding::of(
                exception.path,
                format!("the exception for {name} has no reason"),
            ));
        }
        let mut without = Vec::new();
        for file in files.iter().filter(|file| file.path == exception.path) {
            check(file, &[], &mut without);
        }
        let needed = without.iter().any(|finding| match exception.function {
            None => finding.to_string().contains("a file has at most"),
            Some(function) => finding.to_string().contains(&format!("`{function}` has ")),
        });
        if !needed {
            findings.push(Finding::of(
                exception.path,
                format!("the exception for {name} is not needed"),
            ));
        }
    }
    findings
}

fn drawer_name(path: &str) -> Option<&str> {
    Path::new(path)
        .iter()
        .filter_map(|part| part.to_str())
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .find(|part| DRAWER_NAMES.contains(part))
}

/// Whether a whole file is test code: it lies in a `tests` folder or is a test module of its own.
fn is_test(path: &str) -> bool {
    Path::new(path).iter().filter_map(|part| part.to_str()).any(|part| {
        let part = part.strip_suffix(".rs").unwrap_or(part);
        part == "tests" || part.ends_with("_tests")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str, exceptions: &[Exception]) -> Vec<String> {
        let mut findings = Vec::new();
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&file, exceptions, &mut findings);
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn each_rule_finds_its_breach() {
        for (path, text, part) in [
            ("a.rs", "fn a() {}\n", "starts with"),
            ("src/utils.rs", "//! x\n", "`utils` says nothing"),
            ("src/helpers/a.rs", "//! x\n", "`helpers` says nothing"),
            ("a.rs", "//! x\nmod common;\n", "a.rs:2: `mod common`"),
            ("a.rs", "//! x\n#![allow(dead_code)]\n", "a.rs:2: an exception is"),
            ("a.rs", "//! x\nfn a() { todo!() }\n", "a.rs:2: `todo!`"),
            ("a.rs", "//! x\nfn a() { dbg!(1); }\n", "a.rs:2: `dbg!`"),
        ] {
            let findings = found(path, text, &[]);
            assert_eq!(findings.len(), 1, "{path}: {findings:?}");
            assert!(findings[0].contains(part), "{findings:?}");
        }
        let quiet = "//! x\n// todo!() dbg!()\n/// #[allow(x)]\nconst A: &str = \"#[allow(a)] mod utils\";\n";
        assert_eq!(found("a.rs", quiet, &[]), Vec::<String>::new());
    }

    #[test]
    fn lengths_have_limits_and_exceptions() {
        let body = "    let _ = 1;\n".repeat(59);
        let long = format!("//! x\nfn long() {{\n{body}}}\n");
        assert_eq!(found("a.rs", &long, &[]).len(), 1);
        assert_eq!(found("tests/a.rs", &long, &[]).len(), 0);
        assert_eq!(found("a.rs", &format!("{long}#[cfg(test)]\nmod t {{}}\n"), &[]).len(), 1);
        let exceptions =
            [Exception { path: "a.rs", function: Some("long"), lines: 61, reason: "one table" }];
        assert_eq!(found("a.rs", &long, &exceptions).len(), 0);
        let files = [File { path: "a.rs".to_owned(), text: long }];
        assert_eq!(stale(&files, &exceptions), []);
        let short = [File { path: "a.rs".to_owned(), text: "//! x\nfn long() {}\n".to_owned() }];
        assert_eq!(stale(&short, &exceptions).len(), 1);
        assert_eq!(found("a.rs", &format!("//! x\n{}", "\n".repeat(500)), &[]).len(), 1);
    }
}
