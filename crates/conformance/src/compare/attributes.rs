//! Attributes and their names. They have no order among each other; the instances of one attribute have.

use std::collections::HashMap;

use claviger_wire_ttlv::{Version, tag};

use super::{Comparison, Outcome, Rule};
use crate::attributes::{self, Attribute};
use crate::node::{Node, shown};

/// An attribute with its name and its number among those of its name.
type Numbered<'n> = ((String, i32), Attribute<'n>);

impl Comparison<'_> {
    /// An attribute that stands alone, as the answer of Add Attribute has it.
    pub(super) fn single_attribute(&mut self, published: &Node, actual: &Node) -> Outcome {
        let (Some(one), Some(other)) = (Attribute::of(published), Attribute::of(actual)) else {
            return self.value(published.tag, &published.value, &actual.value);
        };
        if one.name != other.name {
            return Err(self.difference(one.name, other.name));
        }
        self.instance(&one, &other)
    }

    /// Compares two instances of the same attribute.
    fn instance(&mut self, published: &Attribute<'_>, actual: &Attribute<'_>) -> Outcome {
        self.inside(published.name.clone(), |this| {
            if published.index != actual.index {
                let index = |one: &Attribute<'_>| one.index.unwrap_or(0);
                if index(published) != 0 || index(actual) != 0 || this.version < Version::V1_1 {
                    let told = |one: &Attribute<'_>| match one.index {
                        Some(index) => format!("AttributeIndex {index}"),
                        None => "no AttributeIndex".to_owned(),
                    };
                    return Err(this.difference(told(published), told(actual)));
                }
                this.permit(Rule::AttributeIndex);
            }
            this.value(published.meaning, published.value, actual.value)
        })
    }

    /// A structure whose children are attributes under their own tags (2.x).
    pub(super) fn attribute_list(&mut self, published: &Node, actual: &Node) -> Outcome {
        self.set(vec_of(published.children()), vec_of(actual.children()))
    }

    /// A payload of which some children are attributes.
    pub(super) fn payload_with_attributes(&mut self, published: &Node, actual: &Node) -> Outcome {
        let (listed, others) = split(published);
        let (actual_listed, actual_others) = split(actual);
        self.fields(published.tag, &others, &actual_others)?;
        self.set(vec_of(&listed), vec_of(&actual_listed))
    }

    /// Compares two sets of attributes.
    fn set(&mut self, published: Vec<Attribute<'_>>, actual: Vec<Attribute<'_>>) -> Outcome {
        let mut left = self.numbered(actual)?;
        let order: Vec<String> = left.iter().map(|(key, _)| key.0.clone()).collect();
        let mut positions = Vec::new();
        for (key, attribute) in self.numbered(published)? {
            let Some(at) = left.iter().position(|(other, _)| *other == key) else {
                if self.is_foreign_group(&key.0) {
                    self.permit(Rule::ObjectGroup);
                    continue;
                }
                return Err(self.difference(
                    told(&attribute),
                    format!("no such instance among {}", order.join(", ")),
                ));
            };
            let (_, other) = left.remove(at);
            positions.push(order.iter().position(|name| *name == key.0));
            self.instance(&attribute, &other)?;
        }
        if !positions.is_sorted() {
            self.permit(Rule::Order);
        }
        let request = self.item.request;
        let asked = request.map(attributes::asked_for).unwrap_or_default();
        for ((name, _), attribute) in left {
            // Who asks for attributes by name gets these: one that is published as absent is absent.
            if !asked.is_empty() {
                return Err(self.difference("nothing more", told(&attribute)));
            }
            let rule = match name.as_str() {
                name if is_group(name) => Rule::ObjectGroup,
                _ if name.starts_with("y-") || name.starts_with("y:") => Rule::CustomAttribute,
                _ => Rule::AdditionalAttribute,
            };
            self.inside(name, |this| {
                this.permit(rule);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether an attribute is an object group that the server made up: no request has set one.
    fn is_foreign_group(&self, name: &str) -> bool {
        is_group(name) && !self.session.objects.has_groups()
    }

    /// Attributes with their names and numbers among those of their name; each number occurs once.
    fn numbered<'n>(
        &self,
        attributes: Vec<Attribute<'n>>,
    ) -> Result<Vec<Numbered<'n>>, super::Difference> {
        let mut counts: HashMap<String, i32> = HashMap::new();
        let mut numbered: Vec<Numbered<'n>> = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let count = counts.entry(attribute.name.clone()).or_default();
            // 2.x has no indexes: there the order counts.
            let number = match attribute.index {
                Some(index) => index,
                None if self.version < Version::V2_0 => 0,
                None => *count,
            };
            *count += 1;
            let key = (attribute.name.clone(), number);
            if numbered.iter().any(|(other, _)| *other == key) {
                return Err(self.difference("every instance once", told(&attribute)));
            }
            numbered.push((key, attribute));
        }
        Ok(numbered)
    }

    /// The names of attributes that an object has.
    pub(super) fn attribute_names(&mut self, published: &Node, actual: &Node) -> Outcome {
        let is_name = |node: &&Node| attributes::referred(node).is_some();
        let others = |payload: &Node| -> Vec<Node> {
            payload.children().iter().filter(|node| !is_name(node)).cloned().collect()
        };
        self.fields(published.tag, &others(published), &others(actual))?;
        let names = |payload: &Node| -> Vec<String> {
            payload.children().iter().filter_map(attributes::referred).collect()
        };
        let (published, actual) = (names(published), names(actual));
        for (index, name) in actual.iter().enumerate() {
            if actual.iter().take(index).any(|earlier| earlier == name) {
                return Err(self.difference("every name once", format!("{name} twice")));
            }
        }
        for name in published.iter().filter(|name| !actual.contains(name)) {
            if !self.is_foreign_group(name) {
                return Err(self.difference(name.clone(), actual.join(", ")));
            }
            self.permit(Rule::ObjectGroup);
        }
        if actual.len() > published.len() {
            self.permit(Rule::AdditionalAttribute);
        }
        self.permit(Rule::Order);
        Ok(())
    }
}

fn is_group(name: &str) -> bool {
    matches!(name, "Object Group" | "ObjectGroup")
}

fn vec_of(nodes: &[Node]) -> Vec<Attribute<'_>> {
    nodes.iter().filter_map(Attribute::of).collect()
}

/// The children of a payload that are attributes of 1.x, and the others.
fn split(payload: &Node) -> (Vec<Node>, Vec<Node>) {
    payload.children().iter().cloned().partition(|node| node.tag == tag::ATTRIBUTE)
}

fn told(attribute: &Attribute<'_>) -> String {
    let index = attribute.index.map(|index| format!("[{index}]")).unwrap_or_default();
    format!("{}{index} = {}", attribute.name, shown(attribute.meaning, attribute.value))
}
