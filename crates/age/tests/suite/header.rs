//! Headers: what is printed is parsed again, and nothing else is.

use std::io::{self, Read};

use claviger_age::header::{self, Header, MAX_HEADER_LEN, MAX_STANZAS};
use claviger_age::{Error, FileKey, HeaderError, Stanza, StanzaError, WrapError, x25519};
use proptest::prelude::*;

use crate::{decrypted, encrypted, sample};

fn stanza() -> impl Strategy<Value = Stanza> {
    let words = proptest::collection::vec("[!-~]{1,70}", 0..4);
    ("[!-~]{1,20}", words, proptest::collection::vec(any::<u8>(), 0..150))
        .prop_map(|(tag, words, body)| Stanza::new(tag, words, body).expect("printable"))
}

fn key() -> FileKey {
    FileKey::from_bytes(&[7; 16]).expect("16 bytes")
}

proptest! {
    #[test]
    fn printed_headers_are_parsed(stanzas in proptest::collection::vec(stanza(), 1..5)) {
        let header = Header::seal(stanzas.clone(), key()).expect("within limits");
        let mut bytes = header.header().encode();
        let length = bytes.len();
        bytes.extend_from_slice(b"payload");
        let (parsed, consumed) = header::parse(&bytes).expect("parses");
        prop_assert_eq!(parsed.stanzas(), &stanzas[..]);
        prop_assert_eq!(consumed, length);
        prop_assert_eq!(&parsed, header.header());
        prop_assert!(parsed.verify(key()).is_ok());
    }

    #[test]
    fn whatever_is_parsed_is_printed_the_same(
        stanzas in proptest::collection::vec(stanza(), 1..3),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = Header::seal(stanzas, key()).expect("within limits").header().encode();
        let place = place.index(bytes.len());
        let changed = bytes[place] != byte;
        bytes[place] = byte;
        if let Ok((header, length)) = header::parse(&bytes) {
            prop_assert_eq!(&header.encode(), &bytes[..length]);
            prop_assert_eq!(header.verify(key()).is_err(), changed);
        }
    }

    #[test]
    fn no_input_makes_parsing_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = header::parse(&bytes);
        let _ = header::parse(&[b"age-encryption.org/v1\n-> ", &bytes[..]].concat());
    }
}

#[test]
fn every_prefix_of_a_header_ends_too_early() {
    let identity = x25519::Identity::generate().expect("random");
    let file = encrypted(b"", &identity);
    let (_, length) = header::parse(&file).expect("parses");
    for end in 1..length {
        assert_eq!(header::parse(&file[..end]), Err(HeaderError::UnexpectedEnd), "{end} bytes");
    }
}

#[test]
fn faults_are_told_apart() {
    let mac = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    let error = |body: &str| header::parse(format!("age-encryption.org/{body}").as_bytes()).err();
    let stanza = |index, fault| Some(HeaderError::Stanza { index, fault });
    assert_eq!(header::parse(b"").err(), Some(HeaderError::NotAge));
    assert_eq!(header::parse(b"SQLite format 3\0").err(), Some(HeaderError::NotAge));
    assert_eq!(error("v2\n-> a\n\n"), Some(HeaderError::Version));
    assert_eq!(error(&format!("v1\n{mac}")), Some(HeaderError::NoStanzas));
    assert_eq!(error(&format!("v1\n->  a\n\n{mac}")), stanza(0, StanzaError::Argument));
    assert_eq!(error(&format!("v1\n-> a\n\n->b\n\n{mac}")), stanza(1, StanzaError::Start));
    assert_eq!(error(&format!("v1\n-> a\nAB=\n{mac}")), stanza(0, StanzaError::Base64));
    assert_eq!(error(&format!("v1\n-> a\nAB\n{mac}")), stanza(0, StanzaError::Base64));
    assert_eq!(
        error(&format!("v1\n-> a\n{}\n{mac}", "A".repeat(65))),
        stanza(0, StanzaError::LongLine)
    );
    assert_eq!(error("v1\n-> a\n\n--- AAAA\n"), Some(HeaderError::Mac));
    assert_eq!(error("v1\n-> a\n\n---\n"), Some(HeaderError::Mac));
}

