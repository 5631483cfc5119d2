//! From XML to the binary encoding.

use super::error::{XmlError, XmlFault};
use super::scanner::{Part, Scanner, is_space};
use crate::assemble::Assembly;
use crate::text::parse::Style;
use crate::text::unescaped::Unescaped;
use crate::{Buffer, ItemType, Limits, Tag, names};

/// How XML writes values: the names of a mask are separated by white space.
pub(super) const STYLE: Style = Style { separator: is_space, further_values: |_, _| None };

/// What is wrong with a structure that has a value beside its items.
pub(super) const STRUCTURE_WITH_VALUE: XmlFault = XmlFault::Forbidden("a structure with a value");

/// The text to read instead of the one that an attribute `value` has.
pub struct Substitute(pub String);

/// Reads a message in XML.
///
/// # Errors
/// What is wrong first, with its place.
pub fn decode(text: &[u8], limits: &Limits) -> Result<Buffer, XmlError> {
    check_length(text.len(), limits)?;
    let text =
        std::str::from_utf8(text).map_err(|error| XmlFault::NotUtf8.at(error.valid_up_to()))?;
    decode_with(text, limits, &mut |_, _, _| None)
}

/// Reads a message in XML and offers each value to a closure first, which may put another text in its place.
///
/// The closure gets tag, type and text with references resolved. Test cases have placeholders such as `$UNIQUE_IDENTIFIER_0`
/// where a value is not known in advance.
///
/// # Errors
/// What is wrong first, with its place.
pub fn decode_with(
    text: &str,
    limits: &Limits,
    substitute: &mut dyn FnMut(Tag, ItemType, &str) -> Option<Substitute>,
) -> Result<Buffer, XmlError> {
    check_length(text.len(), limits)?;
    let mut scanner = Scanner::new(text)?;
    let mut assembly = Assembly::new(limits, text.len() / 2);
    let mut open: Vec<&str> = Vec::new();
    let mut finished = false;
    while let Some(part) = scanner.next_part()? {
        let offset = scanner.start;
        let added = |outcome: Result<(), _>| {
            outcome.map_err(|fault| XmlFault::from_assembly(fault, limits).at(offset))
        };
        match part {
            Part::Comment(_) => {}
            Part::Text(_) => return Err(XmlFault::Forbidden("text between elements").at(offset)),
            Part::Start { .. } if finished => {
                return Err(XmlFault::Forbidden("a second message").at(offset));
            }
            Part::Start { name, empty } => {
                let tag = tag_of(name, scanner.attribute("tag")?).map_err(|f| f.at(offset))?;
                let item_type = type_of(scanner.attribute("type")?).map_err(|f| f.at(offset))?;
                if item_type == ItemType::Structure {
                    if scanner.attribute("value")?.is_some() {
                        return Err(STRUCTURE_WITH_VALUE.at(offset));
                    }
                    added(assembly.open(tag))?;
                    open.push(name);
                    if empty {
                        assembly.close();
                        open.pop();
                    }
                } else {
                    let value = scanner.attribute("value")?;
                    let value = value.ok_or(XmlFault::Missing("value").at(offset))?;
                    added(leaf(&mut assembly, tag, item_type, &value, substitute))?;
                    if !empty {
                        end_of_leaf(&mut scanner, name)?;
                    }
                }
                finished = open.is_empty();
            }
            Part::End { name } if open.pop() == Some(name) => {
                assembly.close();
                finished = open.is_empty();
            }
            Part::End { .. } => {
                return Err(XmlFault::Expected("the end of another element").at(offset));
            }
        }
    }
    if !finished {
        return Err(XmlFault::Expected("the end of the message").at(text.len()));
    }
    Ok(assembly.finish())
}

/// Adds a value, or what the closure puts in its place.
pub(super) fn leaf(
    assembly: &mut Assembly,
    tag: Tag,
    item_type: ItemType,
    value: &str,
    substitute: &mut dyn FnMut(Tag, ItemType, &str) -> Option<Substitute>,
) -> Result<(), crate::assemble::Fault> {
    match substitute(tag, item_type, value) {
        Some(Substitute(text)) => assembly.text(&STYLE, tag, item_type, &text),
        None => assembly.text(&STYLE, tag, item_type, value),
    }
}

/// Reads the end tag of an element that may hold nothing but comments.
fn end_of_leaf(scanner: &mut Scanner<'_>, name: &str) -> Result<(), XmlError> {
    loop {
        match scanner.next_part()? {
            Some(Part::Comment(_)) => {}
            Some(Part::End { name: ended }) if ended == name => return Ok(()),
            _ => {
                return Err(
                    XmlFault::Expected("the end of an element with a value").at(scanner.start)
                );
            }
        }
    }
}

/// The tag of an element: by its name, or `<TTLV tag="…">` and `<x540001>` for one without.
pub(super) fn tag_of(name: &str, attribute: Option<Unescaped<'_>>) -> Result<Tag, XmlFault> {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    if local == "TTLV" {
        let text = attribute.ok_or(XmlFault::Missing("tag"))?;
        let found = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => tag_by_digits(digits),
            None => names::tag_by_name(&text),
        };
        return found.ok_or(XmlFault::UnknownTag);
    }
    names::tag_by_name(local)
        .or_else(|| local.strip_prefix('x').and_then(tag_by_digits))
        .ok_or(XmlFault::UnknownTag)
}

/// The tag of six hexadecimal digits.
pub(crate) fn tag_by_digits(digits: &str) -> Option<Tag> {
    let valid = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| valid)?;
    Tag::new(number)
}

/// The type of an element, a structure if it says none.
pub(super) fn type_of(attribute: Option<Unescaped<'_>>) -> Result<ItemType, XmlFault> {
    match attribute {
        Some(name) => ItemType::from_name(&name).ok_or(XmlFault::UnknownType),
        None => Ok(ItemType::Structure),
    }
}

pub(super) fn check_length(length: usize, limits: &Limits) -> Result<(), XmlError> {
    if length > limits.bytes {
        Err(XmlFault::TooLarge { limit: limits.bytes }.at(0))
    } else {
        Ok(())
    }
}
