//! Inputs for the fuzz targets of KMIP that are made when they run: the published test cases in every encoding.
//!
//! The test cases are no part of the repository. Where they are not, the targets start from the committed inputs alone. What
//! understands the test cases is an example of the crate of their encodings, so that this crate builds without that one, whose
//! tables it generates.

use std::path::PathBuf;

use anyhow::Result;

use crate::{process, workspace};

/// Makes the inputs for a target, and gives the folder that has them; nothing for a target that has no use for test cases, or
/// where there are none.
///
/// # Errors
///
/// When the test cases cannot be read, or the inputs not be written.
pub(crate) fn make(target: &str) -> Result<Option<PathBuf>> {
    let encoding = match target {
        "kmip_message" | "ttlv_binary" => "binary",
        "ttlv_json" => "json",
        "ttlv_xml" => "xml",
        _ => return Ok(None),
    };
    let cases = workspace::vectors().join("oasis");
    if !cases.is_dir() {
        return Ok(None);
    }
    let made = workspace::root().join("target/fuzz/seeds").join(target);
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "--package", "claviger-wire-ttlv", "--example", "fuzz_seeds"]);
    cargo.arg("--").arg(encoding).arg(cases).arg(&made);
    process::check(&mut cargo)?;
    Ok(Some(made))
}