#[test]
fn limits_hold_for_writing_and_reading() {
    let small = Stanza::new("a", ["b"], []).expect("printable");
    let many = vec![small.clone(); MAX_STANZAS + 1];
    assert_eq!(Header::seal(many, key()).err(), Some(HeaderError::TooManyStanzas));
    assert!(Header::seal(vec![small.clone(); MAX_STANZAS], key()).is_ok());
    let large = Stanza::new("a", ["b"], vec![0; MAX_HEADER_LEN]).expect("printable");
    assert_eq!(Header::seal(vec![large], key()).err(), Some(HeaderError::TooLong));
    assert_eq!(Header::seal(Vec::new(), key()).err(), Some(HeaderError::NoStanzas));

    let mut text = b"age-encryption.org/v1\n".to_vec();
    (0..=MAX_STANZAS).for_each(|_| small.encode_into(&mut text));
    assert_eq!(header::parse(&text), Err(HeaderError::TooManyStanzas));
}

#[test]
fn endless_input_is_given_up() {
    let identity = x25519::Identity::generate().expect("random");
    let starts: [&[u8]; 4] = [
        b"",
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n-> ",
        b"age-encryption.org/v1\n-> a\n",
    ];
    for start in starts {
        let endless = start.chain(io::repeat(b'A'));
        let mut text = Vec::new();
        let result = claviger_age::decrypt(endless, &mut text, &[&identity], |_| {});
        assert!(matches!(result, Err(Error::Header(_))), "{result:?}");
    }
}

#[test]
fn a_header_is_bound_to_its_file_key() {
    let identity = x25519::Identity::generate().expect("random");
    let mut file = encrypted(b"text", &identity);
    let position = file.windows(3).position(|bytes| bytes == b"---").expect("a MAC");
    file.splice(position..position, *b"-> extra stanza\n\n");
    let (text, result) = decrypted(&file, &identity);
    assert!(matches!(result, Err(Error::HeaderMac)), "{result:?}");
    assert!(text.is_empty());
}

#[test]
fn others_are_refused_and_nobody_is_no_recipient() {
    let (one, other) = (
        x25519::Identity::generate().expect("random"),
        x25519::Identity::generate().expect("random"),
    );
    let (text, result) = decrypted(&encrypted(&sample(100), &one), &other);
    assert!(matches!(result, Err(Error::NoMatchingIdentity)));
    assert!(text.is_empty());
    let result = claviger_age::encrypt(&b""[..], Vec::new(), &[], |_| {});
    assert!(matches!(result, Err(Error::Wrapping(WrapError::NoRecipients))));
}

#[test]
fn a_public_key_of_low_order_is_refused() {
    let zero = claviger_age::plugin::encode_recipient("x", &[0; 32]).expect("a name");
    assert!(zero.parse::<x25519::Recipient>().is_err(), "a plugin's recipient is no native one");
    let zero: x25519::Recipient = LOW_ORDER.parse().expect("a recipient");
    let result = claviger_age::encrypt(&b""[..], Vec::new(), &[&zero], |_| {});
    assert!(matches!(result, Err(Error::Wrapping(WrapError::InvalidRecipient))), "{result:?}");
}

/// The recipient of 32 zero bytes.
const LOW_ORDER: &str = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";

#[test]
fn native_keys_round_trip_as_text() {
    let identity = x25519::Identity::generate().expect("random");
    let text = identity.expose_to_save();
    assert!(text.starts_with("AGE-SECRET-KEY-1"));
    let again: x25519::Identity = text.parse().expect("an identity");
    assert_eq!(again.recipient(), identity.recipient());
    let recipient = identity.recipient().to_string();
    assert_eq!(recipient.parse(), Ok(identity.recipient()));
    for wrong in
        [recipient.to_uppercase(), recipient[..recipient.len() - 1].to_owned(), String::new()]
    {
        assert!(wrong.parse::<x25519::Recipient>().is_err(), "{wrong}");
    }
    assert!(text.to_lowercase().parse::<x25519::Identity>().is_err());
    // The examples of the specification.
    let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    let public = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    let identity: x25519::Identity = secret.parse().expect("an identity");
    assert_eq!(identity.recipient().to_string(), public);
}
