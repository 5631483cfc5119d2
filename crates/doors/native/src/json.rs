//! JSON bodies.

use serde::Serialize;
use serde::de::Deserialize;

use crate::errors::Refusal;

/// Reads a message.
///
/// No request has a value of unknown shape, so that nothing is ever nested deeper than its type: brackets beyond that are
/// refused at the first one, and the parser never recurses with the input.
pub(crate) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let message = without_values(&error.to_string());
        if error.is_data() {
            Refusal::invalid(
                format!("the request is not what this route takes: {message}"),
                "correct the request; its members are described at /api/v1/openapi.json",
            )
        } else {
            Refusal::invalid(
                format!("the body is not JSON: {message}"),
                "send one JSON object (RFC 8259) in UTF-8",
            )
        }
    })
}

/// The length of a message in JSON, so that a buffer never has to grow and leave a copy of a secret behind.
pub(crate) fn written_length(message: &impl Serialize) -> usize {
    struct Counter(usize);

    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // Whatever goes wrong here goes wrong again, and is reported, when the message is written.
    let _ = serde_json::to_writer(&mut counter, message);
    counter.0
}

/// The parser's message without the text that it found: a secret in the wrong member must not come back in an error.
fn without_values(message: &str) -> String {
    let value = ["invalid type: ", "invalid value: ", "unknown variant "]
        .into_iter()
        .find(|prefix| message.starts_with(prefix));
    let expected = message.rfind(", expected ");
    match (value, expected) {
        (Some(prefix), Some(expected)) if prefix.len() < expected => {
            let found = &message[prefix.len()..expected];
            let kind = found.split([' ', '"', '`']).next().unwrap_or_default();
            format!("{prefix}{kind}{}", &message[expected..])
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use claviger_wire_native::{DecryptRequest, EncryptRequest, RandomRequest};

    use super::{read, without_values, written_length};

    fn refused(body: &str) -> String {
        read::<EncryptRequest>(body.as_bytes()).err().unwrap().detail().to_owned()
    }

    #[test]
    fn what_is_wrong_is_said_and_where() {
        assert!(refused("").starts_with("the body is not JSON: EOF"));
        assert!(refused("{").starts_with("the body is not JSON: EOF"));
        assert!(refused("{} x").starts_with("the body is not JSON: trailing characters"));
        assert!(
            refused(r#"{"plaintext":"","plaintext":""}"#).contains("duplicate field `plaintext`")
        );
        assert!(
            refused(r#"{"plaintxt":""}"#).contains("unknown field `plaintxt`, expected one of")
        );
        assert!(refused(r#"{"plaintext":5}"#).contains("expected base64 text at line 1 column"));
    }

    #[test]
    fn deep_nesting_is_refused_at_once() {
        for open in ["[", "{\"items\":[", "{\"context\":{\"a\":", "{\"plaintext\":["] {
            assert!(!refused(&open.repeat(1_000_000)).is_empty());
        }
    }

    #[test]
    fn values_do_not_come_back() {
        let error = read::<RandomRequest>(br#"{"length":"hunter2, expected none"}"#).err().unwrap();
        assert!(!error.detail().contains("hunter2"), "{}", error.detail());
        assert!(error.detail().contains("invalid type: string, expected u32"));
        assert_eq!(without_values("duplicate field `a`"), "duplicate field `a`");
    }

    #[test]
    fn the_length_is_known_before_writing() {
        let message = DecryptRequest { ciphertext: Some("a\"b".into()), ..Default::default() };
        assert_eq!(written_length(&message), serde_json::to_vec(&message).unwrap().len());
    }
}
