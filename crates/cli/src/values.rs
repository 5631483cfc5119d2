//! Values on the command line: contexts, attributes, durations and names.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use claviger_wire_native::{Base64Bytes, Date, TextMap};

use crate::failure::Failure;

/// Pairs of one option, such as `env=prod,service=api`. `\,` `\=` and `\\` stand for the character itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads pairs.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pairs = Vec::new();
        let (mut name, mut current) = (None, String::new());
        let mut characters = text.chars();
        loop {
            match characters.next() {
                Some('\\') => match characters.next() {
                    Some(escaped @ (',' | '=' | '\\')) => current.push(escaped),
                    _ => return Err("`\\` stands before `,`, `=` or `\\` only".to_owned()),
                },
                // Whatever follows the first one belongs to the value, as base64 has it.
                Some('=') if name.is_none() => name = Some(std::mem::take(&mut current)),
                end @ (Some(',') | None) => {
                    let Some(name) = name.take().filter(|name| !name.is_empty()) else {
                        return Err("expected NAME=VALUE pairs with commas between them".to_owned());
                    };
                    pairs.push((name, std::mem::take(&mut current)));
                    if end.is_none() {
                        return Ok(Self(pairs));
                    }
                }
                Some(other) => current.push(other),
            }
        }
    }

    /// The pairs of all occurrences of an option.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a name stands twice.
    pub(crate) fn merge(all: Vec<Self>, option: &str) -> Result<Vec<(String, String)>, Failure> {
        let mut merged: Vec<(String, String)> = Vec::new();
        for (name, value) in all.into_iter().flat_map(|pairs| pairs.0) {
            if merged.iter().any(|(other, _)| *other == name) {
                return Err(Failure::usage(
                    format!("`{name}` stands twice in {option}"),
                    "name each pair once",
                ));
            }
            merged.push((name, value));
        }
        Ok(merged)
    }
}

/// `--context`.
#[derive(Debug, clap::Args)]
pub(crate) struct ContextOption {
    /// The encryption context: pairs that decryption needs again, in any order, such as `env=prod,service=api`
    #[arg(long, value_name = "NAME=VALUE,…", value_parser = Pairs::parse)]
    context: Vec<Pairs>,
}

impl ContextOption {
    /// The pairs.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a name stands twice.
    pub(crate) fn pairs(self) -> Result<Vec<(String, String)>, Failure> {
        Pairs::merge(self.context, "--context")
    }

    /// The pairs as they are sent.
    ///
    /// # Errors
    /// As [`Self::pairs`].
    pub(crate) fn text_map(self) -> Result<TextMap, Failure> {
        Ok(TextMap::new(self.pairs()?))
    }
}

/// Seconds from text such as `30d`, `12h`, `90m`, `45s`, `2w`, or `0`.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    let refused = || {
        format!("`{text}` is no duration: give a whole number with s, m, h, d or w, such as 30d")
    };
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit: u64 = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(refused()),
    };
    let number: u64 = digits.parse().map_err(|_| refused())?;
    number.checked_mul(unit).ok_or_else(refused)
}

/// Seconds for people: in the largest unit that has no rest.
pub(crate) fn duration(seconds: u64) -> String {
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

/// A time that has passed, for people, such as `2d 3h 4m 5s`.
pub(crate) fn elapsed(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let parts: Vec<String> = units
        .iter()
        .skip_while(|(number, unit)| *number == 0 && *unit != "s")
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    parts.join(" ")
}

/// A date that `none` removes.
pub(crate) fn date_or_none(text: &str) -> Result<Option<Date>, String> {
    if text == "none" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| format!("{error}; or `none` to remove it"))
}

/// Base64 on the command line.
pub(crate) fn base64(text: &str) -> Result<Base64Bytes, String> {
    Base64Bytes::from_text(text).map_err(|error| error.to_string())
}

macro_rules! named_values {
    ($($parser:ident: $type:ident;)*) => {$(
        /// Reads one of the service's names; `--help` and completion know all of them.
        pub(crate) fn $parser() -> impl TypedValueParser<Value = claviger_wire_native::$type> {
            PossibleValuesParser::new(claviger_wire_native::$type::NAMES)
                .try_map(|name| name.parse::<claviger_wire_native::$type>())
        }
    )*};
}

named_values! {
    algorithm: Algorithm;
    data_key_spec: DataKeySpec;
    hash: Hash;
    key_format: KeyFormat;
    public_key_format: PublicKeyFormat;
    revocation_reason: RevocationReason;
    state: State;
    usage: Usage;
}

#[cfg(test)]
mod tests {
    use super::{Pairs, duration, elapsed, seconds};

    fn pairs(text: &str) -> Option<Vec<(String, String)>> {
        Pairs::parse(text).ok().map(|pairs| pairs.0)
    }

    #[test]
    fn pairs_are_read() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs("a=b,c=d"), Some(vec![pair("a", "b"), pair("c", "d")]));
        assert_eq!(pairs("a="), Some(vec![pair("a", "")]));
        assert_eq!(pairs("a=b=="), Some(vec![pair("a", "b==")]));
        assert_eq!(pairs(r"a\=b=c\,d\\"), Some(vec![pair("a=b", r"c,d\")]));
        for text in ["", "a", "=b", "a=b,", ",a=b", r"a=\n", "a=b,c", "\\"] {
            assert_eq!(pairs(text), None, "{text}");
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let twice = vec![Pairs::parse("a=b").unwrap(), Pairs::parse("a=b").unwrap()];
        assert!(Pairs::merge(twice, "--context").is_err());
        let different = vec![Pairs::parse("a=b").unwrap(), Pairs::parse("b=b").unwrap()];
        assert_eq!(Pairs::merge(different, "--context").unwrap().len(), 2);
    }

    #[test]
    fn durations_are_read_and_written() {
        for (text, number) in [
            ("30d", 2_592_000),
            ("12h", 43_200),
            ("90m", 5_400),
            ("45s", 45),
            ("2w", 1_209_600),
            ("0", 0),
        ] {
            assert_eq!(seconds(text), Ok(number));
        }
        for text in
            ["", "d", "1y", "-1d", "1.5h", "1 d", "99999999999999999999", "999999999999999w", "é"]
        {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert_eq!(duration(604_800), "7d");
        assert_eq!(duration(5_400), "90m");
        assert_eq!(duration(61), "61s");
        assert_eq!(duration(0), "0s");
        assert_eq!(elapsed(0), "0s");
        assert_eq!(elapsed(3_661), "1h 1m 1s");
        assert_eq!(elapsed(172_800), "2d 0h 0m 0s");
    }
}
