//! ASCII armor: what is written is read, in pieces of any size, and nothing else is.

use std::io::{self, Read, Write};

use claviger_age::armor::{self, ArmorError, ArmoredReader, ArmoredWriter, MaybeArmored};
use claviger_age::{Error, decrypt, encrypt, x25519};
use proptest::prelude::*;

use crate::sample;

fn armored(bytes: &[u8], piece: usize) -> Vec<u8> {
    let mut writer = ArmoredWriter::new(Vec::new());
    bytes.chunks(piece).for_each(|piece| writer.write_all(piece).expect("memory"));
    writer.finish().expect("memory")
}

proptest! {
    #[test]
    fn any_bytes_round_trip(length in 0..200_000_usize, written in 1..100_000_usize, read in 1..500_usize) {
        let bytes = sample(length);
        let text = armored(&bytes, written);
        prop_assert!(text.split(|byte| *byte == b'\n').all(|line| line.len() <= 64));
        prop_assert!(armor::decode(&text).expect("decodes") == bytes);
        let mut reader = ArmoredReader::new(&text[..]);
        let (mut again, mut piece) = (Vec::new(), vec![0; read]);
        loop {
            match reader.read(&mut piece).expect("reads") {
                0 => break,
                length => again.extend_from_slice(&piece[..length]),
            }
        }
        prop_assert!(again == bytes);
    }

    #[test]
    fn no_input_makes_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = armor::decode(&bytes);
        let _ = armor::decode(&[b"-----BEGIN AGE ENCRYPTED FILE-----\n", &bytes[..]].concat());
    }

    #[test]
    fn a_changed_byte_is_an_error_or_other_bytes(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let bytes = sample(200);
        let mut text = armored(&bytes, 200);
        let place = place.index(text.len() - 1);
        if text[place] != byte {
            text[place] = byte;
            prop_assert!(armor::decode(&text) != Ok(bytes));
        }
    }
}

#[test]
fn both_forms_are_recognised() {
    let identity = x25519::Identity::generate().expect("random");
    let text = sample(300_000);
    let mut file = Vec::new();
    encrypt(&text[..], &mut file, &[&identity.recipient()], |_| {}).expect("encrypts");
    let block = armored(&file, 1000);
    let spaced = [b"\r\n \n", &block[..], b"\n\n"].concat();
    for input in [file, block, spaced] {
        let mut again = Vec::new();
        let reader = MaybeArmored::new(&input[..]).expect("reads");
        decrypt(reader, &mut again, &[&identity], |_| {}).expect("decrypts");
        assert!(again == text);
    }
}

#[test]
fn faults_are_told_apart() {
    let block = |lines: &str| {
        armor::decode(
            format!(
                "-----BEGIN AGE ENCRYPTED FILE-----\n{lines}-----END AGE ENCRYPTED FILE-----\n"
            )
            .as_bytes(),
        )
    };
    let full = "A".repeat(64);
    assert_eq!(block(""), Ok(Vec::new()));
    assert_eq!(block("AAAA\nAAAA\n"), Err(ArmorError::ShortLine));
    assert_eq!(block("\n"), Err(ArmorError::ShortLine));
    assert_eq!(block(&format!("{full}A\n")), Err(ArmorError::LongLine));
    assert_eq!(block("AAA\n"), Err(ArmorError::Base64));
    assert_eq!(block("AB==\n"), Err(ArmorError::Base64));
    assert_eq!(armor::decode(b"AAAA"), Err(ArmorError::Begin));
    assert_eq!(armor::decode(b" -----BEGIN AGE ENCRYPTED FILE-----"), Err(ArmorError::Begin));
    assert_eq!(armor::decode(&[b' '; 2000]), Err(ArmorError::WhiteSpace));
    assert_eq!(armor::decode(&[b'\n'; 2000]), Err(ArmorError::WhiteSpace));
    let whole = armored(b"bytes", 5);
    let unfinished = whole.strip_suffix(b"-----END AGE ENCRYPTED FILE-----\n").expect("an end");
    assert_eq!(armor::decode(unfinished), Err(ArmorError::End));
    assert_eq!(armor::decode(&[&whole[..], b"x"].concat()), Err(ArmorError::TrailingText));
    assert_eq!(armor::decode(&[&whole[..], &[b'\n'; 2000]].concat()), Err(ArmorError::WhiteSpace));
}

#[test]
fn armor_that_is_cut_short_is_no_success() {
    let identity = x25519::Identity::generate().expect("random");
    let text = sample(1000);
    let mut writer = ArmoredWriter::new(Vec::new());
    encrypt(&text[..], &mut writer, &[&identity.recipient()], |_| {}).expect("encrypts");
    let block = writer.finish().expect("memory");
    // Without its last newline it is still whole.
    for end in 0..block.len() - 1 {
        let reader = ArmoredReader::new(&block[..end]);
        let result = decrypt(reader, io::sink(), &[&identity], |_| {});
        assert!(matches!(result, Err(Error::Armor(_))), "{end}: {result:?}");
    }
}
