//! What a run of a case has seen so far: the values behind its placeholders, and the objects that it made.

mod objects;

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, bail};
use claviger_wire_ttlv::{ItemType, Tag, tag};

pub(crate) use objects::{Object, Objects, Origin};

use crate::node::{Node, Value};

/// The state of one run.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The time that `$NOW` stands for in every message of the run, in seconds since 1970.
    pub(crate) start: i64,
    /// The objects that requests of the run have named or made.
    pub(crate) objects: Objects,
    placeholders: HashMap<String, Value>,
    /// The last value that a response had in each of [`SENT_BACK`].
    fields: HashMap<&'static str, Value>,
    /// Key material of generated objects, by object and by the material that the publication shows in its place.
    materials: HashMap<(String, Vec<u8>), Vec<u8>>,
    /// Every output that a response had.
    answered: HashSet<Vec<u8>>,
}

/// Fields whose values requests send back by the field's name, although the response was published with other values.
const SENT_BACK: &[(&str, Tag)] = &[
    ("ASYNCHRONOUS_CORRELATION_VALUE", tag::ASYNCHRONOUS_CORRELATION_VALUE),
    ("AUTHENTICATED_ENCRYPTION_TAG", tag::AUTHENTICATED_ENCRYPTION_TAG),
    ("CORRELATION_VALUE", tag::CORRELATION_VALUE),
    ("DATA", tag::DATA),
    ("DIGEST_VALUE", tag::DIGEST_VALUE),
    ("IV_COUNTER_NONCE", tag::IV_COUNTER_NONCE),
    ("KEY_MATERIAL", tag::KEY_MATERIAL),
    ("KEY_VALUE", tag::KEY_VALUE),
    ("MAC_DATA", tag::MAC_DATA),
    ("SERVER_CORRELATION_VALUE", tag::SERVER_CORRELATION_VALUE),
    ("SIGNATURE_DATA", tag::SIGNATURE_DATA),
    ("TICKET_VALUE", tag::TICKET_VALUE),
];

impl Session {
    /// A run that starts now, in seconds since 1970.
    pub(crate) fn new(start: i64) -> Self {
        Self {
            start,
            objects: Objects::default(),
            placeholders: HashMap::new(),
            fields: HashMap::new(),
            materials: HashMap::new(),
            answered: HashSet::new(),
        }
    }

    /// Forgets the placeholders, which belong to one file, and keeps the objects, which the next case of the store sees.
    pub(crate) fn next_case(&mut self) {
        self.placeholders.clear();
        self.fields.clear();
    }

    /// A message with values in place of its placeholders.
    ///
    /// # Errors
    /// A placeholder for which no response had a value.
    pub(crate) fn resolved(&self, node: &Node) -> Result<Node> {
        let value = match &node.value {
            Value::Structure(children) => Value::Structure(
                children.iter().map(|child| self.resolved(child)).collect::<Result<_>>()?,
            ),
            Value::Now(item_type, offset) => self.time(*item_type, *offset)?,
            Value::Placeholder(item_type, name) => {
                let value = self.value_of(name).with_context(|| {
                    format!("the request needs ${name}, and no response had a value for it")
                })?;
                if value.item_type() != *item_type {
                    bail!("${name} is {}, and the request needs {item_type}", value.item_type());
                }
                value.clone()
            }
            value => value.clone(),
        };
        Ok(Node::new(node.tag, value))
    }

    fn time(&self, item_type: ItemType, offset: i64) -> Result<Value> {
        let seconds = self.start.saturating_add(offset);
        match item_type {
            ItemType::DateTime => Ok(Value::DateTime(seconds)),
            ItemType::DateTimeExtended => {
                Ok(Value::DateTimeExtended(seconds.saturating_mul(1_000_000)))
            }
            _ => bail!("$NOW is no {item_type}"),
        }
    }

