//! The header: a version line, stanzas that wrap the file key, and a MAC.
//!
//! Parsing is strict, so that printing what was parsed gives the same bytes again. The MAC is checked
//! over that printing: what is authenticated is what is acted upon.
//!
//! Source: C2SP age.md, "Header".

use std::io::{self, Read};

use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::hmac;

use crate::file_key::FileKey;
use crate::stanza::{Grown, Stanza, StanzaError, UnfinishedStanza};
use crate::unpadded;

/// The longest header that is read or written, in bytes.
pub const MAX_HEADER_LEN: usize = 1 << 20;
/// The most stanzas in a header that is read or written.
pub const MAX_STANZAS: usize = 8192;

const VERSION_START: &[u8] = b"age-encryption.org/";
const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
const MAC_MARK: &[u8] = b"---";
const MAC_LEN: usize = 32;
/// How much of the input is read at a time while the end of the header is sought.
const READ_STEP: usize = 4096;

/// Why a header was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The input does not begin as age files do.
    #[error("the input is not an age file")]
    NotAge,
    /// An age file of a version other than v1.
    #[error("the file has a version other than v1; use a newer program")]
    Version,
    /// The input ends within the header, or between header and payload.
    #[error("the file ends too early; get a complete copy")]
    UnexpectedEnd,
    /// The header is longer than [`MAX_HEADER_LEN`].
    #[error("it is longer than {MAX_HEADER_LEN} bytes")]
    TooLong,
    /// There are more than [`MAX_STANZAS`] stanzas.
    #[error("it has more than {MAX_STANZAS} recipients")]
    TooManyStanzas,
    /// There is no stanza at all.
    #[error("it has no recipient")]
    NoStanzas,
    /// A stanza is not well formed.
    #[error("stanza {index} is malformed: {fault}")]
    Stanza {
        /// The position among the stanzas, from 0.
        index: usize,
        /// What is wrong with it.
        fault: StanzaError,
    },
    /// A stanza is well formed but breaks the rules of its kind.
    #[error("stanza {index} is invalid: {reason}")]
    InvalidStanza {
        /// The position among the stanzas, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A passphrase stanza stands beside another one.
    #[error("a passphrase stanza is not alone")]
    ScryptNotAlone,
    /// The last line is not `--- ` and 32 bytes in canonical base64.
    #[error("the authentication code is malformed")]
    Mac,
}

/// A well-formed header, not yet authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    stanzas: Vec<Stanza>,
    mac: [u8; MAC_LEN],
}

/// A header whose MAC matches the file key: the only way to the key of the payload.
pub struct VerifiedHeader {
    header: Header,
    file_key: FileKey,
}

/// The header's MAC does not match the file key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header's authentication code does not match the file key")]
pub struct MacMismatch;

/// Parses the header at the start of `bytes`, and says how many bytes it takes.
///
/// # Errors
/// [`HeaderError`] for anything that is not a canonical header within the limits.
pub fn parse(bytes: &[u8]) -> Result<(Header, usize), HeaderError> {
    check_version(bytes)?;
    let mut lines = Lines { bytes, position: VERSION_LINE.len() };
    let mut stanzas = Vec::new();
    loop {
        let line = lines.next()?;
        if line.starts_with(MAC_MARK) {
            let header = Header { mac: parse_mac(line)?, stanzas };
            return match header.stanzas.is_empty() {
                true => Err(HeaderError::NoStanzas),
                false => Ok((header, lines.position)),
            };
        }
        let index = stanzas.len();
        if index == MAX_STANZAS {
            return Err(HeaderError::TooManyStanzas);
        }
        stanzas.push(parse_stanza(line, index, &mut lines)?);
    }
}

/// Reads a header, and returns with it what was read beyond its end: the start of the payload.
///
/// # Errors
/// The outer error is the reader's, the inner one as for [`parse`].
pub(crate) fn read(reader: &mut impl Read) -> io::Result<Result<(Header, Vec<u8>), HeaderError>> {
    let mut bytes = Vec::new();
    let mut line_start = 0;
    loop {
        let more = reader.by_ref().take(READ_STEP as u64).read_to_end(&mut bytes)?;
        if let Err(error) = check_version(&bytes)
            && bytes.len() >= VERSION_LINE.len()
        {
            return Ok(Err(error));
        }
        let ended = ends_header(&bytes, &mut line_start);
        if ended || more == 0 || bytes.len() > MAX_HEADER_LEN {
            return Ok(parse(&bytes).map(|(header, length)| (header, bytes.split_off(length))));
        }
    }
}

