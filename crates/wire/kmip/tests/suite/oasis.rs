//! The test cases that OASIS publishes for KMIP 1.0 to 2.1: every message in them is decoded into its type and encoded again
//! to the same bytes.

use std::path::{Path, PathBuf};
use std::{env, fs};

use claviger_wire_kmip::{MessageLimits, RequestMessage, ResponseMessage};
use claviger_wire_ttlv::xml::{self, Element, Substitute};
use claviger_wire_ttlv::{Buffer, Item, ItemType, Limits, Tag, Version, tag};

#[test]
fn every_message_survives() {
    let folder = vectors_folder().join("oasis");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    if files.is_empty() {
        skip_all(&folder);
        return;
    }
    files.sort();
    let mut messages = 0;
    let mut faults = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("a test case is readable");
        let document = xml::parse_document(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let found = messages_in(&document);
        let written = text.matches("<RequestMessage").chain(text.matches("<ResponseMessage"));
        assert_eq!(found.len(), written.count(), "messages in {}", file.display());
        messages += found.len();
        for (index, message) in found.into_iter().enumerate() {
            if let Err(fault) = check(message) {
                faults.push(format!("{} message {index}: {fault}", file.display()));
            }
        }
    }
    assert!(messages >= 2 * files.len(), "{messages} messages in {} files", files.len());
    assert!(faults.is_empty(), "{} of {messages} messages:\n{}", faults.len(), faults.join("\n"));
}

fn check(message: &Element) -> Result<(), String> {
    let original = message
        .decode(&Limits::default(), &mut |tag, item_type, text| plausible(tag, item_type, text))
        .map_err(|error| format!("not decoded from XML: {error}"))?;
    let item = original.item();
    let again = if item.tag() == tag::REQUEST_MESSAGE { request(item)? } else { response(item)? };
    if again.item().encoded() == item.encoded() {
        return Ok(());
    }
    Err(format!("not the same again:\n{}\n{}", shown(item), shown(again.item())))
}

fn request(item: Item<'_>) -> Result<Buffer, String> {
    let request = RequestMessage::decode(item, &MessageLimits::default())
        .map_err(|rejected| rejected.error.to_string())?;
    for item in &request.batch {
        if let Err(error) = &item.payload {
            return Err(error.to_string());
        }
    }
    Ok(request.encode())
}

fn response(item: Item<'_>) -> Result<Buffer, String> {
    let response = ResponseMessage::decode(item).map_err(|error| error.to_string())?;
    Ok(response.encode())
}

fn shown(item: Item<'_>) -> String {
    String::from_utf8(xml::encode(item, Version::V2_1)).expect("XML is text")
}

/// Something of the right type in the place of what a test case leaves open.
fn plausible(_: Tag, item_type: ItemType, text: &str) -> Option<Substitute> {
    if !text.starts_with('$') {
        return None;
    }
    let value = match item_type {
        ItemType::DateTime => "2020-11-12T11:10:32+00:00",
        ItemType::ByteString => "00112233445566778899aabbccddeeff",
        _ => text,
    };
    Some(Substitute(value.to_owned()))
}

fn messages_in(elements: &[Element]) -> Vec<&Element> {
    let is_message = |element: &&Element| {
        matches!(element.tag, Some(tag::REQUEST_MESSAGE | tag::RESPONSE_MESSAGE))
    };
    elements.iter().flat_map(|root| &root.children).filter(is_message).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "vectors are no part of the repository")]
fn vectors_folder() -> PathBuf {
    match env::var_os("CLAVIGER_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/vectors"),
    }
}

#[expect(clippy::print_stderr, reason = "tests that did not run must be seen")]
#[expect(clippy::disallowed_methods, reason = "whoever runs all tests says so")]
fn skip_all(folder: &Path) {
    assert!(
        env::var("CLAVIGER_REQUIRE_VECTORS").as_deref() != Ok("1"),
        "no test cases in {}; set CLAVIGER_VECTORS to the folder that has oasis",
        folder.display()
    );
    eprintln!("SKIPPED: all test cases of OASIS: there are none in {}", folder.display());
}
