//! What is known of a managed object besides its material: attributes in KMIP's sense.

mod kind;
mod value;

pub use kind::{ATTRIBUTES, AttributeKind, AttributeRule, Modifiable, SetBy};
pub use value::{Field, Value};

/// Which attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AttributeKey {
    /// One of the standard's.
    Standard(AttributeKind),
    /// One that a vendor or a client named. KMIP 1.x's `x-NAME` and `y-NAME` are those of the vendors `x` and `y`.
    Vendor {
        /// The vendor, such as `x`.
        vendor: String,
        /// The name.
        name: String,
    },
}

/// One attribute of an object.
#[derive(Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Which one.
    pub key: AttributeKey,
    /// Its place among those of the same key; it stays when others are deleted (KMIP 1.4 §2.1.1).
    pub index: u32,
    /// Its value.
    pub value: Value,
}

impl Attribute {
    /// Whether it takes none of the indexes of its key; see [`Attributes::add_apart`].
    #[must_use]
    pub const fn is_apart(&self) -> bool {
        self.index == Attributes::APART
    }
}

/// The stored attributes of an object, in the order in which they were added.
///
/// State, dates, identifiers and whatever else the object itself knows is not among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(Vec<Attribute>);

impl std::fmt::Debug for Attributes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|attribute| &attribute.key)).finish()
    }
}

impl Attributes {
    /// The index of a value that is not counted, see [`Self::add_apart`].
    const APART: u32 = u32::MAX;
    /// The most attributes of one object.
    pub const LIMIT: usize = 512;
    /// The longest name of a vendor or of an attribute, in bytes.
    pub const NAME_LIMIT: usize = 256;

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of a standard attribute.
    #[must_use]
    pub fn get(&self, kind: AttributeKind) -> Option<&Value> {
        self.all(kind).next()
    }

    /// The values of a standard attribute.
    pub fn all(&self, kind: AttributeKind) -> impl Iterator<Item = &Value> {
        self.0
            .iter()
            .filter(move |attribute| attribute.key == AttributeKey::Standard(kind))
            .map(|attribute| &attribute.value)
    }

    /// The attributes of a key.
    pub fn of<'a>(&'a self, key: &'a AttributeKey) -> impl Iterator<Item = &'a Attribute> {
        self.0.iter().filter(move |attribute| attribute.key == *key)
    }

    /// Adds a value and returns its index. Indexes of deleted values aren't given again while later ones exist.
    pub fn add(&mut self, key: AttributeKey, value: Value) -> u32 {
        let counted = self.of(&key).filter(|attribute| !attribute.is_apart());
        let last = counted.map(|attribute| attribute.index).max();
        let index = last.map_or(0, |last| last + 1);
        self.0.push(Attribute { key, index, value });
        index
    }

    /// Adds the one value of its key that takes none of the indexes which the others count: for those who don't see it, there
    /// is no gap.
    pub fn add_apart(&mut self, key: AttributeKey, value: Value) {
        if !self.replace(&key, Self::APART, value.clone()) {
            self.0.push(Attribute { key, index: Self::APART, value });
        }
    }

    /// Gives a single-valued standard attribute this value.
    pub fn set(&mut self, kind: AttributeKind, value: Value) {
        let key = AttributeKey::Standard(kind);
        if !self.replace(&key, 0, value.clone()) {
            self.add(key, value);
        }
    }

    /// Replaces the value at an index. Says whether it was there.
    pub fn replace(&mut self, key: &AttributeKey, index: u32, value: Value) -> bool {
        let found =
            self.0.iter_mut().find(|attribute| attribute.key == *key && attribute.index == index);
        found.map(|attribute| attribute.value = value).is_some()
    }

    /// Removes the value at an index and returns it.
    pub fn remove(&mut self, key: &AttributeKey, index: u32) -> Option<Value> {
        let place = self
            .0
            .iter()
            .position(|attribute| attribute.key == *key && attribute.index == index)?;
        Some(self.0.remove(place).value)
    }

    /// Removes all values of a key and returns how many there were.
    pub fn clear(&mut self, key: &AttributeKey) -> usize {
        let before = self.0.len();
        self.0.retain(|attribute| attribute.key != *key);
        before - self.0.len()
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}
