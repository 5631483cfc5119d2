//! The versions of the protocol.

use std::fmt;

/// A version of KMIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// Before the dot.
    pub major: u8,
    /// After the dot.
    pub minor: u8,
}

impl Version {
    /// KMIP 1.0 (2010).
    pub const V1_0: Self = Self { major: 1, minor: 0 };
    /// KMIP 1.1 (2013).
    pub const V1_1: Self = Self { major: 1, minor: 1 };
    /// KMIP 1.2 (2015).
    pub const V1_2: Self = Self { major: 1, minor: 2 };
    /// KMIP 1.3 (2016).
    pub const V1_3: Self = Self { major: 1, minor: 3 };
    /// KMIP 1.4 (2017).
    pub const V1_4: Self = Self { major: 1, minor: 4 };
    /// KMIP 2.0 (2019).
    pub const V2_0: Self = Self { major: 2, minor: 0 };
    /// KMIP 2.1 (2020).
    pub const V2_1: Self = Self { major: 2, minor: 1 };

    /// All versions that are published as a standard and known here, oldest first.
    pub const ALL: [Self; 7] =
        [Self::V1_0, Self::V1_1, Self::V1_2, Self::V1_3, Self::V1_4, Self::V2_0, Self::V2_1];

    /// Whether this is one of [`Version::ALL`].
    #[must_use]
    pub fn is_known(self) -> bool {
        Self::ALL.contains(&self)
    }
}

/// `1.4`.
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}
