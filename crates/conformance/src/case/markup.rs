//! Reads the markup of a published case: elements, their attributes, and the text between them.
//!
//! A case is XML but for its text: lines that begin with `#` say who sends the next message and when. A reader for
//! messages drops such text, so this one keeps it. Nothing else of XML occurs in the published files: no namespaces,
//! no sections of raw characters, no entities but the predefined ones. Where a file has any of them, it is refused.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// One element, with what stands before it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name.
    pub(crate) name: String,
    /// Its attributes.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The elements inside of it.
    pub(crate) children: Vec<Element>,
    /// The text between the element before this one and this one.
    pub(crate) text_before: String,
}

impl Element {
    /// One of its attributes.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// Reads a document: its one element.
///
/// # Errors
/// The line at which it stops to be such a document.
pub(crate) fn read(text: &str) -> Result<Element> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, whole: text };
    let outcome = reader.document();
    outcome.with_context(|| format!("line {}", reader.line()))
}

struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Element> {
        // An element that is never closed stands for the document; its one child is the root.
        let mut open = vec![Element::default()];
        let mut text = String::new();
        while !self.rest.is_empty() {
            let Some(at) = self.rest.find('<') else {
                text.push_str(self.rest);
                self.rest = "";
                break;
            };
            let (before, markup) = self.rest.split_at(at);
            text.push_str(before);
            self.rest = markup;
            if self.skipped("<?", "?>")? || self.skipped("<!--", "-->")? {
                continue;
            }
            if markup.starts_with("<!") {
                bail!("declarations and raw characters are not read");
            }
            let tag = self.between("<", ">")?;
            if let Some(name) = tag.strip_prefix('/') {
                text.clear();
                close(&mut open, name.trim())?;
                continue;
            }
            let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let mut element = element(tag)?;
            element.text_before = unescaped(std::mem::take(&mut text).trim())?;
            if empty {
                adopt(&mut open, element)?;
            } else {
                open.push(element);
            }
        }
        if !text.trim().is_empty() {
            bail!("text after the end");
        }
        let mut document = open.pop().context("nothing is there")?;
        if !open.is_empty() {
            bail!("<{}> is not closed", document.name);
        }
        match (document.children.pop(), document.children.is_empty()) {
            (Some(root), true) => Ok(root),
            _ => bail!("a document has exactly one outermost element"),
        }
    }

    /// Passes a piece of markup that means nothing here.
    fn skipped(&mut self, start: &str, end: &str) -> Result<bool> {
        if !self.rest.starts_with(start) {
            return Ok(false);
        }
        self.between(start, end)?;
        Ok(true)
    }

    fn between(&mut self, start: &str, end: &str) -> Result<&'a str> {
        let inside = self.rest.get(start.len()..).unwrap_or_default();
        let Some((inside, rest)) = inside.split_once(end) else {
            bail!("`{start}` without `{end}`");
        };
        self.rest = rest;
        Ok(inside)
    }

    fn line(&self) -> usize {
        let read = self.whole.len() - self.rest.len();
        1 + self.whole.get(..read).unwrap_or_default().matches('\n').count()
    }
}

fn close(open: &mut Vec<Element>, name: &str) -> Result<()> {
    match open.pop() {
        Some(element) if element.name == name && !open.is_empty() => adopt(open, element),
        _ => bail!("</{name}> closes nothing"),
    }
}

fn adopt(open: &mut [Element], element: Element) -> Result<()> {
    open.last_mut().context("nothing is open")?.children.push(element);
    Ok(())
}

fn element(tag: &str) -> Result<Element> {
    let tag = tag.trim();
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    if name.is_empty() {
        bail!("an element without a name");
    }
    while !rest.trim_start().is_empty() {
        let (attribute, value) =
            rest.split_once('=').with_context(|| format!("<{name}> has `{rest}`"))?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let Some(quote) = quote else { bail!("<{name}> has a value without quotes") };
        let Some((value, after)) = value.get(1..).and_then(|value| value.split_once(quote)) else {
            bail!("<{name}> has a value whose quotes do not end");
        };
        let attribute = attribute.trim().to_owned();
        if element.attributes.insert(attribute, unescaped(value)?).is_some() {
            bail!("<{name}> has an attribute twice");
        }
        rest = after;
    }
    Ok(element)
}

fn unescaped(text: &str) -> Result<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, after) = escaped.split_once(';').context("`&` without `;`")?;
        plain.push(character(name).with_context(|| format!("`&{name};` is unknown"))?);
        rest = after;
    }
    plain.push_str(rest);
    Ok(plain)
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_between_messages_is_kept() {
        let root = read("<?xml version='1.0'?><!-- c --><KMIP>\n# [Client-A]\n<A v=\"x &amp; y\"/> # next <B><C/></B></KMIP>\n")
            .expect("it is a document");
        let [first, second] = root.children.as_slice() else { panic!("two elements") };
        assert_eq!(first.text_before, "# [Client-A]");
        assert_eq!(first.attribute("v"), Some("x & y"));
        assert_eq!(second.text_before, "# next");
        assert_eq!(second.children.len(), 1);
    }

    #[test]
    fn what_is_not_such_a_document_is_refused() {
        for text in [
            "",
            "<A>",
            "<A></B>",
            "<A/><B/>",
            "<A v=1/>",
            "<A v='1' v='2'/>",
            "<A>&unknown;<B/></A>",
            "<A></A></A>",
            "<A/>text",
            "<!DOCTYPE A><A/>",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
