//! The enumerations of the specification as Rust enumerations.
//!
//! Their values are called as in the JSON and XML encodings: `CryptographicAlgorithm::AES`, `KeyFormatType::X_509`,
//! `Operation::ReKeyKeyPair`. Every one of them has a further variant `Other` for numbers without a name: those of vendors, of
//! later versions, and mistakes. So nothing is lost between reading and writing.

/// Defines one enumeration with its numbers and the versions that brought them.
macro_rules! enumeration {
    (
        $(#[$documentation:meta])*
        $name:ident {
            $($(#[$value_documentation:meta])* $value:ident = $code:literal, $since:ident;)+
        }
    ) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$value_documentation])* $value,)+
            /// A number without a name.
            Other(u32),
        }

        impl $name {
            /// Every value that has a name, by number.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value with this number.
            #[must_use]
            pub const fn from_code(code: u32) -> Self {
                match code {
                    $($code => Self::$value,)+
                    other => Self::Other(other),
                }
            }

            /// Its number.
            #[must_use]
            pub const fn code(self) -> u32 {
                match self {
                    $(Self::$value => $code,)+
                    Self::Other(code) => code,
                }
            }

            /// Its name in the JSON and XML encodings.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$value => Some(stringify!($value)),)+
                    Self::Other(_) => None,
                }
            }

            /// The first version that has it; 1.0 for a number without a name.
            #[must_use]
            pub const fn since(self) -> $crate::Version {
                match self {
                    $(Self::$value => $crate::Version::$since,)+
                    Self::Other(_) => $crate::Version::V1_0,
                }
            }
        }

        impl From<u32> for $name {
            fn from(code: u32) -> Self {
                Self::from_code(code)
            }
        }

        impl From<$name> for u32 {
            fn from(value: $name) -> Self {
                value.code()
            }
        }
    };
}

pub(crate) use enumeration;

pub use crate::generated::enumerations::*;
