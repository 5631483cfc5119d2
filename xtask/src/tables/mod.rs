//! `cargo xtask tables`: the Rust of the KMIP tables, from the facts of each version.
//!
//! `crates/wire/ttlv/tables` holds one file per version of the specification, with its tags, enumerations, bit masks and
//! attributes. What is generated is committed, so that a build needs no generator; a test compares the two.
//!
//! | file          | what it does                                                  |
//! |---------------|---------------------------------------------------------------|
//! | `facts.rs`    | reads the files and lays the versions over each other         |
//! | `spelling.rs` | how a name of the specification is spelt in messages and Rust |
//! | `rust.rs`     | writes the Rust                                               |

mod facts;
mod rust;
mod spelling;

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::{process, workspace};

/// Where the facts are.
const FACTS: &str = "crates/wire/ttlv/tables";

/// Where the generated files go.
const GENERATED: &str = "crates/wire/ttlv/src/generated";

/// Writes the generated files.
///
/// # Errors
///
/// When the facts cannot be read or contradict each other, and when a file cannot be written.
pub(crate) fn run() -> Result<()> {
    for (path, text) in generate()? {
        fs::write(workspace::root().join(&path), text).with_context(|| path.clone())?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Compares the generated files with what the facts give now.
///
/// # Errors
///
/// As [`run`]; and the file that is out of date.
pub(crate) fn check() -> Result<()> {
    for (path, text) in generate()? {
        let committed = fs::read_to_string(workspace::root().join(&path)).unwrap_or_default();
        ensure!(committed == text, "{path} is out of date: run `cargo xtask tables`");
    }
    println!("tables: up to date");
    Ok(())
}

/// The paths and texts of the generated files, formatted.
fn generate() -> Result<Vec<(String, String)>> {
    let facts = facts::read(&workspace::root().join(FACTS))?;
    let files = rust::files(&facts)?;
    files
        .into_iter()
        .map(|(name, text)| Ok((format!("{GENERATED}/{name}"), formatted(&text)?)))
        .collect()
}

/// The text as rustfmt would have it.
fn formatted(text: &str) -> Result<String> {
    let mut command = process::command("rustfmt");
    command.args(["--edition", "2024", "--config-path", "rustfmt.toml"]);
    let mut rustfmt = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start rustfmt")?;
    let mut input = rustfmt.stdin.take().context("rustfmt has no input")?;
    let text = text.to_owned();
    // rustfmt reads everything before it writes, but nothing promises so: feed it from a thread.
    let feeder = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output().context("rustfmt")?;
    ensure!(output.status.success(), "rustfmt cannot read what was generated");
    let fed = feeder.join().ok().context("writing to rustfmt panicked")?;
    fed.context("writing to rustfmt")?;
    String::from_utf8(output.stdout).context("rustfmt writes UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_are_up_to_date() {
        check().expect("the facts are sound, and the files follow from them");
    }
}
