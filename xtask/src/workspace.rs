//! Where the workspace is and which files belong to it.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The root of the workspace: the folder above this crate's.
pub(crate) fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let mut root = PathBuf::from(manifest);
    root.pop();
    root
}

/// The folder where cargo puts what it builds: `target` unless `CARGO_TARGET_DIR` says otherwise.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The folder of the conformance vectors, which are no part of the project: they lie beside it unless `CLAVIGER_VECTORS` says
/// otherwise.
pub(crate) fn vectors() -> PathBuf {
    match std::env::var_os("CLAVIGER_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared/vectors"),
    }
}

/// One text file of the project.
pub(crate) struct File {
    /// Its path below the workspace root, with `/` between the parts.
    pub(crate) path: String,
    /// Its content.
    pub(crate) text: String,
}

impl File {
    /// The part of the name after the last dot, or nothing.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or("")
    }
}

/// Something that breaks a rule, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 stands for the whole file.
    line: usize,
    message: String,
}

impl Finding {
    /// A finding at one line, counted from 1.
    pub(crate) fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }

    /// A finding about a whole file.
    pub(crate) fn of(path: &str, message: impl Into<String>) -> Self {
        Self::at(path, 0, message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Every text file that git knows or would add: what is ignored is no part of the project, and what is
/// not UTF-8 is no text.
pub(crate) fn files() -> Result<Vec<File>> {
    let listed = process::output(process::command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
    ]))
    .context("the list of the project's files comes from git")?;
    let root = root();
    let mut files = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file that was deleted and not yet committed is still listed.
        let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

/// Prints the findings, sorted, and fails when there is one.
pub(crate) fn report(rule: &str, mut findings: Vec<Finding>) -> Result<()> {
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("{rule}: nothing found");
            Ok(())
        }
        1 => anyhow::bail!("{rule}: 1 finding"),
        count => anyhow::bail!("{rule}: {count} findings"),
    }
}
