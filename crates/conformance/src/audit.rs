//! How strict the comparison is: every value of every published answer is changed in turn, and what is forgiven is counted.
//!
//! A comparison that forgives too much passes servers that are wrong. This lays bare what it forgives, by rule and by field.

use std::collections::BTreeMap;

use anyhow::Result;
use claviger_wire_ttlv::{Tag, tag};

use crate::case::{Case, CaseId, Direction, Errata, version};
use crate::compare::{self, Exchange};
use crate::node::{Node, Value, tag_name};
use crate::rehearsal::Rehearsal;
use crate::session::Session;

/// Seconds since 1970 at which the audited runs take place.
const NOW: i64 = 1_800_000_000;

/// What became of the changes.
#[derive(Default)]
pub(crate) struct Audit {
    changed: usize,
    /// How many changes each rule forgave, by the field that was changed.
    forgiven: BTreeMap<(String, String), usize>,
}

impl Audit {
    /// Changes every value of a case's answers, one at a time.
    ///
    /// # Errors
    /// If the case cannot be read, or its unchanged answers differ from themselves.
    pub(crate) fn case(&mut self, id: &CaseId, errata: &Errata) -> Result<()> {
        let case = Case::read(id, errata)?;
        let mut session = Session::new(NOW);
        let mut rehearsal = Rehearsal::default();
        for step in case.steps.iter().filter(|step| step.direction == Direction::ToServer) {
            let version = version(&step.request).unwrap_or(case.version);
            let request = session.resolved(&step.request)?;
            let actual = rehearsal.message(&session, &step.response)?;
            let compared = |session: &mut Session, actual: &Node| {
                let published = &step.response;
                compare::compare(
                    session,
                    &Exchange { version, request: &request, published, actual, now: NOW },
                )
            };
            for leaf in 0..leaves(&actual) {
                let (changed, field) = changed(&actual, leaf);
                self.changed += 1;
                if let Ok(uses) = compared(&mut session.clone(), &changed) {
                    let before = compared(&mut session.clone(), &actual).unwrap_or_default();
                    let rule = uses.iter().find(|used| !before.contains(used)).or(uses.last());
                    let rule = rule.map_or("no rule".to_owned(), |used| used.rule.to_string());
                    *self.forgiven.entry((rule, tag_name(field))).or_default() += 1;
                }
            }
            compared(&mut session, &actual)
                .map_err(|difference| anyhow::anyhow!("{difference}"))?;
        }
        Ok(())
    }

    /// The counts, for people.
    pub(crate) fn report(&self) -> String {
        let forgiven: usize = self.forgiven.values().sum();
        let mut text = format!("{} values changed, {forgiven} changes forgiven\n", self.changed);
        for ((rule, field), count) in &self.forgiven {
            text.push_str(&format!("{count:>7}  {rule:<26}{field}\n"));
        }
        text
    }
}

fn leaves(node: &Node) -> usize {
    match &node.value {
        Value::Structure(children) => children.iter().map(leaves).sum(),
        _ => 1,
    }
}

/// The message with one of its values changed, and the tag of that value.
fn changed(node: &Node, leaf: usize) -> (Node, Tag) {
    let mut left = leaf;
    let mut field = tag::RESPONSE_MESSAGE;
    let changed = with_change(node, &mut left, &mut field);
    (changed, field)
}

/// Counts leaves down; `left` is huge when the change has been made.
fn with_change(node: &Node, left: &mut usize, field: &mut Tag) -> Node {
    if let Value::Structure(children) = &node.value {
        let children = children.iter().map(|child| with_change(child, left, field)).collect();
        return Node::new(node.tag, Value::Structure(children));
    }
    let is_it = *left == 0;
    *left = left.checked_sub(1).unwrap_or(usize::MAX);
    if !is_it {
        return node.clone();
    }
    *field = node.tag;
    Node::new(node.tag, other(&node.value))
}

/// Another value of the same type, as near as mistakes are.
fn other(value: &Value) -> Value {
    const DAY: i64 = 86_400;
    let flipped = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        match bytes.last_mut() {
            Some(last) => *last ^= 1,
            None => bytes.push(1),
        }
        bytes
    };
    match value {
        Value::Structure(children) => Value::Structure(children.clone()),
        Value::Integer(number) => Value::Integer(number.wrapping_add(1)),
        Value::LongInteger(number) => Value::LongInteger(number.wrapping_add(1)),
        Value::BigInteger(bytes) => Value::BigInteger(flipped(bytes)),
        Value::Enumeration(number) => Value::Enumeration(number.wrapping_add(1)),
        Value::Boolean(truth) => Value::Boolean(!truth),
        Value::TextString(text) => Value::TextString(format!("{text}x")),
        Value::ByteString(bytes) => Value::ByteString(flipped(bytes)),
        Value::DateTime(seconds) => Value::DateTime(seconds.wrapping_add(DAY)),
        Value::Interval(seconds) => Value::Interval(seconds.wrapping_add(1)),
        Value::DateTimeExtended(microseconds) => {
            Value::DateTimeExtended(microseconds.wrapping_add(DAY))
        }
        open @ (Value::Now(..) | Value::Placeholder(..)) => open.clone(),
    }
}
