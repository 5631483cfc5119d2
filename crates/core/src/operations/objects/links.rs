//! Links between objects (KMIP 2.1 §4.32).

use claviger_model::{AttributeKey, AttributeKind, Attributes, LinkType, UniqueIdentifier, Value};

use super::fields;

const LINK: AttributeKey = AttributeKey::Standard(AttributeKind::Link);

/// The attribute Link to an object.
pub(super) fn link(kind: LinkType, to: &UniqueIdentifier) -> Value {
    Value::Structure(vec![
        (fields::LINK_TYPE, Value::Enumeration(kind.code())),
        (fields::LINKED_OBJECT_IDENTIFIER, Value::Text(to.as_str().to_owned())),
    ])
}

/// What the first link of this type leads to.
pub(super) fn linked(attributes: &Attributes, kind: LinkType) -> Option<UniqueIdentifier> {
    all(attributes.all(AttributeKind::Link), kind).next()
}

/// What those of these links lead to that are of this type.
pub(super) fn all<'a>(
    links: impl Iterator<Item = &'a Value>,
    kind: LinkType,
) -> impl Iterator<Item = UniqueIdentifier> {
    links.filter(move |link| is_of(link, kind)).filter_map(|link| {
        UniqueIdentifier::new(link.field(fields::LINKED_OBJECT_IDENTIFIER)?.as_text()?).ok()
    })
}

/// Adds a link, unless it is there.
pub(super) fn add(attributes: &mut Attributes, kind: LinkType, to: &UniqueIdentifier) {
    let value = link(kind, to);
    if !attributes.all(AttributeKind::Link).any(|present| *present == value) {
        attributes.add(LINK, value);
    }
}

/// Adds a link that clients of KMIP 1.x don't see, so that it takes none of their indexes.
pub(super) fn add_apart(attributes: &mut Attributes, kind: LinkType, to: &UniqueIdentifier) {
    let value = link(kind, to);
    if !attributes.all(AttributeKind::Link).any(|present| *present == value) {
        attributes.add_apart(LINK, value);
    }
}

/// Lets the link of this type lead elsewhere, at its index; adds it if there is none.
pub(super) fn redirect(attributes: &mut Attributes, kind: LinkType, to: &UniqueIdentifier) {
    let place = attributes.of(&LINK).find(|link| is_of(&link.value, kind)).map(|link| link.index);
    match place {
        Some(index) => {
            attributes.replace(&LINK, index, link(kind, to));
        }
        None => add(attributes, kind, to),
    }
}

/// Removes the links of these types.
pub(super) fn remove(attributes: &mut Attributes, kinds: &[LinkType]) {
    let places: Vec<u32> = attributes
        .of(&LINK)
        .filter(|link| kinds.iter().any(|&kind| is_of(&link.value, kind)))
        .map(|link| link.index)
        .collect();
    for index in places {
        attributes.remove(&LINK, index);
    }
}

fn is_of(link: &Value, kind: LinkType) -> bool {
    link.field(fields::LINK_TYPE).and_then(Value::as_enumeration) == Some(kind.code())
}
