//! Text whose escapes are resolved.

use std::ops::Deref;

use zeroize::Zeroizing;

/// Text as it stands in a message if nothing in it was escaped, else a copy that is wiped: it may be a password.
pub(crate) enum Unescaped<'a> {
    /// Nothing was escaped.
    AsWritten(&'a str),
    /// Something was.
    Copy(Zeroizing<String>),
}

impl Deref for Unescaped<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsWritten(text) => text,
            Self::Copy(text) => text,
        }
    }
}
