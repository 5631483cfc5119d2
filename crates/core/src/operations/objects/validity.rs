//! Whether something that was checked holds.

/// What a check of a signature, a message authentication code or a chain of certificates found (KMIP 2.1 §11.61).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It holds.
    Valid,
    /// It doesn't.
    Invalid,
    /// It can't be told.
    Unknown,
}

impl Validity {
    /// The code in KMIP.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Valid => 1,
            Self::Invalid => 2,
            Self::Unknown => 3,
        }
    }
}
