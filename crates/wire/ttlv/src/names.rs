//! The names of tags, attributes, values and bits.
//!
//! Names are those of the JSON and XML encodings, such as `CryptographicUsageMask`, normalised as the profile says; only
//! attributes have a second name, their text in 1.x, such as "Cryptographic Usage Mask". Where versions of the specification
//! spell a name differently, the newest spelling is given and all are understood.

use crate::generated::names::{ATTRIBUTES_BY_TEXT, TAGS, TAGS_BY_NAME};
use crate::{Tag, Version, tag};

pub(crate) mod tables;

use tables::{TagEntry, Value, Versions};

/// The name of a tag of the specification.
#[must_use]
pub fn tag_name(tag: Tag) -> Option<&'static str> {
    entry(tag).map(|entry| entry.name)
}

/// The tag of the specification with this name.
#[must_use]
pub fn tag_by_name(name: &str) -> Option<Tag> {
    tables::code(TAGS_BY_NAME, name).map(Tag::from_code)
}

/// Every tag of the specification, by number.
pub fn tags() -> impl Iterator<Item = Tag> {
    TAGS.iter().map(|entry| Tag::from_code(entry.code))
}

/// The first version with this tag, and the last unless the newest has it.
#[must_use]
pub fn tag_versions(tag: Tag) -> Option<(Version, Option<Version>)> {
    entry(tag).map(|entry| (entry.versions.since, entry.versions.last))
}

/// The text that names this attribute in 1.x, "Cryptographic Usage Mask" for example.
///
/// Nothing if it is no attribute or came with 2.0.
#[must_use]
pub fn attribute_name(tag: Tag) -> Option<&'static str> {
    entry(tag)?.attribute.as_ref()?.text
}

/// The attribute that 1.x names by this text. Custom attributes ("x-…", "y-…") have none.
#[must_use]
pub fn attribute_tag(text: &str) -> Option<Tag> {
    tables::code(ATTRIBUTES_BY_TEXT, text).map(Tag::from_code)
}

/// The first version with this attribute, and the last unless the newest has it. Nothing if it is no attribute.
#[must_use]
pub fn attribute_versions(tag: Tag) -> Option<(Version, Option<Version>)> {
    let Versions { since, last } = entry(tag)?.attribute.as_ref()?.versions;
    Some((since, last))
}

/// The tags that are attributes in a version, by number.
pub fn attributes(version: Version) -> impl Iterator<Item = Tag> {
    let is_attribute = move |entry: &&TagEntry| {
        entry.attribute.as_ref().is_some_and(|attribute| attribute.versions.contain(version))
    };
    TAGS.iter().filter(is_attribute).map(|entry| Tag::from_code(entry.code))
}

/// Whether values of this tag are those of an enumeration of the specification.
#[must_use]
pub fn is_enumeration(tag: Tag) -> bool {
    tag == tag::ATTRIBUTE_REFERENCE || entry(tag).is_some_and(|entry| entry.values.is_some())
}

/// The name of a value of the enumeration that this tag holds. The values of Attribute Reference are tags.
#[must_use]
pub fn enumeration_name(tag: Tag, value: u32) -> Option<&'static str> {
    if tag == tag::ATTRIBUTE_REFERENCE {
        return Tag::new(value).and_then(tag_name);
    }
    entry(tag)?.values?.value(value).map(|value| value.name)
}

/// The value of this name in the enumeration that this tag holds.
#[must_use]
pub fn enumeration_value(tag: Tag, name: &str) -> Option<u32> {
    if tag == tag::ATTRIBUTE_REFERENCE {
        return tag_by_name(name).map(Tag::value);
    }
    entry(tag)?.values?.code(name)
}

/// The first version with this value of the enumeration that this tag holds, and the last unless the newest has it.
#[must_use]
pub fn enumeration_versions(tag: Tag, value: u32) -> Option<(Version, Option<Version>)> {
    if tag == tag::ATTRIBUTE_REFERENCE {
        return Tag::new(value).and_then(tag_versions);
    }
    let Versions { since, last } = entry(tag)?.values?.value(value)?.versions;
    Some((since, last))
}

/// The names of the bits that are set in the mask that this tag holds; nothing if it holds none.
#[must_use]
pub fn mask_names(tag: Tag, bits: i32) -> Option<MaskNames> {
    let mask = entry(tag)?.mask?;
    Some(MaskNames { rest: mask.by_code, bits: bits.cast_unsigned() })
}

/// The bit of this name in the mask that this tag holds.
#[must_use]
pub fn mask_value(tag: Tag, name: &str) -> Option<i32> {
    entry(tag)?.mask?.code(name).map(u32::cast_signed)
}

/// The names of the bits that are set in a mask, lowest bit first. What is left afterwards has no name.
#[derive(Clone)]
pub struct MaskNames {
    rest: &'static [Value],
    bits: u32,
}

impl MaskNames {
    /// The bits whose names were not given yet; after the last name, those without one.
    #[must_use]
    pub fn unnamed(&self) -> u32 {
        self.bits
    }
}

impl Iterator for MaskNames {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        loop {
            let (value, rest) = self.rest.split_first()?;
            self.rest = rest;
            if self.bits & value.code == value.code {
                self.bits &= !value.code;
                return Some(value.name);
            }
        }
    }
}

/// What is known about a tag. The numbers have hardly a gap, so most entries are where their number says.
fn entry(tag: Tag) -> Option<&'static TagEntry> {
    let first = TAGS.first()?.code;
    let index = tag.value().checked_sub(first)? as usize;
    if let Some(entry) = TAGS.get(index).filter(|entry| entry.code == tag.value()) {
        return Some(entry);
    }
    let index = TAGS.binary_search_by_key(&tag.value(), |entry| entry.code).ok()?;
    TAGS.get(index)
}

/// How the encoders see names: those that a version has.
pub(crate) mod within {
    use super::{Tag, Version, entry, tag};

    /// The name of a tag, if the version has it.
    pub(crate) fn tag_name(version: Version, tag: Tag) -> Option<&'static str> {
        entry(tag).filter(|entry| entry.versions.contain(version)).map(|entry| entry.name)
    }

    /// The name of a value, if the version has it.
    pub(crate) fn enumeration_name(version: Version, tag: Tag, value: u32) -> Option<&'static str> {
        if tag == tag::ATTRIBUTE_REFERENCE {
            return Tag::new(value).and_then(|tag| tag_name(version, tag));
        }
        let value = entry(tag)?.values?.value(value)?;
        value.versions.contain(version).then_some(value.name)
    }
}
