//! `cargo xtask test`: every test and every doc test, on a machine that need not be prepared.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{self, Stages};
use crate::{tools, wheels};

/// Installs what the tests need, builds, and runs them all.
pub(crate) fn run() -> Result<()> {
    let mut stages = Stages::default();
    stages.run("tools", || {
        tools::install(tools::FOR_TESTS)?;
        wheels::install(wheels::FOR_TESTS)
    })?;
    // This builds the programs too, because their package has tests that run them. A build of its own would
    // compile half of the dependencies again, with the features that they have without the tests'.
    stages.run("build", || {
        let mut cargo = process::cargo();
        process::check(cargo.args(["test", "--locked", "--workspace", "--no-run"]))
    })?;
    // Without `--all-targets`, which would build the examples as tests: some tests run them as the programs they are.
    let total = stages.run("tests and doc tests", counted)?;
    println!("time: {}", stages.summary());
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed > 0 || !total.succeeded {
        bail!("tests failed");
    }
    if total.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

/// What test programs said about themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// Whether cargo ended well: a test program that crashes counts nothing.
    succeeded: bool,
}

impl Count {
    /// Adds one line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    fn add_line(&mut self, line: &str) {
        let Some((_, numbers)) =
            line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in numbers.split("; ") {
            let Some((number, word)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// Runs `cargo test` for the whole workspace to its end, shows what it prints and counts.
fn counted() -> Result<Count> {
    count(process::cargo().args(["test", "--locked", "--workspace", "--no-fail-fast"]))
}

fn count(command: &mut Command) -> Result<Count> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("reading what the tests print")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count.add_line(&line);
        }
    }
    count.succeeded = child.wait().context("waiting for cargo")?.success();
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
        ] {
            count.add_line(line);
        }
        assert_eq!(count, Count { passed: 4, failed: 2, skipped: 1, succeeded: false });
    }
}
