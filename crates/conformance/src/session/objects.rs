//! Where the objects of a run come from, which decides what about them may differ from the publication.
//!
//! Whatever a server generates differs from run to run; whatever a client registered, and everything computed from that,
//! does not.

use std::collections::{HashMap, HashSet};

use claviger_wire_ttlv::enumeration::{Operation, ResultStatus};
use claviger_wire_ttlv::{Tag, tag};

use crate::attributes;
use crate::node::{Node, Value};

/// The objects of a run, by the identifiers that the server gave them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    known: HashMap<String, Object>,
}

/// An object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    /// Where its material comes from.
    pub(crate) origin: Origin,
    /// Its cryptographic algorithm, where a request has said it.
    pub(crate) algorithm: Option<u32>,
    /// The padding method of its cryptographic parameters, where a request has said it.
    pub(crate) padding: Option<u32>,
    /// Whether a request has put it into a group.
    has_group: bool,
    /// The object that it is a share of.
    share_of: Option<String>,
    /// Dates that requests have set.
    dates: HashSet<(Tag, i64)>,
}

/// Where the material of an object comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The server has generated it, or computed it from something generated.
    Generated,
    /// The client has registered it, or it was computed from something registered.
    #[default]
    Registered,
}

impl Objects {
    /// What is known of an object. One that nobody made in this run counts as registered: nothing about it may differ.
    pub(crate) fn of(&self, identifier: &str) -> Object {
        self.known.get(identifier).cloned().unwrap_or_default()
    }

    /// Whether a request has put an object into a group; a template may hand that on to others.
    pub(crate) fn has_groups(&self) -> bool {
        self.known.values().any(|object| object.has_group)
    }

    /// Whether a request has set this date of an object.
    pub(crate) fn has_set(&self, identifier: &str, date: Tag, seconds: i64) -> bool {
        self.known.get(identifier).is_some_and(|object| object.dates.contains(&(date, seconds)))
    }

    /// Learns from an item that the server answered, and from the item that asked for it.
    pub(crate) fn learn(&mut self, request: &Node, response: &Node) {
        let status = response.child(tag::RESULT_STATUS).and_then(Node::enumeration);
        if status != Some(ResultStatus::Success.code()) {
            return;
        }
        let Some(operation) = response.child(tag::OPERATION).and_then(Node::enumeration) else {
            return;
        };
        let (Some(asked), Some(answered)) =
            (request.child(tag::REQUEST_PAYLOAD), response.child(tag::RESPONSE_PAYLOAD))
        else {
            return;
        };
        for identifier in identifiers(answered) {
            if let Some(origin) = self.origin(Operation::from_code(operation), asked) {
                let object = Object { origin, ..Object::default() };
                self.known.insert(identifier.to_owned(), object);
            }
            self.known.entry(identifier.to_owned()).or_default().describe(operation, asked);
        }
    }

    /// Where new objects come from; nothing where the operation makes none.
    fn origin(&self, operation: Operation, asked: &Node) -> Option<Origin> {
        match operation {
            Operation::Create
            | Operation::CreateKeyPair
            | Operation::CreateSplitKey
            | Operation::ReKey
            | Operation::ReKeyKeyPair
            | Operation::Certify
            | Operation::ReCertify => Some(Origin::Generated),
            Operation::Register | Operation::Import => Some(Origin::Registered),
            Operation::DeriveKey | Operation::JoinSplitKey => Some(self.of_bases(asked)),
            _ => None,
        }
    }

    /// Where something computed from other objects comes from.
    fn of_bases(&self, asked: &Node) -> Origin {
        let mut bases = identifiers(asked);
        let is_registered = |base: &str| {
            let base = self.of(base);
            let source =
                base.share_of.as_deref().map_or(base.origin, |whole| self.of(whole).origin);
            source == Origin::Registered
        };
        if bases.all(is_registered) { Origin::Registered } else { Origin::Generated }
    }
}

