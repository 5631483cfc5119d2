//! `cargo xtask kmip-conformance`: builds the server and the runner, and replays the published KMIP cases.
//!
//! What it takes and prints is the runner's: `cargo xtask kmip-conformance --help`.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace;

/// Replays every case over every transport, as `cargo xtask ci` does.
///
/// # Errors
/// As [`run`]; and if the cases are not there, because cases that are skipped in silence prove nothing.
pub(crate) fn run_all() -> Result<()> {
    let vectors = workspace::vectors().join("oasis");
    if !vectors.is_dir() {
        bail!(
            "there are no KMIP cases in {}; set CLAVIGER_VECTORS to the folder that has oasis",
            vectors.display()
        );
    }
    let transports = "tls,http-binary,http-json,http-xml";
    run(&["--vectors".into(), vectors.into(), "--transport".into(), transports.into()])
}

/// Builds both and hands the arguments on.
///
/// # Errors
/// What does not build, or that a case failed.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    process::check(process::cargo().args([
        "build",
        "--locked",
        "-p",
        "claviger",
        "-p",
        "claviger-conformance",
    ]))?;
    let built = workspace::target().join("debug");
    // In the directory of whoever asks, so that their paths mean what they say.
    let mut runner = Command::new(built.join("claviger-conformance"));
    process::check(runner.arg("--binary").arg(built.join("claviger")).args(arguments))
}
