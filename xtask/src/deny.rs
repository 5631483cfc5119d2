//! Licences, banned crates and sources, judged by cargo-deny from `deny.toml`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{fuzz, process, tools};

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks both lock files: the workspace's and the fuzz targets'.
pub(crate) fn run() -> Result<()> {
    let program = installed()?;
    // Each graph meets only some of the exceptions; an allowed licence must be met in the first.
    check(&program, "Cargo.toml", &["license-exception-not-encountered"])?;
    let elsewhere =
        ["license-exception-not-encountered", "license-not-encountered", "unused-wrapper"];
    check(&program, fuzz::MANIFEST, &elsewhere)
}

fn check(program: &Path, manifest: &str, allowed: &[&str]) -> Result<()> {
    let mut deny = process::command(program);
    deny.args(["--manifest-path", manifest, "--config", "deny.toml", "--locked", "check"]);
    for lint in allowed {
        deny.args(["--allow", lint]);
    }
    process::check(deny.args(["licenses", "bans", "sources"]))
}

/// cargo-deny below `target/tools`, built there when it is not there in the right version.
///
/// The check runs for seconds and the build for minutes, so it is built without optimisation.
fn installed() -> Result<PathBuf> {
    let folder = tools::folder();
    let program = folder.join("bin/cargo-deny");
    let version = process::output(process::command(&program).arg("--version")).unwrap_or_default();
    if version.trim().ends_with(VERSION) {
        return Ok(program);
    }
    let mut install = process::cargo();
    install.args([
        "install",
        "--quiet",
        "--locked",
        "--force",
        "--debug",
        "--version",
        VERSION,
        "--root",
    ]);
    install.arg(&folder).arg("cargo-deny").env("CARGO_PROFILE_DEV_DEBUG", "0");
    process::check(&mut install).context("cargo-deny comes from crates.io")?;
    Ok(program)
}
