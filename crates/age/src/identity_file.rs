//! Identity files: one identity a line, with comments and blank lines, as `age-keygen` writes them.

use crate::{claviger, x25519};

/// The longest identity file, in bytes.
pub const MAX_FILE_LEN: usize = 1 << 20;

/// One identity of a file.
pub enum Entry {
    /// A native identity, `AGE-SECRET-KEY-1…`.
    X25519(x25519::Identity),
    /// A Claviger identity, `AGE-PLUGIN-CLAVIGER-1…`.
    Claviger(claviger::Identity),
}

/// Why an identity file was refused. No message repeats the text, which is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFileError {
    /// It is longer than [`MAX_FILE_LEN`].
    #[error("the identity file is longer than {MAX_FILE_LEN} bytes")]
    TooLong,
    /// It has no identity.
    #[error("the identity file has no identity")]
    Empty,
    /// A line is neither an identity of a known kind, nor a comment, nor blank.
    #[error(
        "line {line} of the identity file is not a complete AGE-SECRET-KEY-1… or AGE-PLUGIN-CLAVIGER-1… identity"
    )]
    Line {
        /// The number of the line, from 1.
        line: usize,
    },
}

/// Reads the text of an identity file.
///
/// # Errors
/// [`IdentityFileError`] if the file is too long, has no identity, or has a line that is none.
pub fn parse(text: &str) -> Result<Vec<Entry>, IdentityFileError> {
    if text.len() > MAX_FILE_LEN {
        return Err(IdentityFileError::TooLong);
    }
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let native = line.parse().map(Entry::X25519).ok();
        let entry = native.or_else(|| line.parse().map(Entry::Claviger).ok());
        entries.push(entry.ok_or(IdentityFileError::Line { line: index + 1 })?);
    }
    if entries.is_empty() { Err(IdentityFileError::Empty) } else { Ok(entries) }
}
