//! Licences, banned crates and sources, judged by cargo-deny from `deny.toml`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{process, tools};

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks both lock files: the workspace's and the fuzz targets'.
pub(crate) fn run() -> Result<()> {
    let program = installed()?;
    for manifest in ["Cargo.toml", crate::fuzz::MANIFEST] {
        let mut deny = process::command(&program);
        deny.args(["--manifest-path", manifest, "--locked", "check"]);
        deny.args(["--config", "deny.toml", "licenses", "bans", "sources"]);
        process::check(&mut deny)?;
    }
    Ok(())
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
