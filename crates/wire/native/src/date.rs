//! Points in time as RFC 3339 text.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, written as RFC 3339 text in UTC, such as
/// `2026-01-31T12:00:00Z`. Any offset is accepted; anything finer than a millisecond is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Milliseconds since 1970-01-01T00:00:00Z, from year 0 to year 9999.
    pub milliseconds: i64,
}

impl Date {
    /// The first representable date: 0000-01-01T00:00:00Z.
    pub const FIRST: Self = Self { milliseconds: -62_167_219_200_000 };
    /// The last representable date: 9999-12-31T23:59:59.999Z.
    pub const LAST: Self = Self { milliseconds: 253_402_300_799_999 };

    /// The date so many milliseconds after 1970-01-01T00:00:00Z; the nearest representable one if it lies beyond.
    #[must_use]
    pub fn from_milliseconds(milliseconds: i64) -> Self {
        Self { milliseconds }.clamp(Self::FIRST, Self::LAST)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = i128::from(self.milliseconds) * 1_000_000;
        let text = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
            .map_err(|_| fmt::Error)?
            .format(&Rfc3339)
            .map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

/// The text isn't a date as RFC 3339 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a date as RFC 3339 has it, such as 2026-01-31T12:00:00Z")
    }
}

impl std::error::Error for InvalidDate {}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let nanoseconds =
            OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidDate)?.unix_timestamp_nanos();
        let milliseconds = i64::try_from(nanoseconds.div_euclid(1_000_000)).unwrap_or(i64::MAX);
        let date = Self { milliseconds };
        if (Self::FIRST..=Self::LAST).contains(&date) { Ok(date) } else { Err(InvalidDate) }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateVisitor;

        impl Visitor<'_> for DateVisitor {
            type Value = Date;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a date as RFC 3339 has it")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(DateVisitor)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Self::from_milliseconds(self.milliseconds))
    }
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A date as RFC 3339 has it."));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for Date {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Date")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn dates_are_read_back() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-31T12:00:00.125Z", 1_769_860_800_125),
            ("0000-01-01T00:00:00Z", Date::FIRST.milliseconds),
            ("9999-12-31T23:59:59.999Z", Date::LAST.milliseconds),
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.milliseconds, milliseconds);
            assert_eq!(date.to_string(), text);
        }
        assert_eq!("2026-01-31T13:00:00.0009+01:00".parse::<Date>().unwrap().to_string(), {
            "2026-01-31T12:00:00Z"
        });
        assert_eq!(Date::from_milliseconds(i64::MAX), Date::LAST);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "2026-01-31", "2026-13-01T00:00:00Z", "now", "9999-12-31T23:59:59-01:00"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
