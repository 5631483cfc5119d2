//! Inputs for the fuzz targets of KMIP that are made when they run: the published test cases in every encoding.
//!
//! The test cases are no part of the repository. Where they are not, the targets start from the committed inputs alone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use claviger_wire_ttlv::xml::{Element, Substitute};
use claviger_wire_ttlv::{Buffer, ItemType, Limits, Version, json, xml};

use crate::workspace;

/// The most inputs for one target: reading them must not take the time that is for fuzzing.
const MAXIMUM: usize = 256;

/// The longest message that is made an input, in bytes of its binary encoding.
const LONGEST: usize = 2048;

/// Makes the inputs for a target, and gives the folder that has them; nothing for a target that has no use for test cases, or
/// where there are none.
///
/// # Errors
///
/// When the test cases cannot be read, or the inputs not be written.
pub(crate) fn make(target: &str) -> Result<Option<PathBuf>> {
    let Some(encode) = encoder(target) else { return Ok(None) };
    let folder = vectors();
    if !folder.is_dir() {
        return Ok(None);
    }
    let messages = messages(&folder)?;
    let made = workspace::root().join("target/fuzz/seeds").join(target);
    fs::create_dir_all(&made).context("making the folder for inputs")?;
    let step = messages.len().div_ceil(MAXIMUM).max(1);
    for (index, message) in messages.iter().step_by(step).enumerate() {
        fs::write(made.join(format!("case_{index}")), encode(message))
            .context("writing an input")?;
    }
    Ok(Some(made))
}

/// What a target reads.
fn encoder(target: &str) -> Option<fn(&Buffer) -> Vec<u8>> {
    match target {
        "kmip_message" | "ttlv_binary" => Some(|message| message.to_vec()),
        "ttlv_json" => {
            Some(|message| json::encode(message.item(), Version::V2_1, json::Dialect::Standard))
        }
        "ttlv_xml" => Some(|message| xml::encode(message.item(), Version::V2_1)),
        _ => None,
    }
}

/// The folder of the published test cases.
fn vectors() -> PathBuf {
    let vectors = match env::var_os("CLAVIGER_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => workspace::root().join("../shared/vectors"),
    };
    vectors.join("oasis")
}

/// Every message of the test cases that is not too long, in the order of the files' names.
fn messages(folder: &Path) -> Result<Vec<Buffer>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut messages = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let document = xml::parse_document(&text).with_context(|| path.display().to_string())?;
        for message in document.iter().flat_map(|root| &root.children) {
            let message = binary(message).with_context(|| path.display().to_string())?;
            if message.len() <= LONGEST {
                messages.push(message);
            }
        }
    }
    Ok(messages)
}

/// The binary encoding of a test case's message, with something in the place of each placeholder.
fn binary(message: &Element) -> Result<Buffer, xml::XmlError> {
    message.decode(&Limits::default(), &mut |_, item_type, text| {
        let stand_in = match item_type {
            ItemType::DateTime => "2026-11-22T10:00:00+01:00",
            ItemType::ByteString | ItemType::BigInteger => "0011223344556677",
            _ => return None,
        };
        text.starts_with('$').then(|| Substitute(stand_in.to_owned()))
    })
}
