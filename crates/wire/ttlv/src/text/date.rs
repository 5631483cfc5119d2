//! Dates and times, in the proleptic Gregorian calendar and UTC.

use std::fmt;

use super::ValueFault;

const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time, taken apart.
pub(crate) struct Moment {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
    pub(crate) microsecond: i64,
}

impl Moment {
    /// From seconds since 1970; nothing unless the year has four digits and is not 0.
    pub(crate) fn from_seconds(seconds: i64) -> Option<Self> {
        let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        (1..=9999).contains(&year).then_some(Self {
            year,
            month,
            day,
            second_of_day,
            microsecond: 0,
        })
    }

    /// From microseconds since 1970; nothing unless the year has four digits and is not 0.
    pub(crate) fn from_microseconds(microseconds: i64) -> Option<Self> {
        let moment = Self::from_seconds(microseconds.div_euclid(1_000_000))?;
        Some(Self { microsecond: microseconds.rem_euclid(1_000_000), ..moment })
    }
}

/// Up to the seconds, without an offset.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, second_of_day, .. } = self;
        let (hour, minute) = (second_of_day / 3600, second_of_day / 60 % 60);
        let second = second_of_day % 60;
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Reads a date and time as in XML Schema and RFC 3339: seconds since 1970, and microseconds beyond them.
///
/// Without an offset it is UTC. Digits below the microsecond are dropped.
pub(crate) fn read(text: &str) -> Result<(i64, i64), ValueFault> {
    parse(text.as_bytes()).ok_or(ValueFault::Date)
}

fn parse(text: &[u8]) -> Option<(i64, i64)> {
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (date, rest) = text.split_first_chunk::<19>()?;
    let separators = [date[4], date[7], date[13], date[16]];
    if separators != *b"--::" || !matches!(date[10], b'T' | b't') {
        return None;
    }
    let field = |range: std::ops::Range<usize>| date.get(range).and_then(digits);
    let year = if negative { -field(0..4)? } else { field(0..4)? };
    let (month, day) = (field(5..7)?, field(8..10)?);
    let (hour, minute, second) = (field(11..13)?, field(14..16)?, field(17..19)?);
    let exists = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60; // 60 is a leap second
    let (microseconds, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let days = days_before(year, month, day);
    exists.then_some((
        days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset,
        microseconds,
    ))
}

/// The fraction of a second in microseconds, and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at_checked(length)?;
    if fraction.is_empty() {
        return None;
    }
    let digit = |index: usize| fraction.get(index).map_or(0, |byte| i64::from(byte - b'0'));
    let microseconds = (0..6).fold(0, |sum, index| sum * 10 + digit(index));
    Some((microseconds, rest))
}

/// The offset from UTC in seconds.
fn offset(text: &[u8]) -> Option<i64> {
    match text {
        [] | [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] if hours.len() == 2 => {
            let (hours, minutes) = (digits(hours)?, digits(&[*tens, *ones])?);
            let seconds = hours * 3600 + minutes * 60;
            let exists = hours < 24 && minutes < 60;
            exists.then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter()
        .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of January 1970 to a date.
///
/// Years are counted from March, so that the day that comes and goes is the last of a year; 400 of them are an era.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date that lies so many days after the first of January 1970: the other way round.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        for (text, seconds, microseconds) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2001-01-01T10:00:00+10:00", 978_307_200, 0),
            ("2008-03-14T11:56:40+00:00", 0x47DA_67F8, 0),
            ("2008-03-14T11:56:40", 0x47DA_67F8, 0),
            ("2000-02-29T23:59:59.1234567-01:30", 951_874_199, 123_456),
            ("1969-12-31T23:59:59Z", -1, 0),
            ("-0001-01-01T00:00:00Z", -62_198_755_200, 0),
        ] {
            assert_eq!(read(text), Ok((seconds, microseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2001-01-01",
            "2001-02-29T00:00:00Z",
            "2001-13-01T00:00:00Z",
            "2001-01-01T24:00:00Z",
            "2001-01-01T00:00:00.Z",
            "2001-01-01T00:00:00+1:00",
            "2001-01-01T00:00:00+24:00",
            "2001-01-01T00:00:00Zx",
            "20010101T000000Z",
            "2001-01-01T00:00:0é",
        ] {
            assert_eq!(read(text), Err(ValueFault::Date), "{text}");
        }
    }

    #[test]
    fn every_day_of_some_centuries_is_written_as_it_is_read() {
        for day in (-719_162..2_932_896).step_by(7) {
            let seconds = day * SECONDS_PER_DAY + 86_399;
            let text = Moment::from_seconds(seconds).expect("a year with four digits").to_string();
            assert_eq!(read(&text), Ok((seconds, 0)), "{text}");
        }
        assert!(Moment::from_seconds(i64::MIN).is_none());
        assert!(Moment::from_seconds(i64::MAX).is_none());
        assert!(Moment::from_microseconds(i64::MAX).is_none());
    }
}