impl Header {
    /// The stanzas, in order.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// The header as written in a file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = encode_authenticated(&self.stanzas);
        text.push(b' ');
        text.extend_from_slice(unpadded::encode(&self.mac).as_bytes());
        text.push(b'\n');
        text
    }

    /// Checks the MAC with the file key that a stanza held, and keeps both together.
    ///
    /// # Errors
    /// [`MacMismatch`] if the header is not the one that was written with this key.
    pub fn verify(self, file_key: FileKey) -> Result<VerifiedHeader, MacMismatch> {
        let text = encode_authenticated(&self.stanzas);
        match hmac::verify(&file_key.header_mac_key(), &text, &self.mac) {
            Ok(()) => Ok(VerifiedHeader { header: self, file_key }),
            Err(_) => Err(MacMismatch),
        }
    }

    /// Makes the header of a new file from the stanzas that wrap its key.
    ///
    /// # Errors
    /// [`HeaderError::NoStanzas`], [`HeaderError::TooManyStanzas`], [`HeaderError::TooLong`]: nothing
    /// is written that could not be read again.
    pub fn seal(stanzas: Vec<Stanza>, file_key: FileKey) -> Result<VerifiedHeader, HeaderError> {
        if stanzas.is_empty() {
            return Err(HeaderError::NoStanzas);
        }
        if stanzas.len() > MAX_STANZAS {
            return Err(HeaderError::TooManyStanzas);
        }
        let tag = hmac::sign(&file_key.header_mac_key(), &encode_authenticated(&stanzas));
        let mut mac = [0; MAC_LEN];
        mac.copy_from_slice(tag.as_ref());
        let header = Header { stanzas, mac };
        if header.encode().len() > MAX_HEADER_LEN {
            return Err(HeaderError::TooLong);
        }
        Ok(VerifiedHeader { header, file_key })
    }
}

impl VerifiedHeader {
    /// The header itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The key of the payload that begins with `nonce`.
    pub(crate) fn payload_key(&self, nonce: &[u8]) -> LessSafeKey {
        self.file_key.payload_key(nonce)
    }
}

/// What the MAC covers: everything up to and including the `---`.
fn encode_authenticated(stanzas: &[Stanza]) -> Vec<u8> {
    let mut text = VERSION_LINE.to_vec();
    for stanza in stanzas {
        stanza.encode_into(&mut text);
    }
    text.extend_from_slice(MAC_MARK);
    text
}

fn check_version(bytes: &[u8]) -> Result<(), HeaderError> {
    if bytes.starts_with(VERSION_LINE) {
        Ok(())
    } else if bytes.is_empty() || !VERSION_LINE.starts_with(bytes) {
        let version = bytes.strip_prefix(VERSION_START);
        let printable = version.is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_graphic));
        Err(if printable { HeaderError::Version } else { HeaderError::NotAge })
    } else {
        Err(HeaderError::UnexpectedEnd)
    }
}

fn parse_stanza(
    first_line: &[u8],
    index: usize,
    lines: &mut Lines<'_>,
) -> Result<Stanza, HeaderError> {
    let at = |fault| HeaderError::Stanza { index, fault };
    let mut stanza = UnfinishedStanza::start(first_line).map_err(at)?;
    loop {
        match stanza.push(lines.next()?).map_err(at)? {
            Grown::Unfinished(more) => stanza = more,
            Grown::Finished(stanza) => return Ok(stanza),
        }
    }
}

fn parse_mac(line: &[u8]) -> Result<[u8; MAC_LEN], HeaderError> {
    line.strip_prefix(b"--- ").and_then(unpadded::decode_array).ok_or(HeaderError::Mac)
}

/// Whether a whole MAC line has been read. `line_start` keeps the place between calls.
fn ends_header(bytes: &[u8], line_start: &mut usize) -> bool {
    while let Some(length) = bytes[*line_start..].iter().position(|byte| *byte == b'\n') {
        if bytes[*line_start..].starts_with(MAC_MARK) {
            return true;
        }
        *line_start += length + 1;
    }
    false
}

/// The lines of a header, bounded by [`MAX_HEADER_LEN`].
struct Lines<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a [u8], HeaderError> {
        let limit = self.bytes.len().min(MAX_HEADER_LEN);
        let rest = &self.bytes[self.position.min(limit)..limit];
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(length) => {
                self.position += length + 1;
                Ok(&rest[..length])
            }
            None if self.bytes.len() > MAX_HEADER_LEN => Err(HeaderError::TooLong),
            None => Err(HeaderError::UnexpectedEnd),
        }
    }
}
