//! The attributes in a message, told alike for 1.x and 2.x.
//!
//! 1.x puts each into an `Attribute` of name, index and value; 2.x puts them under their own tags into `Attributes`,
//! `NewAttribute` and the like, and only those of vendors into an `Attribute`.

use claviger_wire_ttlv::{Tag, names, tag};

use crate::node::{Node, Value, tag_name};

/// One instance of an attribute.
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'n> {
    /// What it is called; those of vendors by both of their names.
    pub(crate) name: String,
    /// The tag that says what its value means.
    pub(crate) meaning: Tag,
    /// Its index, if it is told.
    pub(crate) index: Option<i32>,
    /// Its value.
    pub(crate) value: &'n Value,
}

impl<'n> Attribute<'n> {
    /// The attribute that an item is: an `Attribute`, or an item under an attribute's own tag.
    pub(crate) fn of(node: &'n Node) -> Option<Self> {
        if node.tag != tag::ATTRIBUTE {
            let name = tag_name(node.tag);
            return Some(Self { name, meaning: node.tag, index: None, value: &node.value });
        }
        let name = node.child(tag::ATTRIBUTE_NAME)?.text()?;
        let value = &node.child(tag::ATTRIBUTE_VALUE)?.value;
        let index = node.child(tag::ATTRIBUTE_INDEX).and_then(Node::integer);
        if let Some(vendor) = node.child(tag::VENDOR_IDENTIFICATION).and_then(Node::text) {
            let name = vendor_name(vendor, name);
            return Some(Self { name, meaning: tag::ATTRIBUTE_VALUE, index, value });
        }
        let meaning = names::attribute_tag(name).unwrap_or(tag::ATTRIBUTE_VALUE);
        Some(Self { name: name.to_owned(), meaning, index, value })
    }
}

/// What a vendor's attribute is called here.
pub(crate) fn vendor_name(vendor: &str, name: &str) -> String {
    format!("{vendor}:{name}")
}

/// Whether items of this tag hold attributes of 2.x under their own tags.
pub(crate) fn is_list(tag: Tag) -> bool {
    [
        tag::ATTRIBUTES,
        tag::COMMON_ATTRIBUTES,
        tag::PRIVATE_KEY_ATTRIBUTES,
        tag::PUBLIC_KEY_ATTRIBUTES,
        tag::NEW_ATTRIBUTE,
        tag::CURRENT_ATTRIBUTE,
    ]
    .contains(&tag)
}

/// Every attribute in an item and in what is inside of it.
pub(crate) fn within(node: &Node) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    node.walk(&mut |node| {
        if is_list(node.tag) {
            let own = node.children().iter().filter(|child| child.tag != tag::ATTRIBUTE);
            found.extend(own.filter_map(Attribute::of));
        } else if node.tag == tag::ATTRIBUTE {
            found.extend(Attribute::of(node));
        }
    });
    found
}

/// The names of the attributes that a payload asks for.
pub(crate) fn asked_for(payload: &Node) -> Vec<String> {
    payload.children().iter().filter_map(referred).collect()
}

/// The attribute that an item names without its value.
pub(crate) fn referred(node: &Node) -> Option<String> {
    match node.tag {
        tag::ATTRIBUTE_NAME => node.text().map(str::to_owned),
        tag::ATTRIBUTE_REFERENCE => match &node.value {
            Value::Enumeration(number) => Tag::new(*number).map(tag_name),
            _ => {
                let vendor = node.child(tag::VENDOR_IDENTIFICATION)?.text()?;
                Some(vendor_name(vendor, node.child(tag::ATTRIBUTE_NAME)?.text()?))
            }
        },
        _ => None,
    }
}
