//! The shape of the generated tables.

use crate::Version;

/// What is known about a tag.
pub(crate) struct TagEntry {
    pub(crate) code: u32,
    /// As in JSON and XML.
    pub(crate) name: &'static str,
    pub(crate) versions: Versions,
    /// The values of the enumeration that it holds.
    pub(crate) values: Option<&'static Values>,
    /// The bits of the mask that it holds.
    pub(crate) mask: Option<&'static Values>,
    pub(crate) attribute: Option<Attribute>,
}

/// From when to when something is in the specification.
#[derive(Clone, Copy)]
pub(crate) struct Versions {
    pub(crate) since: Version,
    /// Nothing if the newest version has it.
    pub(crate) last: Option<Version>,
}

impl Versions {
    /// Whether a version has it.
    pub(crate) fn contain(self, version: Version) -> bool {
        self.since <= version && self.last.is_none_or(|last| version <= last)
    }
}

/// What is known about a tag as an attribute.
pub(crate) struct Attribute {
    /// Its name in 1.x.
    pub(crate) text: Option<&'static str>,
    pub(crate) versions: Versions,
}

/// The values of an enumeration, or the bits of a mask.
pub(crate) struct Values {
    pub(crate) by_code: &'static [Value],
    /// Other spellings too.
    pub(crate) by_name: &'static [Name],
}

/// One value of an enumeration, or one bit of a mask.
pub(crate) struct Value {
    pub(crate) code: u32,
    pub(crate) name: &'static str,
    pub(crate) versions: Versions,
}

impl TagEntry {
    pub(crate) const fn new(
        code: u32,
        name: &'static str,
        since: Version,
        last: Option<Version>,
    ) -> Self {
        let versions = Versions { since, last };
        Self { code, name, versions, values: None, mask: None, attribute: None }
    }

    pub(crate) const fn values(self, values: &'static Values) -> Self {
        Self { values: Some(values), ..self }
    }

    pub(crate) const fn mask(self, mask: &'static Values) -> Self {
        Self { mask: Some(mask), ..self }
    }

    pub(crate) const fn attribute(
        self,
        text: Option<&'static str>,
        since: Version,
        last: Option<Version>,
    ) -> Self {
        Self { attribute: Some(Attribute { text, versions: Versions { since, last } }), ..self }
    }
}

impl Value {
    pub(crate) const fn new(
        code: u32,
        name: &'static str,
        since: Version,
        last: Option<Version>,
    ) -> Self {
        Self { code, name, versions: Versions { since, last } }
    }
}

impl Values {
    /// What is known about a number.
    pub(crate) fn value(&self, code: u32) -> Option<&'static Value> {
        let index = self.by_code.binary_search_by_key(&code, |value| value.code).ok()?;
        self.by_code.get(index)
    }

    /// The number of a name.
    pub(crate) fn code(&self, name: &str) -> Option<u32> {
        code(self.by_name, name)
    }
}

/// A name with its number, in a list to search.
pub(crate) struct Name {
    key: u64,
    name: &'static str,
    code: u32,
}

impl Name {
    pub(crate) const fn new(name: &'static str, code: u32) -> Self {
        Self { key: key(name), name, code }
    }
}

/// What lists of names are sorted by: length, then the last seven bytes. That tells nearly all names apart without a look at
/// their text; the first bytes would not, for many begin with the same word.
const fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut key = bytes.len() as u64;
    let mut index = bytes.len().saturating_sub(7);
    while index < bytes.len() {
        key = key << 8 | bytes[index] as u64;
        index += 1;
    }
    key
}

/// The number of a name, in a list that is sorted by key.
pub(crate) fn code(names: &[Name], name: &str) -> Option<u32> {
    let key = key(name);
    let start = names.partition_point(|other| other.key < key);
    let mut candidates = names.get(start..)?.iter().take_while(|other| other.key == key);
    candidates.find(|other| other.name == name).map(|other| other.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::names::{ATTRIBUTES_BY_TEXT, TAGS, TAGS_BY_NAME};

    #[test]
    fn every_list_is_sorted_by_what_it_is_searched_by() {
        let tables = TAGS.iter().flat_map(|tag| [tag.values, tag.mask]).flatten();
        let lists = tables.map(|values| values.by_name).chain([TAGS_BY_NAME, ATTRIBUTES_BY_TEXT]);
        for names in lists {
            assert!(names.is_sorted_by_key(|name| name.key));
            for name in names {
                assert_eq!(code(names, name.name), Some(name.code), "{}", name.name);
            }
        }
    }
}
