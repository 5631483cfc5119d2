//! The chain: every record's MAC covers the MAC before it, so that none can be changed, removed, added or moved.
//!
//! A line is `{"seq":N,` members `,"mac":"` MAC `"}`. Its MAC is HMAC-SHA-256 (RFC 2104) over a byte that tells records from
//! heads, the 32 bytes of the MAC before (zeros before the first), and the line up to `,"mac"`; in base64url without padding.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Fault;
use crate::line::write_number;
use crate::options::ChainKey;

/// A MAC.
pub(crate) type Tag = [u8; 32];

/// The length of a MAC in base64url.
const TAG_TEXT_LENGTH: usize = 43;
const START: &[u8] = b"{\"seq\":";
const BEFORE_TAG: &[u8] = b",\"mac\":\"";
const END: &[u8] = b"\"}";

/// What a MAC is over; keeps one from being taken for the other.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Record = 0,
    Head = 1,
}

/// A key, ready for use.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    pub(crate) fn new(key: &ChainKey) -> Self {
        // RFC 2104 section 2: a key shorter than a block is filled up with zeros.
        let mut block = Zeroizing::new([0; 64]);
        block[..key.len()].copy_from_slice(key.as_slice());
        Self(Hmac::new((&*block).into()))
    }

    pub(crate) fn tag(&self, purpose: Purpose, parts: [&[u8]; 2]) -> Tag {
        self.begin(purpose, parts).finalize().into_bytes().into()
    }

    pub(crate) fn accepts(&self, purpose: Purpose, parts: [&[u8]; 2], tag: &Tag) -> bool {
        self.begin(purpose, parts).verify_slice(tag).is_ok()
    }

    fn begin(&self, purpose: Purpose, parts: [&[u8]; 2]) -> Hmac<Sha256> {
        let mut hmac = self.0.clone();
        hmac.update(&[purpose as u8]);
        parts.iter().for_each(|part| hmac.update(part));
        hmac
    }
}

/// A place between two records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The sequence number before it; 0 at the beginning.
    pub(crate) sequence: u64,
    /// The MAC of the record before it.
    pub(crate) tag: Tag,
}

impl Position {
    /// The place behind `line`, going by what the line says.
    pub(crate) fn claimed_by(line: &[u8]) -> Result<Self, Fault> {
        let parts = Parts::of(line)?;
        Ok(Self { sequence: parts.sequence, tag: parts.tag })
    }

    /// Adds the line of the next record, with its end of line, and moves behind it.
    pub(crate) fn seal(&mut self, key: &Keyed, members: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        self.sequence += 1;
        out.extend_from_slice(START);
        write_number(self.sequence, out);
        out.push(b',');
        out.extend_from_slice(members);
        self.tag = key.tag(Purpose::Record, [&self.tag, &out[start..]]);
        out.extend_from_slice(BEFORE_TAG);
        write_tag(&self.tag, out);
        out.extend_from_slice(END);
        out.push(b'\n');
    }

    /// Moves behind `line` (without its end of line) if it is the next record.
    pub(crate) fn check(&mut self, key: &Keyed, line: &[u8]) -> Result<(), Fault> {
        let parts = Parts::of(line)?;
        if parts.sequence != self.sequence + 1 {
            return Err(Fault::Sequence { found: parts.sequence });
        }
        if !key.accepts(Purpose::Record, [&self.tag, parts.covered], &parts.tag) {
            return Err(Fault::Mac);
        }
        *self = Self { sequence: parts.sequence, tag: parts.tag };
        Ok(())
    }
}

/// Adds `tag` in base64url.
pub(crate) fn write_tag(tag: &Tag, out: &mut Vec<u8>) {
    let mut text = [0; TAG_TEXT_LENGTH];
    let written = URL_SAFE_NO_PAD.encode_slice(tag, &mut text).unwrap_or(0);
    out.extend_from_slice(&text[..written]);
}

/// The MAC whose base64url is `text`.
pub(crate) fn read_tag(text: &[u8]) -> Option<Tag> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A line, taken apart.
struct Parts<'a> {
    sequence: u64,
    covered: &'a [u8],
    tag: Tag,
}

impl<'a> Parts<'a> {
    fn of(line: &'a [u8]) -> Result<Self, Fault> {
        Self::parse(line).ok_or(Fault::Form)
    }

    fn parse(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_suffix(END)?;
        let (rest, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_TEXT_LENGTH)?)?;
        let covered = rest.strip_suffix(BEFORE_TAG)?;
        let number = covered.strip_prefix(START)?.split(|byte| *byte == b',').next()?;
        let sequence = std::str::from_utf8(number).ok()?.parse().ok()?;
        Some(Self { sequence, covered, tag: read_tag(tag)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyed, Position};
    use crate::error::Fault;

    #[test]
    fn a_line_is_accepted_in_its_place_alone() {
        let key = Keyed::new(&[7; 32].into());
        let mut position = Position::default();
        let mut text = Vec::new();
        position.seal(&key, b"\"a\":1", &mut text);
        position.seal(&key, b"\"a\":2", &mut text);
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        let mut reader = Position::default();
        assert_eq!(reader.check(&key, lines[1]), Err(Fault::Sequence { found: 2 }));
        assert_eq!(reader.check(&Keyed::new(&[8; 32].into()), lines[0]), Err(Fault::Mac));
        assert_eq!(reader.check(&key, lines[0]), Ok(()));
        assert_eq!(reader.check(&key, lines[1]), Ok(()));
        assert_eq!(reader, position);
        assert_eq!(reader.check(&key, b""), Err(Fault::Form));
    }
}
