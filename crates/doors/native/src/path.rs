//! Paths: which routes a path has, and what its parameters are.

use crate::errors::Refusal;

/// The names and values of a path's parameters.
pub(crate) type Parameters = Vec<(&'static str, String)>;

/// Whether every path that `pattern` stands for is one that `wider` stands for too.
pub(crate) fn covers(wider: &str, pattern: &str) -> bool {
    let (mut wider, mut pattern) = (wider.split('/'), pattern.split('/'));
    loop {
        match (wider.next(), pattern.next()) {
            (None, None) => return true,
            (Some(wide), Some(part)) if wide == part || parameter(wide).is_some() => {}
            _ => return false,
        }
    }
}

/// The parameters of a path that the router found to match `pattern`, unescaped.
pub(crate) fn parameters(pattern: &'static str, path: &str) -> Result<Parameters, Refusal> {
    let mut found = Vec::new();
    for (name, value) in pattern.split('/').zip(path.split('/')) {
        if let Some(name) = parameter(name) {
            found.push((name, unescape(value)?));
        }
    }
    Ok(found)
}

/// The name in braces.
pub(crate) fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Undoes percent-encoding (RFC 3986 §2.1).
fn unescape(text: &str) -> Result<String, Refusal> {
    let refusal = || {
        Refusal::invalid("the path is not escaped UTF-8 text", "escape the key's name as URLs do")
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        rest = more;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (digits, more) = rest.split_at_checked(2).ok_or_else(refusal)?;
        let digit =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = digit(digits[0]).zip(digit(digits[1])).ok_or_else(refusal)?;
        bytes.push(high << 4 | low);
        rest = more;
    }
    String::from_utf8(bytes).map_err(|_| refusal())
}

#[cfg(test)]
mod tests {
    use super::{covers, parameters, unescape};

    #[test]
    fn parameters_are_unescaped_one_by_one() {
        let found = parameters("/keys/{name}/versions/{version}", "/keys/a%2F..%2fb/versions/3");
        assert_eq!(
            found.ok().unwrap(),
            [("name", "a/../b".to_owned()), ("version", "3".to_owned())]
        );
        assert_eq!(unescape("%F0%9f%94%91%00").ok().unwrap(), "🔑\0");
        for text in ["%", "%1", "%zz", "%ff", "a%2", "%+1"] {
            assert!(unescape(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_covers_what_it_stands_for() {
        assert!(covers("/keys/{name}", "/keys/import"));
        assert!(covers("/keys/{name}", "/keys/{name}"));
        assert!(!covers("/keys/import", "/keys/{name}"));
        assert!(!covers("/keys/{name}", "/keys/import/x"));
    }
}
