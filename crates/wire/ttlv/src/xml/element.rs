//! A document as a tree of elements: for whoever compares documents with messages.

use super::decode::{STRUCTURE_WITH_VALUE, Substitute, check_length, leaf, tag_of, type_of};
use super::error::{XmlError, XmlFault};
use super::scanner::{Part, Scanner};
use crate::assemble::Assembly;
use crate::limits::MAXIMUM_DEPTH;
use crate::{Buffer, ItemType, Limits, Tag};

/// An element with everything in it, to look at: it shows its values and does not wipe them, so it is for test cases and not for
/// the keys of anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name as written.
    pub name: String,
    /// The tag that it stands for; nothing for an element that is no part of a message, such as `KMIP` around a test case.
    pub tag: Option<Tag>,
    /// The type that it says; nothing if it says none, which stands for a structure.
    pub item_type: Option<ItemType>,
    /// The text of its attribute `value`, references resolved.
    pub value: Option<String>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// Comments, and text between elements, in it.
    pub comments: Vec<String>,
    /// Where it begins, in bytes from the start of the document.
    pub offset: usize,
}

impl Element {
    /// Whether it stands for a structure.
    #[must_use]
    pub fn is_structure(&self) -> bool {
        matches!(self.item_type, None | Some(ItemType::Structure))
    }

    /// The first element in it with this tag.
    #[must_use]
    pub fn child(&self, tag: Tag) -> Option<&Self> {
        self.children.iter().find(|child| child.tag == Some(tag))
    }

    /// The binary encoding of the message that it is. The closure may replace values, as in [`super::decode_with`].
    ///
    /// # Errors
    /// What is wrong first, with its place in the document.
    pub fn decode(
        &self,
        limits: &Limits,
        substitute: &mut dyn FnMut(Tag, ItemType, &str) -> Option<Substitute>,
    ) -> Result<Buffer, XmlError> {
        let mut assembly = Assembly::new(limits, 0);
        self.add_to(&mut assembly, limits, substitute)?;
        Ok(assembly.finish())
    }

    /// Adds itself and everything in it; no deeper than the document was when it was read.
    fn add_to(
        &self,
        assembly: &mut Assembly,
        limits: &Limits,
        substitute: &mut dyn FnMut(Tag, ItemType, &str) -> Option<Substitute>,
    ) -> Result<(), XmlError> {
        let tag = self.tag.ok_or(XmlFault::UnknownTag.at(self.offset))?;
        let added = |outcome: Result<(), _>| {
            outcome.map_err(|fault| XmlFault::from_assembly(fault, limits).at(self.offset))
        };
        match self.item_type {
            None | Some(ItemType::Structure) => {
                if self.value.is_some() {
                    return Err(STRUCTURE_WITH_VALUE.at(self.offset));
                }
                added(assembly.open(tag))?;
                for child in &self.children {
                    child.add_to(assembly, limits, substitute)?;
                }
                assembly.close();
                Ok(())
            }
            Some(item_type) => {
                let value = self.value.as_deref();
                let value = value.ok_or(XmlFault::Missing("value").at(self.offset))?;
                added(leaf(assembly, tag, item_type, value, substitute))
            }
        }
    }
}

/// Reads a document into its outermost elements: one, or several behind each other.
///
/// Elements of any name are read, so that files that hold many messages can be. The default [`Limits`] are in force.
///
/// # Errors
/// What is wrong first, with its place.
pub fn parse_document(text: &str) -> Result<Vec<Element>, XmlError> {
    let limits = Limits::default();
    check_length(text.len(), &limits)?;
    let mut scanner = Scanner::new(text)?;
    // The element at the bottom stands for the document.
    let mut open = vec![Element::default()];
    let mut items = 0;
    while let Some(part) = scanner.next_part()? {
        let offset = scanner.start;
        match part {
            Part::Comment(comment) => {
                innermost(&mut open).comments.push(comment.trim().to_owned());
            }
            Part::Text(text) => innermost(&mut open).comments.push(text.trim().to_owned()),
            Part::Start { name, empty } => {
                items += 1;
                if items > limits.items {
                    return Err(XmlFault::TooManyItems { limit: limits.items }.at(offset));
                }
                if open.len() > MAXIMUM_DEPTH {
                    return Err(XmlFault::TooDeep { limit: MAXIMUM_DEPTH }.at(offset));
                }
                let element = element(&scanner, name)?;
                if empty {
                    innermost(&mut open).children.push(element);
                } else {
                    open.push(element);
                }
            }
            Part::End { name } => match open.pop() {
                Some(element) if element.name == name && !open.is_empty() => {
                    innermost(&mut open).children.push(element);
                }
                _ => return Err(XmlFault::Expected("the end of another element").at(offset)),
            },
        }
    }
    match open.as_mut_slice() {
        [document] => Ok(std::mem::take(&mut document.children)),
        _ => Err(XmlFault::Expected("the end of an element").at(text.len())),
    }
}

/// The element that the scanner gave last, still without what is in it.
fn element(scanner: &Scanner<'_>, name: &str) -> Result<Element, XmlError> {
    let offset = scanner.start;
    let item_type = match scanner.attribute("type")? {
        Some(name) => Some(type_of(Some(name)).map_err(|fault| fault.at(offset))?),
        None => None,
    };
    Ok(Element {
        name: name.to_owned(),
        tag: tag_of(name, scanner.attribute("tag")?).ok(),
        item_type,
        value: scanner.attribute("value")?.map(|value| value.to_owned()),
        offset,
        ..Element::default()
    })
}

/// The element that was opened last, or the document.
fn innermost(open: &mut Vec<Element>) -> &mut Element {
    if open.is_empty() {
        open.push(Element::default());
    }
    let last = open.len() - 1;
    &mut open[last]
}
