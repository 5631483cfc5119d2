//! Lays an answer beside the published one.
//!
//! Everything must be equal, unless one of the [`rules`] permits the difference; every use of a rule is recorded, so that
//! one can see what a passed case has been forgiven.
//!
//! | file            | what it is about                                                        |
//! |-----------------|-------------------------------------------------------------------------|
//! | `rules.rs`      | the permitted variations and their clauses                              |
//! | `message.rs`    | headers, batch items, payloads, and structures in general               |
//! | `attributes.rs` | attributes and their names, which have no order                         |
//! | `lists.rs`      | the answers to Locate, Query and DiscoverVersions                       |
//! | `leaf.rs`       | single values                                                           |

mod attributes;
mod leaf;
mod lists;
mod message;
mod rules;
#[cfg(test)]
mod tests;

use std::fmt;

use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::{Tag, Version};

pub(crate) use rules::Rule;

use crate::node::{Node, Value, shown, tag_name};
use crate::session::{Object, Session};

/// What is laid beside what.
pub(crate) struct Exchange<'a> {
    /// The version that the two sides speak.
    pub(crate) version: Version,
    /// What was asked, without placeholders.
    pub(crate) request: &'a Node,
    /// What was published as the answer; for a message of the server, what was published as the request.
    pub(crate) published: &'a Node,
    /// What came.
    pub(crate) actual: &'a Node,
    /// When it came, in seconds since 1970.
    pub(crate) now: i64,
}

/// A rule, and where it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The rule.
    pub(crate) rule: Rule,
    /// The item.
    pub(crate) path: String,
}

/// The first thing about an answer that no rule permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The item.
    pub(crate) path: String,
    /// What was published.
    pub(crate) expected: String,
    /// What came.
    pub(crate) got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected {}, got {}", self.path, self.expected, self.got)
    }
}

/// Compares a message with the published one. The session learns the values behind the placeholders.
///
/// # Errors
/// The first difference that no rule permits.
pub(crate) fn compare(
    session: &mut Session,
    exchange: &Exchange<'_>,
) -> Result<Vec<Use>, Difference> {
    let mut comparison = Comparison {
        session,
        version: exchange.version,
        request: exchange.request,
        now: exchange.now,
        path: Vec::new(),
        uses: Vec::new(),
        item: ItemContext::default(),
    };
    comparison.message(exchange.published, exchange.actual)?;
    let uses = comparison.uses;
    session.remember(exchange.actual);
    Ok(uses)
}

type Outcome = Result<(), Difference>;

struct Comparison<'a> {
    session: &'a mut Session,
    version: Version,
    request: &'a Node,
    now: i64,
    path: Vec<String>,
    uses: Vec<Use>,
    item: ItemContext<'a>,
}

/// What is known while a batch item is compared.
#[derive(Clone, Default)]
struct ItemContext<'a> {
    /// What is done.
    operation: Option<Operation>,
    /// The item that asked for it.
    request: Option<&'a Node>,
    /// The object that it is about, by its identifier in this run.
    identifier: Option<String>,
    /// What is known of that object.
    object: Object,
    /// Whether the output is random by itself.
    is_random: bool,
    /// Whether the output was computed from what an earlier response of this run had.
    is_chained: bool,
    /// Whether the key block being compared is wrapped, and then whether its wrapping differs from run to run.
    wrapping: Option<bool>,
    /// Whether the values being compared are parts of key material.
    is_material: bool,
    /// Whether the digest being compared was made with another hash than the published one.
    has_other_hash: bool,
}

impl Comparison<'_> {
    /// Records that a rule permits something here.
    fn permit(&mut self, rule: Rule) {
        let path = self.path.join("/");
        self.uses.push(Use { rule, path });
    }

    fn difference(&self, expected: impl Into<String>, got: impl Into<String>) -> Difference {
        Difference { path: self.path.join("/"), expected: expected.into(), got: got.into() }
    }

    fn missing(&self, expected: &Node, next: Option<&Node>) -> Difference {
        let got = next.map_or("nothing".to_owned(), described);
        self.difference(described(expected), got)
    }

    fn unexpected(&self, got: &Node) -> Difference {
        self.difference("nothing more", described(got))
    }

    fn values_differ(&self, meaning: Tag, expected: &Value, got: &Value) -> Difference {
        self.difference(shown(meaning, expected), shown(meaning, got))
    }

    /// Compares what is inside of an item.
    fn inside(
        &mut self,
        name: impl Into<String>,
        compare: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        self.path.push(name.into());
        let outcome = compare(self);
        self.path.pop();
        outcome
    }
}

fn described(node: &Node) -> String {
    format!("{} {}", tag_name(node.tag), shown(node.tag, &node.value))
}
