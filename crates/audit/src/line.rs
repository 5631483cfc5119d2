//! The text of a record: allow-listed fields, in ASCII, on one line.
//!
//! Everything that isn't printable ASCII is escaped as in RFC 8259 section 7, so that no name, however hostile, ends the
//! line, moves a terminal's cursor or turns the direction of writing.

use std::io::Write as _;
use std::net::IpAddr;

use claviger_model::{Principal, Timestamp};
use claviger_ports::{AuditRecord, Outcome, Target};

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// Adds the members of `record` to `out`, without the braces, the sequence number and the MAC.
pub(crate) fn write_members(record: &AuditRecord, out: &mut Vec<u8>) {
    // Exhaustive, so that a new field is either written or left out on purpose.
    let AuditRecord { time, request, tenant, principal, source, door, operation, target, outcome } =
        record;
    let Target { key, version, object } = target;
    out.extend_from_slice(b"\"time\":\"");
    write_time(*time, out);
    out.extend_from_slice(b"\",\"request\":\"");
    write_uuid(request.as_bytes(), out);
    out.extend_from_slice(b"\",\"tenant\":\"");
    write_text(tenant.as_str(), out);
    write_principal(principal, out);
    if let Some(address) = source {
        out.extend_from_slice(b",\"source\":\"");
        write_address(*address, out);
        out.push(b'"');
    }
    out.extend_from_slice(b",\"door\":\"");
    write_text(door, out);
    out.extend_from_slice(b"\",\"operation\":\"");
    write_text(operation, out);
    out.push(b'"');
    if let Some(key) = key {
        out.extend_from_slice(b",\"key\":\"");
        write_text(key.as_str(), out);
        out.push(b'"');
    }
    if let Some(version) = version {
        out.extend_from_slice(b",\"version\":");
        write_number(u64::from(*version), out);
    }
    if let Some(object) = object {
        out.extend_from_slice(b",\"object\":\"");
        write_uuid(object.as_bytes(), out);
        out.push(b'"');
    }
    match outcome {
        Outcome::Done => out.extend_from_slice(b",\"outcome\":\"done\""),
        Outcome::Refused(code) => {
            out.extend_from_slice(b",\"outcome\":\"refused\",\"code\":\"");
            write_text(code, out);
            out.push(b'"');
        }
    }
}

/// Adds `number` in decimal.
pub(crate) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

fn write_principal(principal: &Principal, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\",\"principal\":{\"method\":\"");
    write_text(principal.method(), out);
    out.extend_from_slice(b"\",\"issuer\":\"");
    write_text(principal.issuer(), out);
    out.extend_from_slice(b"\",\"subject\":\"");
    write_text(principal.subject(), out);
    out.extend_from_slice(b"\"}");
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if text.as_bytes().iter().all(plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push(b'\\');
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            ' '..='~' => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(b"\\u");
                    unit.to_be_bytes().iter().for_each(|byte| write_byte(*byte, out));
                }
            }
        }
    }
}

fn write_byte(byte: u8, out: &mut Vec<u8>) {
    out.push(HEXADECIMAL[usize::from(byte >> 4)]);
    out.push(HEXADECIMAL[usize::from(byte & 15)]);
}

/// RFC 9562 section 4.
fn write_uuid(bytes: &[u8; 16], out: &mut Vec<u8>) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = HEXADECIMAL[usize::from(byte >> 4)];
        text[at + 1] = HEXADECIMAL[usize::from(byte & 15)];
        at += 2;
    }
    out.extend_from_slice(&text);
}

fn write_address(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            for (index, octet) in address.octets().into_iter().enumerate() {
                if index > 0 {
                    out.push(b'.');
                }
                write_number(u64::from(octet), out);
            }
        }
        // Writing to a vector cannot fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
}

/// RFC 3339 section 5.6 in UTC with milliseconds. Years that it cannot write become the nearest that it can.
fn write_time(time: Timestamp, out: &mut Vec<u8>) {
    const FIRST: i64 = -62_167_219_200_000; // 0000-01-01T00:00:00.000Z
    const LAST: i64 = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
    const DAY: i64 = 86_400_000;
    let milliseconds = time.milliseconds().clamp(FIRST, LAST);
    let (year, month, day) = civil_date(milliseconds.div_euclid(DAY));
    let rest = milliseconds.rem_euclid(DAY);
    write_digits::<4>(year, out);
    out.push(b'-');
    write_digits::<2>(month, out);
    out.push(b'-');
    write_digits::<2>(day, out);
    out.push(b'T');
    write_digits::<2>(rest / 3_600_000, out);
    out.push(b':');
    write_digits::<2>(rest / 60_000 % 60, out);
    out.push(b':');
    write_digits::<2>(rest / 1_000 % 60, out);
    out.push(b'.');
    write_digits::<3>(rest % 1_000, out);
    out.push(b'Z');
}

fn write_digits<const WIDTH: usize>(mut number: i64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    out.extend_from_slice(&digits);
}

/// Year, month and day of the day that is `days` after 1970-01-01, in the Gregorian calendar continued backwards.
/// The years are counted from March, so that the leap day is the last of its year, in eras of 400 years, which all have the
/// same number of days.
fn civil_date(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_ERA: i64 = 146_097;
    let since_march = days + 719_468; // 0000-03-01 to 1970-01-01
    let era = since_march.div_euclid(DAYS_OF_ERA);
    let day_of_era = since_march.rem_euclid(DAYS_OF_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use claviger_model::Timestamp;

    use super::{write_number, write_text, write_time, write_uuid};

    fn text_of(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        for (milliseconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (i64::MIN, "0000-01-01T00:00:00.000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            let time = Timestamp::from_milliseconds(milliseconds);
            assert_eq!(text_of(|out| write_time(time, out)), expected);
        }
    }

    #[test]
    fn numbers_and_identifiers_are_written_as_others_write_them() {
        for number in [0, 9, 10, u64::MAX] {
            assert_eq!(text_of(|out| write_number(number, out)), number.to_string());
        }
        let bytes = *b"0123456789abcdef";
        let expected = claviger_model::RequestId::from_bytes(bytes).to_string();
        assert_eq!(text_of(|out| write_uuid(&bytes, out)), expected);
    }

    #[test]
    fn whatever_is_not_printable_ascii_is_escaped() {
        let hostile = "a\r\n\u{1b}[2J\u{7f}\u{85}\u{2028}\u{202e}\"\\ü\u{1f511}";
        let written = text_of(|out| write_text(hostile, out));
        assert!(written.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{written}");
        let read: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
        assert_eq!(read, hostile);
    }
}
