//! Claviger's own stanza, recipients and identities.

use claviger_age::claviger::{
    AddressError, ClavigerStanza, Context, FromServer, Identity, Recipient, StanzaFault, ToKey,
};
use claviger_age::plugin::{encode_identity, encode_recipient};
use claviger_age::{Error, HeaderError, Stanza, decrypt, encrypt, x25519};
use proptest::prelude::*;

use crate::fixed_key::FixedKey;
use crate::sample;

fn context(pairs: &[(&str, &str)]) -> Context {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

proptest! {
    #[test]
    fn addresses_round_trip(
        key in "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
        server in proptest::option::of("https?://[!-~]{1,100}"),
        context in proptest::collection::btree_map(".{1,20}", ".{0,40}", 0..20),
    ) {
        let recipient = Recipient::new(&key, server.as_deref(), context.clone()).expect("valid");
        let text = recipient.to_string();
        prop_assert!(text.starts_with("age1claviger1"));
        prop_assert_eq!(text.parse(), Ok(recipient));
        let identity = Identity::new(server.as_deref(), context).expect("valid");
        let text = identity.to_string();
        prop_assert!(text.starts_with("AGE-PLUGIN-CLAVIGER-1"));
        prop_assert_eq!(text.parse(), Ok(identity));
    }

    #[test]
    fn a_payload_that_is_read_is_the_one_that_is_written(
        mut payload in proptest::collection::vec(0_u8..8, 0..60),
        change in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let whole = Recipient::new("k", Some("http://h"), context(&[("a", "1"), ("b", "")]));
        let mut whole = whole.expect("valid").payload();
        let place = change.index(whole.len());
        whole[place] = byte;
        payload.insert(0, 1);
        for payload in [payload, whole] {
            if let Ok(recipient) = Recipient::from_payload(&payload) {
                prop_assert_eq!(recipient.payload(), payload.clone());
            }
            if let Ok(identity) = Identity::from_payload(&payload) {
                prop_assert_eq!(identity.payload(), payload);
            }
        }
    }
}

/// The format is public: these texts must stay what they are.
#[test]
fn the_layout_is_the_documented_one() {
    let recipient = Recipient::new("files", Some("https://kms"), context(&[("env", "prod")]));
    let recipient = recipient.expect("valid");
    let payload = b"\x01\x01\x00\x05files\x02\x00\x0bhttps://kms\x03\x00\x09\x00\x03envprod";
    assert_eq!(recipient.payload(), payload);
    assert_eq!(Identity::default().payload(), [1]);
    assert_eq!(Identity::default().to_string(), encode_identity("claviger", &[1]).expect("a name"));
}

#[test]
fn other_payloads_are_refused() {
    let refused = |payload: &[u8]| Recipient::from_payload(payload).expect_err("refused");
    assert_eq!(refused(b""), AddressError::Malformed);
    assert_eq!(refused(b"\x02\x01\x00\x01k"), AddressError::Version);
    assert_eq!(refused(b"\x01"), AddressError::KeyName);
    assert_eq!(refused(b"\x01\x01\x00\x02k"), AddressError::Malformed);
    assert_eq!(refused(b"\x01\x01\x00\x01k\x01\x00\x01k"), AddressError::Malformed);
    assert_eq!(refused(b"\x01\x02\x00\x08http://h\x01\x00\x01k"), AddressError::Malformed);
    assert_eq!(refused(b"\x01\x01\x00\x01k\x04\x00\x00"), AddressError::Malformed);
    assert_eq!(refused(b"\x01\x01\x00\x01k\x03\x00\x02\x00\x00"), AddressError::Context);
    assert_eq!(
        refused(b"\x01\x01\x00\x01k\x03\x00\x03\x00\x01b\x03\x00\x03\x00\x01a"),
        AddressError::Malformed
    );
    assert_eq!(refused(b"\x01\x01\x00\x01/"), AddressError::KeyName);
    assert_eq!(refused(b"\x01\x01\x00\x01k\x02\x00\x07ftp://h"), AddressError::Server);
    assert_eq!(Identity::from_payload(b"\x01\x01\x00\x01k"), Err(AddressError::Malformed));
}

#[test]
fn values_have_bounds() {
    let recipient = |key: &str, server: Option<&str>, context| Recipient::new(key, server, context);
    for key in ["", ".", "-a", "a/b", "../a", "a b", "ключ", &"k".repeat(129)] {
        assert_eq!(recipient(key, None, Context::new()), Err(AddressError::KeyName), "{key}");
    }
    for server in ["", "https://", "kms", "http://a b", &format!("http://{}", "h".repeat(1100))] {
        let result = recipient("k", Some(server), Context::new());
        assert_eq!(result, Err(AddressError::Server), "{server}");
    }
    let many = (0..65).map(|number| (number.to_string(), String::new())).collect();
    assert_eq!(recipient("k", None, many), Err(AddressError::Context));
    let long = context(&[("k", &"v".repeat(8192))]);
    assert_eq!(recipient("k", None, long), Err(AddressError::Context));
    let longest = context(&[("k", &"v".repeat(8191))]);
    let text = recipient("k", None, longest).expect("valid").to_string();
    assert!(text.parse::<Recipient>().is_ok());
    let too_long = encode_recipient("claviger", &[0; 32 * 1024]).expect("a name");
    assert_eq!(too_long.parse::<Recipient>(), Err(AddressError::RecipientText));
}

#[test]
fn the_stanza_has_its_documented_form() {
    let stanza = ClavigerStanza::new("files", "claviger:1:files:3:AAAA").expect("valid").encode();
    let mut text = Vec::new();
    stanza.encode_into(&mut text);
    assert_eq!(text, b"-> claviger 1 files\nY2xhdmlnZXI6MTpmaWxlczozOkFBQUE\n");
    let again = ClavigerStanza::decode(&stanza).expect("of this kind").expect("valid");
    assert_eq!((again.key(), again.ciphertext()), ("files", "claviger:1:files:3:AAAA"));
}

#[test]
fn other_stanzas_are_ignored_or_refused() {
    let decode = |tag: &str, words: &[&str], body: &[u8]| {
        let stanza = Stanza::new(tag, words.iter().copied(), body).expect("printable");
        ClavigerStanza::decode(&stanza)
    };
    assert_eq!(decode("X25519", &["1", "files"], b"text"), None);
    assert_eq!(decode("Claviger", &["1", "files"], b"text"), None);
    assert_eq!(decode("claviger", &["2", "any", "thing"], b""), Some(Err(StanzaFault::Version)));
    assert_eq!(decode("claviger", &[], b"text"), Some(Err(StanzaFault::Arguments)));
    assert_eq!(decode("claviger", &["1"], b"text"), Some(Err(StanzaFault::Arguments)));
    assert_eq!(decode("claviger", &["1", "a", "b"], b"text"), Some(Err(StanzaFault::Arguments)));
    assert_eq!(decode("claviger", &["1", "a/b"], b"text"), Some(Err(StanzaFault::KeyName)));
    for body in [&b""[..], b"a b", b"\xff", &[b'a'; 1025]] {
        assert_eq!(decode("claviger", &["1", "a"], body), Some(Err(StanzaFault::Ciphertext)));
    }
    assert!(matches!(decode("claviger", &["1", "a"], &[b'a'; 1024]), Some(Ok(_))));
}

#[test]
fn files_are_encrypted_to_a_key_and_its_context() {
    let text = sample(200_000);
    let pairs = context(&[("env", "prod"), ("service", "api")]);
    let recipient = Recipient::new("files", None, pairs.clone()).expect("valid");
    let mut file = Vec::new();
    let to = ToKey { wrapper: &FixedKey, recipient: &recipient };
    encrypt(&text[..], &mut file, &[&to], |_| {}).expect("encrypts");

    let decrypted = |pairs: Context| {
        let identity = Identity::new(None, pairs).expect("valid");
        let from = FromServer { wrapper: &FixedKey, identity: &identity };
        let mut again = Vec::new();
        decrypt(&file[..], &mut again, &[&from], |_| {}).map(|_| again)
    };
    assert!(decrypted(pairs).expect("decrypts") == text);
    for pairs in
        [context(&[]), context(&[("env", "prod")]), context(&[("env", "prod"), ("service", "web")])]
    {
        let result = decrypted(pairs);
        assert!(matches!(result, Err(Error::Unwrapping(_))), "{result:?}");
    }
}

/// One key or context may be out of reach while another is not.
#[test]
fn every_stanza_and_identity_is_tried_before_a_refusal_counts() {
    let recipients = ["one", "two", "three"]
        .map(|name| Recipient::new(name, None, context(&[("only", name)])).expect("valid"));
    let to = recipients.each_ref().map(|recipient| ToKey { wrapper: &FixedKey, recipient });
    let native = x25519::Identity::generate().expect("random");
    let mut file = Vec::new();
    encrypt(&b"text"[..], &mut file, &[&to[0], &to[1], &to[2], &native.recipient()], |_| {})
        .expect("encrypts");
    let open = |identities: &[&dyn claviger_age::Identity]| {
        decrypt(&file[..], Vec::new(), identities, |_| {})
    };
    let [third, fourth] = ["three", "four"]
        .map(|name| Identity::new(None, context(&[("only", name)])).expect("valid"));
    let [third, fourth] =
        [&third, &fourth].map(|identity| FromServer { wrapper: &FixedKey, identity });
    assert!(open(&[&third]).is_ok());
    assert!(matches!(open(&[&fourth]), Err(Error::Unwrapping(_))));
    assert!(open(&[&fourth, &third]).is_ok());
    assert!(open(&[&fourth, &native]).is_ok());
}

#[test]
fn a_refusal_and_a_malformed_stanza_are_errors() {
    let recipient = Recipient::new("refused", None, Context::new()).expect("valid");
    let to = ToKey { wrapper: &FixedKey, recipient: &recipient };
    let mut file = Vec::new();
    let error = encrypt(&b"text"[..], &mut file, &[&to], |_| {}).expect_err("refused");
    assert!(error.to_string().contains("may not be used"), "{error}");
    assert!(file.is_empty());

    let text = b"age-encryption.org/v1\n-> claviger 9\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    let identity = Identity::default();
    let from = FromServer { wrapper: &FixedKey, identity: &identity };
    let result = decrypt(&text[..], Vec::new(), &[&from], |_| {});
    let invalid = matches!(result, Err(Error::Header(HeaderError::InvalidStanza { index: 0, .. })));
    assert!(invalid, "{result:?}");
}
