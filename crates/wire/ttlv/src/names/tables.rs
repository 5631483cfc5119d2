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
    pub(crate) by_name: &'static [(&'static str, u32)],
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

/// The number of a name, in a list that is sorted by length and then by name.
pub(crate) fn code(names: &[(&str, u32)], name: &str) -> Option<u32> {
    let index = names
        .binary_search_by(|(other, _)| {
            other.len().cmp(&name.len()).then_with(|| (*other).cmp(name))
        })
        .ok()?;
    names.get(index).map(|(_, code)| *code)
}