impl Object {
    /// Learns what a request says about the object.
    fn describe(&mut self, operation: u32, asked: &Node) {
        if operation == Operation::CreateSplitKey.code() {
            self.share_of = identifiers(asked).next().map(str::to_owned);
        }
        for attribute in attributes::within(asked) {
            match (attribute.meaning, attribute.value) {
                (date, Value::DateTime(seconds)) => {
                    self.dates.insert((date, *seconds));
                }
                (tag::OBJECT_GROUP, _) => self.has_group = true,
                (tag::CRYPTOGRAPHIC_ALGORITHM, Value::Enumeration(algorithm)) => {
                    self.algorithm = Some(*algorithm);
                }
                (tag::CRYPTOGRAPHIC_PARAMETERS, Value::Structure(parameters)) => {
                    let padding = parameters.iter().find(|node| node.tag == tag::PADDING_METHOD);
                    self.padding = padding.and_then(Node::enumeration).or(self.padding);
                }
                _ => {}
            }
        }
        if let Some(date) = asked.child(tag::COMPROMISE_OCCURRENCE_DATE)
            && let Value::DateTime(seconds) = date.value
        {
            self.dates.insert((tag::COMPROMISE_OCCURRENCE_DATE, seconds));
        }
        for block in asked.all(tag::KEY_BLOCK) {
            let algorithm = block.child(tag::CRYPTOGRAPHIC_ALGORITHM).and_then(Node::enumeration);
            self.algorithm = algorithm.or(self.algorithm);
        }
    }
}

/// The objects that a payload names.
fn identifiers(payload: &Node) -> impl Iterator<Item = &str> {
    let is_identifier = |node: &&Node| {
        matches!(
            node.tag,
            tag::UNIQUE_IDENTIFIER
                | tag::PRIVATE_KEY_UNIQUE_IDENTIFIER
                | tag::PUBLIC_KEY_UNIQUE_IDENTIFIER
        )
    };
    payload.children().iter().filter(is_identifier).filter_map(Node::text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tag: Tag, text: &str) -> Node {
        Node::new(tag, Value::TextString(text.to_owned()))
    }

    /// An item of a request or a response.
    fn item(payload: Tag, operation: Operation, children: Vec<Node>) -> Node {
        Node::new(
            tag::BATCH_ITEM,
            Value::Structure(vec![
                Node::new(tag::OPERATION, Value::Enumeration(operation.code())),
                Node::new(tag::RESULT_STATUS, Value::Enumeration(ResultStatus::Success.code())),
                Node::new(payload, Value::Structure(children)),
            ]),
        )
    }

    fn learn(objects: &mut Objects, operation: Operation, asked: &[&str], answered: &[&str]) {
        let nodes = |identifiers: &[&str]| {
            identifiers.iter().map(|one| text(tag::UNIQUE_IDENTIFIER, one)).collect()
        };
        objects.learn(
            &item(tag::REQUEST_PAYLOAD, operation, nodes(asked)),
            &item(tag::RESPONSE_PAYLOAD, operation, nodes(answered)),
        );
    }

    #[test]
    fn what_is_computed_from_registered_objects_is_known() {
        let mut objects = Objects::default();
        learn(&mut objects, Operation::Register, &[], &["registered"]);
        learn(&mut objects, Operation::Create, &[], &["generated"]);
        learn(&mut objects, Operation::DeriveKey, &["registered"], &["derived"]);
        learn(&mut objects, Operation::DeriveKey, &["registered", "generated"], &["mixed"]);
        learn(&mut objects, Operation::CreateSplitKey, &["registered"], &["share-1", "share-2"]);
        learn(&mut objects, Operation::JoinSplitKey, &["share-1", "share-2"], &["joined"]);
        let origin = |name| objects.of(name).origin;
        assert_eq!(origin("registered"), Origin::Registered);
        assert_eq!(origin("generated"), Origin::Generated);
        assert_eq!(origin("derived"), Origin::Registered);
        assert_eq!(origin("mixed"), Origin::Generated);
        assert_eq!(origin("share-1"), Origin::Generated);
        assert_eq!(origin("joined"), Origin::Registered);
        assert_eq!(origin("unknown"), Origin::Registered);
    }

    #[test]
    fn dates_that_a_request_has_set_are_known() {
        let mut objects = Objects::default();
        let attribute = Node::new(
            tag::ATTRIBUTE,
            Value::Structure(vec![
                text(tag::ATTRIBUTE_NAME, "Activation Date"),
                Node::new(tag::ATTRIBUTE_VALUE, Value::DateTime(5)),
            ]),
        );
        objects.learn(
            &item(tag::REQUEST_PAYLOAD, Operation::AddAttribute, vec![attribute]),
            &item(
                tag::RESPONSE_PAYLOAD,
                Operation::AddAttribute,
                vec![text(tag::UNIQUE_IDENTIFIER, "a")],
            ),
        );
        assert!(objects.has_set("a", tag::ACTIVATION_DATE, 5));
        assert!(!objects.has_set("a", tag::ACTIVATION_DATE, 6));
        assert!(!objects.has_set("b", tag::ACTIVATION_DATE, 5));
    }
}
