//! The seal port: what every source of a root key must do.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use claviger_ports::{RootKey, RootKeySource, SealKind};

/// What every seal must do: give the same key each time, also after a restart, and never show it.
/// `open` makes the source as a server that starts does.
///
/// # Panics
/// If the source breaks the contract of [`RootKeySource`].
pub async fn conforms<Source: RootKeySource>(open: impl Fn() -> Source, kind: SealKind) {
    let source = open();
    let first = source.root_key().await.expect("there is a root key");
    let again = source.root_key().await.expect("it can be asked for twice");
    let restarted = open().root_key().await.expect("it is there after a restart");
    let bytes = first.secret().expose("the suite compares root keys");
    assert_eq!(bytes.len(), RootKey::LENGTH);
    assert!(again.secret().equals(bytes), "a source gives one key");
    assert!(restarted.secret().equals(bytes), "a restart changes no key");
    let described = source.describe();
    assert_eq!(described.kind, kind);
    assert!(!described.place.is_empty(), "an operator is told where the key is");
    assert_shows_no_key(&format!("{described:?}"), bytes);
}

/// That `text` contains neither `key` nor a tell-tale part of it, as base64, base64url or hexadecimal.
///
/// # Panics
/// If it does.
pub fn assert_shows_no_key(text: &str, key: &[u8]) {
    const PART: usize = 6;
    let text_lower = text.to_lowercase();
    for part in key.windows(PART.min(key.len().max(1))) {
        let hexadecimal: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!text_lower.contains(&hexadecimal), "a key is shown in {text:?}");
        for encoded in [STANDARD.encode(part), URL_SAFE.encode(part)] {
            let encoded = encoded.trim_end_matches('=');
            assert!(!text.contains(encoded), "a key is shown in {text:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::assert_shows_no_key;

    #[test]
    #[should_panic(expected = "a key is shown")]
    fn a_shown_key_is_noticed() {
        assert_shows_no_key("the key is AQIDBAUG", &[1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn other_text_is_fine() {
        assert_shows_no_key("the key is secret", &[1, 2, 3, 4, 5, 6]);
    }
}
