//! Telling the parts of XML apart, without copying.

use zeroize::Zeroizing;

use super::error::{XmlError, XmlFault};
use crate::text::unescaped::Unescaped;

/// The most attributes of one element; KMIP knows four, and namespaces may be declared.
const MAXIMUM_ATTRIBUTES: usize = 16;

/// A part of a document.
pub(super) enum Part<'a> {
    /// `<Name …>` or `<Name …/>`; its attributes are in the scanner.
    Start { name: &'a str, empty: bool },
    /// `</Name>`.
    End { name: &'a str },
    /// `<!-- … -->`, without the marks.
    Comment(&'a str),
    /// Text between elements that is not only white space.
    Text(&'a str),
}

/// Walks over a document.
pub(super) struct Scanner<'a> {
    text: &'a str,
    position: usize,
    /// Where the part that was given last begins.
    pub(super) start: usize,
    /// The attributes of the element that was given last, as they are written.
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Scanner<'a> {
    /// A scanner that stands behind the byte order mark and the XML declaration, if there are any.
    pub(super) fn new(text: &'a str) -> Result<Self, XmlError> {
        let position = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let mut scanner = Self { text, position, start: 0, attributes: Vec::new() };
        if let Some(rest) = scanner.rest().strip_prefix("<?xml")
            && rest.starts_with(is_space)
        {
            let length = rest.find("?>").ok_or(XmlFault::Expected("?>").at(position))?;
            check_encoding(&rest[..length], position)?;
            scanner.position += "<?xml".len() + length + "?>".len();
        }
        Ok(scanner)
    }

    /// The next part, or nothing at the end.
    pub(super) fn next_part(&mut self) -> Result<Option<Part<'a>>, XmlError> {
        let rest = self.rest();
        let length = rest.find('<').unwrap_or(rest.len());
        let (between, rest) = rest.split_at(length);
        self.start = self.position;
        if !between.trim_matches(is_space).is_empty() {
            self.position += length;
            return Ok(Some(Part::Text(between)));
        }
        self.position += length;
        self.start = self.position;
        if rest.is_empty() {
            return Ok(None);
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = comment.find("-->").ok_or(self.expected("-->"))?;
            self.position += "<!--".len() + length + "-->".len();
            return Ok(Some(Part::Comment(&comment[..length])));
        }
        for (mark, what) in
            [("<![CDATA[", "CDATA"), ("<!", "a document type"), ("<?", "a processing instruction")]
        {
            if rest.starts_with(mark) {
                return Err(XmlFault::Forbidden(what).at(self.start));
            }
        }
        if rest.starts_with("</") {
            self.position += "</".len();
            let name = self.name()?;
            self.space();
            self.take(">")?;
            return Ok(Some(Part::End { name }));
        }
        self.position += "<".len();
        let name = self.name()?;
        let empty = self.read_attributes()?;
        Ok(Some(Part::Start { name, empty }))
    }

    /// An attribute of the element that was given last, with its references resolved.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<Unescaped<'a>>, XmlError> {
        let found = self.attributes.iter().find(|(own, _)| *own == name);
        found.map(|(_, raw)| resolved(raw, self.start)).transpose()
    }

    /// Reads the attributes up to the end of the tag, and says whether the element is empty.
    fn read_attributes(&mut self) -> Result<bool, XmlError> {
        self.attributes.clear();
        loop {
            let spaced = self.space();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.position += "/>".len();
                return Ok(true);
            }
            if rest.starts_with('>') {
                self.position += ">".len();
                return Ok(false);
            }
            if !spaced {
                return Err(self.expected("white space, > or />"));
            }
            let name = self.name()?;
            self.space();
            self.take("=")?;
            self.space();
            let value = self.quoted()?;
            if self.attributes.iter().any(|(own, _)| *own == name) {
                return Err(XmlFault::TwiceTheSame.at(self.start));
            }
            if self.attributes.len() == MAXIMUM_ATTRIBUTES {
                return Err(
                    XmlFault::Forbidden("an element with more than 16 attributes").at(self.start)
                );
            }
            self.attributes.push((name, value));
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Skips white space, and says whether there was any.
    fn space(&mut self) -> bool {
        let rest = self.rest();
        let skipped = rest.len() - rest.trim_start_matches(is_space).len();
        self.position += skipped;
        skipped > 0
    }

    fn take(&mut self, expected: &'static str) -> Result<(), XmlError> {
        if !self.rest().starts_with(expected) {
            return Err(self.expected(expected));
        }
        self.position += expected.len();
        Ok(())
    }

    fn name(&mut self) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let length = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let (name, _) = rest.split_at(length);
        if name.is_empty() || name.starts_with(|c: char| !is_name_start(c)) {
            return Err(self.expected("a name"));
        }
        self.position += length;
        Ok(name)
    }

    fn quoted(&mut self) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let quote = match rest.as_bytes().first() {
            Some(b'"') => '"',
            Some(b'\'') => '\'',
            _ => return Err(self.expected("a quotation mark")),
        };
        let inside = &rest[1..];
        let length = inside.find(quote).ok_or(self.expected("the closing quotation mark"))?;
        let (value, _) = inside.split_at(length);
        if value.contains('<') {
            return Err(self.expected("&lt; instead of < within quotation marks"));
        }
        self.position += length + 2;
        Ok(value)
    }

    fn expected(&self, what: &'static str) -> XmlError {
        XmlFault::Expected(what).at(self.position)
    }
}

/// Refuses a declaration of an encoding other than UTF-8 or its subset.
fn check_encoding(declaration: &str, offset: usize) -> Result<(), XmlError> {
    let Some((_, rest)) = declaration.split_once("encoding") else { return Ok(()) };
    let name = rest.trim_matches(|c: char| is_space(c) || matches!(c, '=' | '"' | '\''));
    let name = name.split(['"', '\'']).next().unwrap_or_default();
    if ["utf-8", "utf8", "us-ascii"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        Ok(())
    } else {
        Err(XmlFault::Forbidden("an encoding other than UTF-8").at(offset))
    }
}

/// The value of an attribute: references resolved, and white space as XML wants it.
///
/// References to control characters, which XML 1.0 has no place for, are resolved too: a `TextString` may hold any character,
/// and the encoder has no other way to write them.
fn resolved(raw: &str, offset: usize) -> Result<Unescaped<'_>, XmlError> {
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Ok(Unescaped::AsWritten(raw));
    }
    // A reference is longer than its character, so this never grows and leaves nothing behind.
    let mut text = Zeroizing::new(String::with_capacity(raw.len()));
    let mut rest = raw;
    while let Some(index) = rest.find('&') {
        let (before, reference) = rest.split_at(index);
        spaces(&mut text, before);
        let (name, behind) =
            reference[1..].split_once(';').ok_or(XmlFault::Expected("; behind &").at(offset))?;
        text.push(referred(name).ok_or(XmlFault::Forbidden("an entity of one's own").at(offset))?);
        rest = behind;
    }
    spaces(&mut text, rest);
    Ok(Unescaped::Copy(text))
}

/// Appends text with each white space as a blank, and the two characters of an end of line as one (XML 1.0, sections 2.11 and
/// 3.3.3).
fn spaces(target: &mut String, text: &str) {
    let mut before = ' ';
    for character in text.chars() {
        if !(before == '\r' && character == '\n') {
            target.push(if is_space(character) { ' ' } else { character });
        }
        before = character;
    }
}

/// The character of a reference.
fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| valid)?;
            char::from_u32(code)
        }
    }
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Tags have ASCII names; a colon separates the prefix of a namespace.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
