//! The types of single fields, and how each is read from an item and written as one.

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer, enumeration};
use zeroize::Zeroizing;

use crate::error::MessageError;

/// What can stand under one tag.
pub(crate) trait Field: Sized {
    /// Reads the value of an item in a message of this version.
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError>;
    /// Writes the value under a tag into a message of this version.
    fn write(&self, writer: &mut Writer, tag: Tag, version: Version);
}

/// Seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub i64);

/// Microseconds since 1970 (KMIP 2.x).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTimeExtended(pub i64);

/// A duration in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval(pub u32);

/// A number of any length: two's complement, big endian.
#[derive(Clone, PartialEq, Eq)]
pub struct BigInteger(pub Zeroizing<Vec<u8>>);

/// Which object an operation is about (KMIP 1.4, section 3.1; 2.1, section 4.58).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UniqueIdentifier {
    /// The identifier itself.
    Text(String),
    /// What an earlier operation of the same batch left behind (2.x).
    Placeholder(enumeration::UniqueIdentifier),
    /// The nth identifier of the response so far, counted from 0; negative counts backwards from the present batch item (2.x).
    Index(i32),
}

impl UniqueIdentifier {
    /// The identifier, when it is given as text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Placeholder(_) | Self::Index(_) => None,
        }
    }
}

impl From<String> for UniqueIdentifier {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for UniqueIdentifier {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What a cryptographic operation works on (KMIP 2.1, section 7.9).
pub enum Data {
    /// The data itself.
    Bytes(SecretBytes),
    /// What an earlier operation of the same batch returned (2.x).
    Placeholder(enumeration::Data),
    /// The nth data of the response so far, counted from 0; negative counts backwards from the present batch item (2.x).
    Index(i32),
}

/// How long a ticket may be used (KMIP 2.1, section 6.1.30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseTime {
    /// So many seconds.
    For(Interval),
    /// To this time.
    Until(DateTime),
}

impl Field for UniqueIdentifier {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::TextString => text(item).map(|text| Self::Text(text.to_owned())),
            ItemType::Enumeration if version.major >= 2 => {
                Field::read(item, version).map(Self::Placeholder)
            }
            ItemType::Integer if version.major >= 2 => i32::read(item, version).map(Self::Index),
            _ => Err(MessageError::wrong_type(item.tag(), "TextString")),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        match self {
            Self::Text(text) => writer.text(tag, text),
            Self::Placeholder(placeholder) => placeholder.write(writer, tag, version),
            Self::Index(index) => writer.integer(tag, *index),
        }
    }
}

impl Field for Data {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::ByteString => SecretBytes::read(item, version).map(Self::Bytes),
            ItemType::Enumeration if version.major >= 2 => {
                Field::read(item, version).map(Self::Placeholder)
            }
            ItemType::Integer if version.major >= 2 => i32::read(item, version).map(Self::Index),
            _ => Err(MessageError::wrong_type(item.tag(), "ByteString")),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        match self {
            Self::Bytes(bytes) => bytes.write(writer, tag, version),
            Self::Placeholder(placeholder) => placeholder.write(writer, tag, version),
            Self::Index(index) => writer.integer(tag, *index),
        }
    }
}

impl Field for LeaseTime {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::DateTime => DateTime::read(item, version).map(Self::Until),
            _ => Interval::read(item, version).map(Self::For),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        match self {
            Self::For(interval) => interval.write(writer, tag, version),
            Self::Until(time) => time.write(writer, tag, version),
        }
    }
}

impl Field for SecretBytes {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        bytes(item).map(Self::copy_from)
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        writer.bytes(tag, self.expose("a field of a KMIP message is written"));
    }
}

/// Fields that are one value: the type, how it is read, the type's name, how it is written.
macro_rules! plain_fields {
    ($($kind:ty, $name:literal, |$item:ident| $read:expr, |$value:ident, $writer:ident, $tag:ident| $write:expr;)+) => {
        $(
            impl Field for $kind {
                fn read($item: Item<'_>, _: Version) -> Result<Self, MessageError> {
                    $read.ok_or_else(|| MessageError::wrong_type($item.tag(), $name))
                }

                fn write(&self, $writer: &mut Writer, $tag: Tag, _: Version) {
                    let $value = self;
                    $write;
                }
            }
        )+
    };
}

plain_fields! {
    i32, "Integer", |item| item.integer(), |value, writer, tag| writer.integer(tag, *value);
    i64, "LongInteger", |item| item.long_integer(), |value, writer, tag| writer.long_integer(tag, *value);
    bool, "Boolean", |item| item.boolean(), |value, writer, tag| writer.boolean(tag, *value);
    String, "TextString", |item| item.text().map(str::to_owned), |value, writer, tag| writer.text(tag, value);
    Vec<u8>, "ByteString", |item| item.bytes().map(<[u8]>::to_vec), |value, writer, tag| writer.bytes(tag, value);
    DateTime, "DateTime", |item| item.date_time().map(DateTime), |value, writer, tag| writer.date_time(tag, value.0);
    Interval, "Interval", |item| item.interval().map(Interval), |value, writer, tag| writer.interval(tag, value.0);
    DateTimeExtended, "DateTimeExtended", |item| item.date_time_extended().map(DateTimeExtended),
        |value, writer, tag| writer.date_time_extended(tag, value.0);
    BigInteger, "BigInteger", |item| item.big_integer().map(|number| BigInteger(Zeroizing::new(number.to_vec()))),
        |value, writer, tag| writer.big_integer(tag, &value.0);
}

/// The enumerations of the specification are fields of type Enumeration.
macro_rules! enumeration_fields {
    ($($name:ident)+) => {
        $(
            impl Field for enumeration::$name {
                fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
                    item.enumeration()
                        .map(Self::from_code)
                        .ok_or_else(|| MessageError::wrong_type(item.tag(), "Enumeration"))
                }

                fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
                    writer.enumeration(tag, self.code());
                }
            }

            #[cfg(test)]
            impl crate::sample::Sample for enumeration::$name {
                fn sample() -> Self {
                    Self::ALL[0]
                }
            }
        )+
    };
}

enumeration_fields! {
    AdjustmentType AsynchronousIndicator AttestationType BatchErrorContinuationOption BlockCipherMode CancellationResult
    CertificateRequestType CertificateType ClientRegistrationMethod CredentialType CryptographicAlgorithm Data
    DerivationMethod DestroyAction DigitalSignatureAlgorithm DRBGAlgorithm EncodingOption EndpointRole FIPS186Variation
    HashingAlgorithm InteropFunction KeyCompressionType KeyFormatType KeyRoleType KeyWrapType MaskGenerator NameType
    ObjectGroupMember ObjectType Operation PaddingMethod ProcessingStage ProfileName
    PutFunction QueryFunction RecommendedCurve ResultReason ResultStatus RevocationReasonCode RNGAlgorithm RNGMode
    SecretDataType ShreddingAlgorithm SplitKeyMethod TicketType UniqueIdentifier UnwrapMode UsageLimitsUnit
    ValidationAuthorityType ValidationType ValidityIndicator WrappingMethod
}

/// The text of an item.
pub(crate) fn text(item: Item<'_>) -> Result<&str, MessageError> {
    item.text().ok_or_else(|| MessageError::wrong_type(item.tag(), "TextString"))
}

/// The bytes of an item.
pub(crate) fn bytes(item: Item<'_>) -> Result<&[u8], MessageError> {
    item.bytes().ok_or_else(|| MessageError::wrong_type(item.tag(), "ByteString"))
}
