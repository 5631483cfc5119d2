//! The rules of STYLE.md that a program can check.
//!
//! | file            | its rules                                                                       |
//! |-----------------|---------------------------------------------------------------------------------|
//! | `rust.rs`       | headers, file and function lengths, `#[allow]`, leftovers, module names         |
//! | `manifests.rs`  | inherited lints, dependencies in one place with a reason                        |
//! | `text.rs`       | trailing blanks, paths of a machine, hosts of a registry                        |
//! | `links.rs`      | relative links of the documents                                                 |
//! | `exceptions.rs` | the files and functions that may be longer, and why                             |

mod exceptions;
mod links;
mod manifests;
mod rust;
mod text;

use anyhow::Result;

use crate::workspace::{self, File, Finding};

/// Checks and prints what breaks a rule.
pub(crate) fn run() -> Result<()> {
    workspace::report("tidy", findings()?)
}

fn findings() -> Result<Vec<Finding>> {
    let files: Vec<File> = workspace::files()?;
    let mut findings = rust::findings(&files);
    findings.extend(manifests::findings(&files));
    findings.extend(text::findings(&files));
    findings.extend(links::findings(&files));
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_tidy() {
        let findings: Vec<String> =
            findings().expect("the files can be read").iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
