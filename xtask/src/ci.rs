//! `cargo xtask ci`: everything that is checked beside the tests.

use anyhow::{Result, bail};

use crate::process::{self, Stages};
use crate::{deny, fuzz, kmip_conformance, layers, tables, tidy, tools};

/// Runs every check; the first that fails ends the run.
pub(crate) fn run() -> Result<()> {
    let mut stages = Stages::default();
    stages.run("tools", || tools::install(tools::FOR_CHECKS))?;
    stages.run("format", format)?;
    stages.run("tidy", tidy::run)?;
    stages.run("layers", layers::run)?;
    stages.run("tables", tables::check)?;
    stages.run("clippy", clippy)?;
    stages.run("documentation", documentation)?;
    stages.run("deny", deny::run)?;
    stages.run("KMIP conformance", kmip_conformance::run_all)?;
    stages.run("fuzz", || fuzz::run(None, fuzz::seconds()?))?;
    stages.run("clean tree", clean_tree)?;
    println!("time: {}", stages.summary());
    println!("every check passed");
    Ok(())
}

fn format() -> Result<()> {
    process::check(process::cargo().args(["fmt", "--all", "--check"]))?;
    process::check(process::cargo().args(["fmt", "--manifest-path", fuzz::MANIFEST, "--check"]))
}

fn clippy() -> Result<()> {
    process::check(process::cargo().args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// Links between items, private ones too, lead somewhere.
fn documentation() -> Result<()> {
    process::check(
        process::cargo()
            .args(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}

/// What was built, generated or run has left the tree as it is committed.
fn clean_tree() -> Result<()> {
    let status = process::output(process::command("git").args(["status", "--porcelain"]))?;
    if !status.is_empty() {
        print!("{status}");
        bail!("the tree is not clean: commit these files, or do not write them");
    }
    Ok(())
}
