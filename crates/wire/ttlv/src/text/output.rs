//! The buffer that text is written to.

use std::fmt;

use super::date::Moment;
use crate::growth;

/// Text that is being written. It wipes what it leaves behind when it grows: text carries keys too.
pub(crate) struct Output(Vec<u8>);

impl Output {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn into_vec(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    pub(crate) fn push_bytes(&mut self, bytes: &[u8]) {
        growth::reserve(&mut self.0, bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Two digits for each byte.
    pub(crate) fn hex(&mut self, bytes: &[u8], digits: &[u8; 16]) {
        growth::reserve(&mut self.0, bytes.len().saturating_mul(2));
        for byte in bytes {
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            self.0.extend_from_slice(&[digits[high], digits[low]]);
        }
    }

    /// A decimal number.
    pub(crate) fn decimal(&mut self, number: i64) {
        // Writing to a buffer cannot fail.
        let _ = fmt::write(self, format_args!("{number}"));
    }

    /// `2001-01-01T00:00:00+00:00`, with six digits of a second's fraction if asked for. Years before 1 and after 9999 have no
    /// such form: those are written as the sixteen hexadecimal digits of the number.
    pub(crate) fn date(&mut self, number: i64, digits: &[u8; 16], microseconds: bool) {
        let moment = if microseconds {
            Moment::from_microseconds(number)
        } else {
            Moment::from_seconds(number)
        };
        match moment {
            Some(moment) if microseconds => {
                let _ = fmt::write(self, format_args!("{moment}.{:06}+00:00", moment.microsecond));
            }
            Some(moment) => {
                let _ = fmt::write(self, format_args!("{moment}+00:00"));
            }
            None => {
                self.push("0x");
                self.hex(&number.to_be_bytes(), digits);
            }
        }
    }
}

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}
