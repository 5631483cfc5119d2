//! Published answers in place of a server's: so the cases, the placeholders and the comparison can be tried without one.

use std::collections::HashMap;

use anyhow::Result;
use claviger_wire_ttlv::ItemType;

use crate::node::{Node, Value};
use crate::session::Session;

/// Answers with what was published, and with values of its own in place of the placeholders.
#[derive(Default)]
pub(crate) struct Rehearsal {
    made: HashMap<String, Value>,
}

impl Rehearsal {
    /// A published message, as a server might send it.
    ///
    /// # Errors
    /// A placeholder of a type that has no values of its own.
    pub(crate) fn message(&mut self, session: &Session, published: &Node) -> Result<Node> {
        let value = match &published.value {
            Value::Structure(children) => {
                let children = children.iter().map(|child| self.message(session, child));
                Value::Structure(children.collect::<Result<_>>()?)
            }
            Value::Placeholder(item_type, name) => match session.placeholder(name) {
                Some(known) => known.clone(),
                None => self.value(*item_type, name),
            },
            Value::Now(..) => return session.resolved(published),
            value => value.clone(),
        };
        Ok(Node::new(published.tag, value))
    }

    fn value(&mut self, item_type: ItemType, name: &str) -> Value {
        let number = self.made.len();
        let made = self.made.entry(name.to_owned()).or_insert_with(|| match item_type {
            ItemType::TextString => Value::TextString(format!("made up for {name}")),
            ItemType::ByteString => Value::ByteString(name.bytes().chain([0, 1, 2]).collect()),
            ItemType::Integer => Value::Integer(i32::try_from(number).unwrap_or(0) + 1_000),
            ItemType::LongInteger => Value::LongInteger(i64::try_from(number).unwrap_or(0) + 1_000),
            other => Value::least(other),
        });
        made.clone()
    }
}
