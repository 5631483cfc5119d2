//! The published test cases: messages in XML that every encoding must carry.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use claviger_wire_ttlv::xml::{Element, Substitute};
use claviger_wire_ttlv::{Buffer, Item, ItemType, Limits, Tag, Version, json, names, tag, xml};

/// How many files there are at least.
const FILES: usize = 300;

/// Every element, enumeration and mask name of the published messages has a number.
#[test]
fn every_name_resolves() {
    let mut unknown = BTreeSet::new();
    for (path, text) in files() {
        for element in document(&path, &text) {
            check_names(&element, None, &path, &mut unknown);
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

fn check_names(
    element: &Element,
    attribute: Option<Tag>,
    path: &Path,
    unknown: &mut BTreeSet<String>,
) {
    let path_text = path.display();
    if element.tag.is_none() && element.name != "KMIP" {
        unknown.insert(format!("element {} ({path_text})", element.name));
    }
    let value = element.value.as_deref().unwrap_or_default();
    let holder = match (element.tag, attribute) {
        (Some(tag::ATTRIBUTE_VALUE), Some(attribute)) => attribute,
        (tag, _) => tag.unwrap_or(tag::NAME),
    };
    for name in value.split_whitespace().filter(|name| !name.starts_with("0x")) {
        let known = match element.item_type {
            Some(ItemType::Enumeration) => names::enumeration_value(holder, name).is_some(),
            Some(ItemType::Integer) if name.parse::<i32>().is_err() => {
                names::mask_value(holder, name).is_some()
            }
            _ => true,
        };
        if !known {
            unknown.insert(format!("{name} of {} ({path_text})", element.name));
        }
    }
    let mut attribute = None;
    for child in &element.children {
        if child.tag == Some(tag::ATTRIBUTE_NAME) {
            attribute = child.value.as_deref().and_then(names::attribute_tag);
        }
        check_names(child, attribute, path, unknown);
    }
}

/// Every message becomes binary, and from there XML and JSON in all dialects that become the same binary again.
#[test]
fn every_message_survives_every_encoding() {
    let mut messages = 0;
    for (path, text) in files() {
        for message in messages_of(&path, &text) {
            check_message(&path, &message);
            messages += 1;
        }
    }
    assert!(messages == 0 || messages > 2 * FILES, "{messages} messages");
}

fn check_message(path: &Path, message: &Element) {
    let place = format!("{}, byte {}", path.display(), message.offset);
    let limits = Limits::default();
    let binary = binary(message).unwrap_or_else(|error| panic!("{place}: {error}"));
    let item = Item::parse(&binary, &limits).unwrap_or_else(|error| panic!("{place}: {error}"));
    for version in [version_of(item), Version::V1_0, Version::V2_1] {
        let text = xml::encode(item, version);
        let again = xml::decode(&text, &limits).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(*again, *binary, "{place}: XML");
        for dialect in [json::Dialect::Standard, json::Dialect::Cosmian4, json::Dialect::Cosmian5] {
            let text = json::encode(item, version, dialect);
            let (again, _) =
                json::decode(&text, &limits).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(*again, *binary, "{place}: JSON, {dialect:?}");
        }
    }
    check_spelling(message, item, &place);
}

/// What is written in XML is what was published, but for the forms of values that have several.
fn check_spelling(message: &Element, item: Item<'_>, place: &str) {
    let text = String::from_utf8(xml::encode(item, version_of(item))).expect("UTF-8");
    let written = xml::parse_document(&text).expect("what is written can be read");
    let mut pairs = vec![(message, &written[0])];
    while let Some((published, written)) = pairs.pop() {
        assert_eq!(published.tag, written.tag, "{place}");
        assert_eq!(published.children.len(), written.children.len(), "{place}");
        let has_one_form = matches!(
            published.item_type,
            Some(ItemType::Enumeration | ItemType::TextString | ItemType::Boolean)
        );
        if has_one_form {
            assert_eq!(published.value, written.value, "{place}: {}", published.name);
        }
        pairs.extend(published.children.iter().zip(&written.children));
    }
}

fn version_of(message: Item<'_>) -> Version {
    let header = message.children().next().expect("a header");
    let version = header.child(tag::PROTOCOL_VERSION).expect("a version");
    let number = |tag| version.child(tag).and_then(Item::integer).expect("a number");
    let (major, minor) = (number(tag::PROTOCOL_VERSION_MAJOR), number(tag::PROTOCOL_VERSION_MINOR));
    let version = Version {
        major: u8::try_from(major).expect("small"),
        minor: u8::try_from(minor).expect("small"),
    };
    assert!(version.is_known());
    version
}

/// The binary encoding of a published message, with something in the place of each placeholder.
pub(crate) fn binary(message: &Element) -> Result<Buffer, xml::XmlError> {
    message.decode(&Limits::default(), &mut |_, item_type, text| {
        let placeholder = text.starts_with('$');
        let stand_in = match item_type {
            ItemType::DateTime => "2026-11-22T10:00:00+01:00",
            ItemType::ByteString | ItemType::BigInteger => "0011223344556677",
            _ => return None,
        };
        placeholder.then(|| Substitute(stand_in.to_owned()))
    })
}

fn messages_of(path: &Path, text: &str) -> Vec<Element> {
    document(path, text).into_iter().flat_map(|root| root.children).collect()
}

fn document(path: &Path, text: &str) -> Vec<Element> {
    xml::parse_document(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file of the published test cases; none if they are not there, which only is right where nobody asked for them.
fn files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder().join("oasis")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                let text = fs::read_to_string(&path).expect("a readable file");
                files.push((path, text));
            }
        }
    }
    if files.is_empty() {
        skip_all();
    } else {
        assert!(files.len() >= FILES, "only {} files", files.len());
    }
    files
}

#[expect(clippy::disallowed_methods, reason = "vectors are no part of the repository")]
fn folder() -> PathBuf {
    match env::var_os("CLAVIGER_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/vectors"),
    }
}

#[expect(clippy::print_stderr, reason = "tests that did not run must be seen")]
#[expect(clippy::disallowed_methods, reason = "whoever runs all tests says so")]
fn skip_all() {
    assert!(
        env::var("CLAVIGER_REQUIRE_VECTORS").as_deref() != Ok("1"),
        "no KMIP test cases in {}; set CLAVIGER_VECTORS to the folder that has oasis",
        folder().display()
    );
    eprintln!("SKIPPED: all KMIP test cases: there is nothing in {}", folder().display());
}
