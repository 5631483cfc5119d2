//! Makes inputs for fuzzing from the published test cases: `fuzz_seeds <binary|json|xml> <test cases> <where to>`.
//!
//! The test cases are no part of the repository, and neither is what is made here: `cargo xtask fuzz` calls this when it runs.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use claviger_wire_ttlv::xml::{Element, Substitute};
use claviger_wire_ttlv::{Buffer, ItemType, Limits, Version, json, xml};

/// The most inputs: reading them must not take the time that is for fuzzing.
const MAXIMUM: usize = 256;

/// The longest message that is made an input, in bytes of its binary encoding.
const LONGEST: usize = 2048;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [encoding, cases, target] = arguments.as_slice() else {
        return Err("usage: fuzz_seeds <binary|json|xml> <test cases> <where to>".into());
    };
    let encode: fn(&Buffer) -> Vec<u8> = match encoding.as_str() {
        "binary" => |message| message.to_vec(),
        "json" => |message| json::encode(message.item(), Version::V2_1, json::Dialect::Standard),
        "xml" => |message| xml::encode(message.item(), Version::V2_1),
        other => return Err(format!("there is no encoding {other}").into()),
    };
    let messages = messages(Path::new(cases))?;
    fs::create_dir_all(target)?;
    let step = messages.len().div_ceil(MAXIMUM).max(1);
    for (index, message) in messages.iter().step_by(step).enumerate() {
        fs::write(Path::new(target).join(format!("case_{index}")), encode(message))?;
    }
    Ok(())
}

/// Every message of the test cases that is not too long, in the order of the files' names.
fn messages(folder: &Path) -> Result<Vec<Buffer>, Box<dyn Error>> {
    let mut messages = Vec::new();
    for path in files(folder)? {
        let at = |error: xml::XmlError| format!("{}: {error}", path.display());
        let document = xml::parse_document(&fs::read_to_string(&path)?).map_err(at)?;
        for message in document.iter().flat_map(|root| &root.children) {
            let message = binary(message).map_err(at)?;
            if message.len() <= LONGEST {
                messages.push(message);
            }
        }
    }
    Ok(messages)
}

/// Every XML file below a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
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
