//! Stanzas: a line of arguments and a base64 body. They make up age headers and the plugin protocol.
//!
//! ```text
//! -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE
//! qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E
//! ```
//!
//! Source: C2SP age.md, "Recipient stanza" and "ABNF definition of file header".

use std::fmt;

use zeroize::Zeroizing;

use crate::unpadded;

/// Columns of every body line but the last, which is shorter.
const BODY_COLUMNS: usize = 64;
/// Bytes that a full body line encodes.
const BODY_LINE_BYTES: usize = 48;
const ARGUMENT_LINE_START: &[u8] = b"-> ";

/// Why a stanza was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StanzaError {
    /// The first line does not begin with `-> `.
    #[error("it does not begin with '-> '")]
    Start,
    /// An argument is empty or has a character outside `!`..`~`.
    #[error("an argument is empty or has a character that is not printable ASCII")]
    Argument,
    /// A body line is longer than 64 columns.
    #[error("a body line is longer than 64 columns")]
    LongLine,
    /// A body line is not canonical base64 without padding.
    #[error("the body is not canonical base64 without padding")]
    Base64,
    /// The text ends before the body does.
    #[error("the body does not end with a line shorter than 64 columns")]
    Unfinished,
}

/// One stanza. Its tag and arguments are printable ASCII without spaces, and never empty.
///
/// `Debug` leaves the body out: in the plugin protocol it may be a file key.
#[derive(Clone, PartialEq, Eq)]
pub struct Stanza {
    tag: String,
    arguments: Vec<String>,
    body: Zeroizing<Vec<u8>>,
}

impl Stanza {
    /// A stanza of these parts.
    ///
    /// # Errors
    /// [`StanzaError::Argument`] if the tag or an argument is empty or not printable ASCII.
    pub fn new(
        tag: impl Into<String>,
        arguments: impl IntoIterator<Item = impl Into<String>>,
        body: impl Into<Vec<u8>>,
    ) -> Result<Self, StanzaError> {
        let (tag, body) = (tag.into(), Zeroizing::new(body.into()));
        let arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
        let valid = |text: &String| is_argument(text.as_bytes());
        if valid(&tag) && arguments.iter().all(valid) {
            Ok(Self { tag, arguments, body })
        } else {
            Err(StanzaError::Argument)
        }
    }

    /// The first argument, which says what kind of stanza it is.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The arguments after the tag.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// The decoded body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Appends the text of the stanza, newline included.
    pub fn encode_into(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(b"->");
        for argument in std::iter::once(&self.tag).chain(&self.arguments) {
            text.push(b' ');
            text.extend_from_slice(argument.as_bytes());
        }
        text.push(b'\n');
        for line in self.body.chunks(BODY_LINE_BYTES) {
            text.extend_from_slice(Zeroizing::new(unpadded::encode(line)).as_bytes());
            text.push(b'\n');
        }
        if self.body.len().is_multiple_of(BODY_LINE_BYTES) {
            text.push(b'\n');
        }
    }

    /// The stanza that stands behind the tag and the first argument of this one, with the same body.
    ///
    /// The plugin protocol sends stanzas so: its own words come first. `None` if nothing is left.
    pub(crate) fn embedded(&self) -> Option<Self> {
        let (tag, arguments) = self.arguments.get(1..)?.split_first()?;
        Some(Self { tag: tag.clone(), arguments: arguments.to_vec(), body: self.body.clone() })
    }
}

impl fmt::Debug for Stanza {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Stanza")
            .field("tag", &self.tag)
            .field("arguments", &self.arguments)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A stanza whose body lines are still to come.
pub(crate) struct UnfinishedStanza(Stanza);

/// What one more body line made of a stanza.
pub(crate) enum Grown {
    /// The line was full: more follow.
    Unfinished(UnfinishedStanza),
    /// The line was short: it was the last.
    Finished(Stanza),
}

impl UnfinishedStanza {
    /// Starts from an argument line without its newline.
    pub(crate) fn start(line: &[u8]) -> Result<Self, StanzaError> {
        let words = line.strip_prefix(ARGUMENT_LINE_START).ok_or(StanzaError::Start)?;
        let mut arguments = words.split(|byte| *byte == b' ').map(|word| {
            let text = is_argument(word).then(|| std::str::from_utf8(word).ok()).flatten();
            text.map(str::to_owned).ok_or(StanzaError::Argument)
        });
        let tag = arguments.next().unwrap_or(Err(StanzaError::Argument))?;
        let arguments = arguments.collect::<Result<_, _>>()?;
        let body = Zeroizing::new(Vec::with_capacity(BODY_LINE_BYTES));
        Ok(Self(Stanza { tag, arguments, body }))
    }

    /// Adds a body line without its newline.
    pub(crate) fn push(mut self, line: &[u8]) -> Result<Grown, StanzaError> {
        if line.len() > BODY_COLUMNS {
            return Err(StanzaError::LongLine);
        }
        let bytes = unpadded::decode(line).map(Zeroizing::new).ok_or(StanzaError::Base64)?;
        self.0.body.extend_from_slice(&bytes);
        let full = line.len() == BODY_COLUMNS;
        Ok(if full { Grown::Unfinished(self) } else { Grown::Finished(self.0) })
    }
}

/// 1*VCHAR
fn is_argument(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_graphic)
}