    /// The value behind a placeholder: what a response had in its place, else what the last response had in the field of
    /// its name.
    fn value_of(&self, name: &str) -> Option<&Value> {
        self.placeholders.get(name).or_else(|| {
            let field = name.trim_end_matches(|c: char| c.is_ascii_digit());
            self.fields.get(field.strip_suffix('_').unwrap_or(field))
        })
    }

    /// The value that a response had in place of a placeholder.
    pub(crate) fn placeholder(&self, name: &str) -> Option<&Value> {
        self.placeholders.get(name)
    }

    /// Another placeholder that stands for the same value.
    pub(crate) fn other_name(&self, name: &str, value: &Value) -> Option<&str> {
        let family = |name: &str| {
            name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_').to_owned()
        };
        self.placeholders
            .iter()
            .find(|(other, bound)| {
                *other != name && *bound == value && family(other) == family(name)
            })
            .map(|(other, _)| other.as_str())
    }

    /// Remembers what a response has in place of a placeholder.
    pub(crate) fn bind(&mut self, name: &str, value: Value) {
        self.placeholders.insert(name.to_owned(), value);
    }

    /// Remembers the fields of a response that later requests send back.
    pub(crate) fn remember(&mut self, response: &Node) {
        response.walk(&mut |node| {
            if let Some((name, _)) = SENT_BACK.iter().find(|(_, tag)| *tag == node.tag) {
                self.fields.insert(name, node.value.clone());
            }
            if let (tag::DATA, Value::ByteString(data)) = (node.tag, &node.value) {
                self.answered.insert(data.clone());
            }
        });
    }

    /// Whether a response of this run had this output, which is now sent back.
    pub(crate) fn has_answered(&self, data: &Node) -> bool {
        matches!(&data.value, Value::ByteString(data) if self.answered.contains(data))
    }

    /// Checks that a generated object shows the same material wherever the publication shows the same.
    pub(crate) fn material_stays(
        &mut self,
        object: &str,
        published: &[u8],
        material: &[u8],
    ) -> bool {
        let known = self
            .materials
            .entry((object.to_owned(), published.to_vec()))
            .or_insert_with(|| material.to_vec());
        known.as_slice() == material
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> Node {
        Node::new(tag::UNIQUE_IDENTIFIER, Value::Placeholder(ItemType::TextString, name.to_owned()))
    }

    #[test]
    fn placeholders_are_filled_from_responses() {
        let mut session = Session::new(1_000);
        assert!(session.resolved(&text("UNIQUE_IDENTIFIER_0")).is_err());
        session.bind("UNIQUE_IDENTIFIER_0", Value::TextString("id".to_owned()));
        assert_eq!(
            session.resolved(&text("UNIQUE_IDENTIFIER_0")).expect("bound").text(),
            Some("id")
        );
        let date = Node::new(tag::ACTIVATION_DATE, Value::Now(ItemType::DateTime, -60));
        assert_eq!(session.resolved(&date).expect("a time").value, Value::DateTime(940));
    }

    #[test]
    fn a_field_of_the_last_response_is_sent_back_by_its_name() {
        let mut session = Session::new(0);
        let data = Value::ByteString(vec![1, 2]);
        session.remember(&Node::new(
            tag::RESPONSE_PAYLOAD,
            Value::Structure(vec![Node::new(tag::DATA, data.clone())]),
        ));
        let request =
            Node::new(tag::DATA, Value::Placeholder(ItemType::ByteString, "DATA_0".to_owned()));
        assert_eq!(session.resolved(&request).expect("remembered").value, data);
    }

    #[test]
    fn material_of_one_object_does_not_change() {
        let mut session = Session::new(0);
        assert!(session.material_stays("a", &[1], &[7]));
        assert!(session.material_stays("a", &[1], &[7]));
        assert!(!session.material_stays("a", &[1], &[8]));
        assert!(session.material_stays("b", &[1], &[8]));
    }
}
