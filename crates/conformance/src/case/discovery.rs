//! Finds the cases below a directory, in the order in which they are replayed.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use anyhow::{Context, Result, bail};

use super::{CaseId, relative};

/// Every case below a directory: by folder, and within one in natural order, so that `-2` comes before `-10`.
///
/// # Errors
/// A directory that cannot be read, or that has no case.
pub(crate) fn discover(directory: &Path) -> Result<Vec<CaseId>> {
    let mut files = Vec::new();
    collect(directory, &mut files)?;
    let mut cases: Vec<CaseId> =
        files.into_iter().map(|file| CaseId { path: relative(directory, &file), file }).collect();
    if cases.is_empty() {
        bail!("there is no case (*.xml) below {}", directory.display());
    }
    cases.sort_by(|one, other| natural(&one.path, &other.path));
    Ok(cases)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(directory)
        .with_context(|| format!("cannot read the directory {}", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        // A link is not followed: two names for one case would run it twice.
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Compares names so that the numbers in them count as numbers.
fn natural(one: &str, other: &str) -> Ordering {
    parts(one).cmp(parts(other))
}

/// The runs of digits and of other characters of a name; digits come first, as they do in ASCII.
fn parts(name: &str) -> impl Iterator<Item = (bool, u64, &str)> {
    let mut rest = name;
    iter::from_fn(move || {
        let is_digit = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        let number = if is_digit { part.parse().unwrap_or(u64::MAX) } else { 0 };
        Some((!is_digit, number, part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names =
            ["SASED-M-3-13", "SASED-M-2-13", "SKFF-M-10-13", "SKFF-M-9-13", "1.10/A", "1.9/A"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(
            names,
            ["1.9/A", "1.10/A", "SASED-M-2-13", "SASED-M-3-13", "SKFF-M-9-13", "SKFF-M-10-13"]
        );
    }

    #[test]
    fn a_directory_without_cases_is_a_mistake() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(discover(directory.path()).is_err());
        fs::write(directory.path().join("A-M-1-10.xml"), "").expect("a file");
        fs::write(directory.path().join("README.md"), "").expect("a file");
        let cases = discover(directory.path()).expect("there is a case");
        assert_eq!(cases.iter().map(|case| case.path.as_str()).collect::<Vec<_>>(), ["A-M-1-10"]);
    }
}
