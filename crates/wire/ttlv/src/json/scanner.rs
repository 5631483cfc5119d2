//! Telling the parts of JSON apart, without copying (RFC 8259).

use zeroize::Zeroizing;

use super::error::{JsonError, JsonFault};
use crate::text::unescaped::Unescaped;

/// Walks over a text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    pub(super) position: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// The next byte that is not white space, without taking it.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let blanks = bytes.iter().take_while(|byte| b" \t\n\r".contains(byte)).count();
        self.position += blanks;
        bytes.get(blanks).copied()
    }

    /// Takes a mark if it comes next.
    pub(super) fn takes(&mut self, mark: u8) -> bool {
        let found = self.peek() == Some(mark);
        self.position += usize::from(found);
        found
    }

    /// Takes a mark that must come next.
    pub(super) fn take(&mut self, mark: u8, expected: &'static str) -> Result<(), JsonError> {
        if self.takes(mark) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// The string that must come next, as it is written between its quotation marks.
    pub(super) fn string(&mut self) -> Result<&'a str, JsonError> {
        self.take(b'"', "a string")?;
        let inside = self.text.get(self.position..).unwrap_or_default();
        let mut escaped = false;
        for (index, byte) in inside.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.position += index + 1;
                    return Ok(&inside[..index]);
                }
                0..=0x1F => {
                    let place = self.position + index;
                    return Err(JsonFault::Expected("\\u and four digits for a control character")
                        .at(place));
                }
                _ => {}
            }
        }
        Err(JsonFault::Expected("the closing quotation mark").at(self.text.len()))
    }

    /// The word or number that comes next: everything up to a mark or white space.
    pub(super) fn word(&mut self) -> &'a str {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        let (word, _) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        self.position += word.len();
        word
    }

    pub(super) fn expected(&self, what: &'static str) -> JsonError {
        JsonFault::Expected(what).at(self.position)
    }
}

/// Whether a word is a number without fraction and exponent, as JSON writes it.
pub(super) fn is_whole_number(word: &str) -> bool {
    match word.strip_prefix('-').unwrap_or(word).as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A string with its escapes resolved. `offset` is where errors are said to be.
pub(super) fn unescaped(raw: &str, offset: usize) -> Result<Unescaped<'_>, JsonError> {
    if !raw.contains('\\') {
        return Ok(Unescaped::AsWritten(raw));
    }
    // An escape is longer than its character, so this never grows and leaves nothing behind.
    let mut text = Zeroizing::new(String::with_capacity(raw.len()));
    let mut rest = raw;
    while let Some(index) = rest.find('\\') {
        let (before, escape) = rest.split_at(index);
        text.push_str(before);
        let (character, behind) = escape_sequence(&escape[1..])
            .ok_or(JsonFault::Expected("a valid escape").at(offset))?;
        text.push(character);
        rest = behind;
    }
    text.push_str(rest);
    Ok(Unescaped::Copy(text))
}

/// The character of an escape whose backslash was taken, and what is behind it.
fn escape_sequence(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let character = match characters.next()? {
        '"' => '"',
        '\\' => '\\',
        '/' => '/',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return code_unit_pair(characters.as_str()),
        _ => return None,
    };
    Some((character, characters.as_str()))
}

/// The character of `\uXXXX`, or of two of them where UTF-16 needs two.
fn code_unit_pair(text: &str) -> Option<(char, &str)> {
    let (first, rest) = code_unit(text)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = code_unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low)?, rest))
}

/// Four hexadecimal digits.
fn code_unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u32::from_str_radix(digits, 16).ok().filter(|_| valid)?, rest))
}
