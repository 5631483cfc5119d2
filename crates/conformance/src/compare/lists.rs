//! The answers that are lists: of Locate, Query and DiscoverVersions.

use claviger_wire_ttlv::{Tag, Version, tag};

use super::{Comparison, Outcome, Rule};
use crate::node::{Node, Value, shown, tag_name};

impl Comparison<'_> {
    /// The objects that Locate finds: the same ones, in 1.x in any order.
    pub(super) fn located(&mut self, published: &Node, actual: &Node) -> Outcome {
        let others = |payload: &Node| -> Vec<Node> {
            let keep =
                |node: &&Node| !matches!(node.tag, tag::UNIQUE_IDENTIFIER | tag::LOCATED_ITEMS);
            payload.children().iter().filter(keep).cloned().collect()
        };
        self.fields(published.tag, &others(published), &others(actual))?;
        self.located_items(published.child(tag::LOCATED_ITEMS), actual.child(tag::LOCATED_ITEMS))?;
        let identifiers = |payload: &Node| -> Vec<Value> {
            let found = payload.children().iter().filter(|node| node.tag == tag::UNIQUE_IDENTIFIER);
            found.map(|node| node.value.clone()).collect()
        };
        let (published, mut left) = (identifiers(published), identifiers(actual));
        if published.len() != left.len() {
            let count = |count: usize| format!("{count} located objects");
            return Err(self.difference(count(published.len()), count(left.len())));
        }
        if self.version >= Version::V2_0 {
            // From 2.0 on they SHALL come newest first (KMIP 2.1, section 6.1.28).
            for (value, found) in published.iter().zip(&left) {
                self.value(tag::UNIQUE_IDENTIFIER, value, found)?;
            }
            return Ok(());
        }
        // Placeholders that are bound already take their objects first; the others take what is left, in order.
        let (bound, open): (Vec<Value>, Vec<Value>) =
            published.iter().cloned().partition(|value| self.known(value).is_some());
        for value in bound {
            let known = self.known(&value).unwrap_or(value);
            let Some(at) = left.iter().position(|other| *other == known) else {
                let found: Vec<String> = left.iter().map(Value::to_string).collect();
                return Err(self.difference(known.to_string(), found.join(", ")));
            };
            left.remove(at);
        }
        for (value, found) in open.iter().zip(&left) {
            self.value(tag::UNIQUE_IDENTIFIER, value, found)?;
        }
        if published.len() > 1 {
            self.permit(Rule::Order);
        }
        Ok(())
    }

    /// The value that a published one has in this run, if that is known.
    fn known(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Placeholder(_, name) => self.session.placeholder(name).cloned(),
            value => Some(value.clone()),
        }
    }

    fn located_items(&mut self, published: Option<&Node>, actual: Option<&Node>) -> Outcome {
        match (published, actual) {
            (Some(published), Some(actual)) => self.pair(published, actual),
            (Some(published), None) => Err(self.missing(published, None)),
            (None, Some(_)) => {
                self.permit(Rule::LocatedItems);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    /// What a server says about itself: what is required must be there.
    pub(super) fn queried(&mut self, published: &Node, actual: &Node) -> Outcome {
        let (published, actual) = (groups(published), groups(actual));
        for (tag, expected) in &published {
            let got =
                actual.iter().find(|(other, _)| other == tag).map(|(_, nodes)| nodes.as_slice());
            let got = got.unwrap_or_default();
            match *tag {
                tag::OPERATION => self.at_least(expected, got, Rule::Operations)?,
                tag::OBJECT_TYPE => self.at_least(expected, got, Rule::ObjectTypes)?,
                tag::EXTENSION_INFORMATION => self.at_least(expected, got, Rule::ExtensionList)?,
                tag::APPLICATION_NAMESPACE => self.permit(Rule::Namespaces),
                tag::VENDOR_IDENTIFICATION => self.permit(Rule::VendorIdentification),
                _ => self.one_by_one(expected, got)?,
            }
        }
        for (tag, nodes) in &actual {
            if published.iter().any(|(other, _)| other == tag) {
                continue;
            }
            let rule = match *tag {
                tag::APPLICATION_NAMESPACE => Some(Rule::Namespaces),
                tag::VENDOR_IDENTIFICATION => Some(Rule::VendorIdentification),
                _ => None,
            };
            match (rule, nodes.first()) {
                (Some(rule), _) => self.permit(rule),
                (None, Some(node)) => return Err(self.unexpected(node)),
                (None, None) => {}
            }
        }
        self.group_order(&published, &actual)
    }

    /// A list in which everything that is published stands, once.
    fn at_least(&mut self, published: &[&Node], actual: &[&Node], more: Rule) -> Outcome {
        for (index, node) in actual.iter().enumerate() {
            if actual.iter().take(index).any(|earlier| earlier == node) {
                let value = shown(node.tag, &node.value);
                return Err(self
                    .difference(format!("every {} once", node.name()), format!("{value} twice")));
            }
        }
        if let Some(node) = published.iter().find(|node| !actual.contains(node)) {
            let got: Vec<String> = actual.iter().map(|node| shown(node.tag, &node.value)).collect();
            return Err(self.difference(
                format!("{} {}", node.name(), shown(node.tag, &node.value)),
                got.join(", "),
            ));
        }
        if actual.len() > published.len() {
            self.permit(more);
        }
        if published != actual {
            self.permit(Rule::Order);
        }
        Ok(())
    }

    fn one_by_one(&mut self, published: &[&Node], actual: &[&Node]) -> Outcome {
        for (index, expected) in published.iter().enumerate() {
            let Some(got) = actual.get(index) else { return Err(self.missing(expected, None)) };
            self.pair(expected, got)?;
        }
        match actual.get(published.len()) {
            Some(node) => Err(self.unexpected(node)),
            None => Ok(()),
        }
    }

    /// The kinds of answers stand in the order that the specification gives them.
    fn group_order(&mut self, published: &[Group<'_>], actual: &[Group<'_>]) -> Outcome {
        let order: Vec<Tag> = actual
            .iter()
            .map(|(tag, _)| *tag)
            .filter(|tag| published.iter().any(|(other, _)| other == tag))
            .collect();
        let expected: Vec<Tag> =
            published.iter().map(|(tag, _)| *tag).filter(|tag| order.contains(tag)).collect();
        if order == expected {
            return Ok(());
        }
        let names = |tags: Vec<Tag>| tags.into_iter().map(tag_name).collect::<Vec<_>>().join(", ");
        Err(self.difference(names(expected), names(order)))
    }

    /// The versions that a server speaks, newest first.
    pub(super) fn versions(&mut self, published: &Node, actual: &Node) -> Outcome {
        let is_limited = self.item.request.is_some_and(|request| !request.children().is_empty());
        if is_limited || published.children().len() == actual.children().len() {
            return self.fields(published.tag, published.children(), actual.children());
        }
        let mut rest = actual.children().iter();
        for version in published.children() {
            if !rest.any(|other| other == version) {
                return Err(self.missing(version, None));
            }
        }
        self.permit(Rule::ProtocolVersions);
        Ok(())
    }
}

/// The items of one tag.
type Group<'n> = (Tag, Vec<&'n Node>);

/// The children of a payload, by tag, in the order of their first.
fn groups(payload: &Node) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for child in payload.children() {
        match groups.iter_mut().find(|(tag, _)| *tag == child.tag) {
            Some((_, nodes)) => nodes.push(child),
            None => groups.push((child.tag, vec![child])),
        }
    }
    groups
}
