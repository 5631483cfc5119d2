//! Messages in parts: the same as the whole message, however it is cut, and nobody else's.

use std::sync::Arc;
use std::time::Duration;

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    CheckMac, CreateObjectPair, DecryptData, EncryptData, Generation, HashMessage, MakeMac, Part,
    RevokeObject, SignData, SignedData, Validity, VerifySignature,
};
use claviger_model::{
    AttributeKind, BlockCipherMode, CryptographicAlgorithm as A, CryptographicParameters,
    HashingAlgorithm, PaddingMethod, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

use super::{CBC, ECB, GCM, NONE, active, bytes, done, encrypt, hashed, standard, symmetric};
use crate::service::{Service, caller, refused};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// The cuts of a message: where each part ends.
fn parts<'a>(message: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = message;
    let mut parts = Vec::new();
    for cut in cuts {
        let (part, after) = rest.split_at(*cut % (rest.len() + 1));
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

fn place(number: usize, count: usize, correlation: Option<Vec<u8>>) -> Part {
    Part { correlation, first: number == 0, last: number + 1 == count }
}

struct Sent {
    data: Vec<u8>,
    nonce: Option<Vec<u8>>,
    tag: Option<Vec<u8>>,
}

impl Sent {
    /// The same with the tag behind the ciphertext.
    fn with_trailing_tag(&self) -> Self {
        let data = [self.data.as_slice(), self.tag.as_deref().unwrap_or_default()].concat();
        Self { data, nonce: self.nonce.clone(), tag: None }
    }
}

async fn encrypt_in_parts(
    service: &Service,
    key: &UniqueIdentifier,
    parameters: CryptographicParameters,
    nonce: Option<&[u8]>,
    parts: &[&[u8]],
) -> Sent {
    let mut sent = Sent { data: Vec::new(), nonce: None, tag: None };
    let mut correlation = None;
    for (number, part) in parts.iter().enumerate() {
        let first = number == 0;
        let ask = EncryptData {
            identifier: key.clone(),
            parameters: first.then_some(parameters),
            data: SecretBytes::copy_from(part),
            nonce: nonce.filter(|_| first).map(<[u8]>::to_vec),
            additional: if first && parameters == GCM { vec![9; 5] } else { Vec::new() },
            part: place(number, parts.len(), correlation),
        };
        let made = done(service, ask).await;
        sent.data.extend(made.data);
        sent.nonce = sent.nonce.or(made.nonce);
        sent.tag = made.tag;
        correlation = made.correlation;
        assert_eq!(correlation.is_none(), number + 1 == parts.len());
    }
    sent
}

async fn decrypt_in_parts(
    service: &Service,
    key: &UniqueIdentifier,
    parameters: CryptographicParameters,
    sent: &Sent,
    parts: &[&[u8]],
) -> Result<Vec<u8>, ErrorKind> {
    let mut data = Vec::new();
    let mut correlation = None;
    for (number, part) in parts.iter().enumerate() {
        let first = number == 0;
        let ask = DecryptData {
            identifier: key.clone(),
            parameters: first.then_some(parameters),
            data: part.to_vec(),
            nonce: sent.nonce.clone().filter(|_| first),
            additional: if first && parameters == GCM { vec![9; 5] } else { Vec::new() },
            tag: sent.tag.clone().filter(|_| first),
            tag_trails: sent.tag.is_none(),
            part: place(number, parts.len(), correlation),
        };
        let made = service.call(ask).await.map_err(|error| error.kind())?;
        data.extend_from_slice(made.data.expose("comparing in a test"));
        correlation = made.correlation;
    }
    Ok(data)
}

#[test]
fn a_message_is_the_same_however_it_is_cut() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (service, aes, chacha) = runtime.block_on(async {
        let service = super::legacy_service().await;
        let aes = symmetric(&service, A::Aes, KEY).await;
        let chacha = symmetric(&service, A::ChaCha20Poly1305, &KEY.repeat(2)).await;
        (service, aes, chacha)
    });
    let ctr = CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::Ctr), ..NONE };
    let aead = CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::Aead), ..NONE };
    let padded = CryptographicParameters { padding_method: Some(PaddingMethod::Pkcs5), ..ECB };
    let cases = [(&aes, GCM), (&aes, CBC), (&aes, ctr), (&aes, padded), (&chacha, aead)];
    let strategy = (
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(any::<usize>(), 1..6),
        prop::collection::vec(any::<usize>(), 1..6),
        0..cases.len(),
    );
    proptest!(ProptestConfig::with_cases(64), |((message, cuts, other_cuts, case) in strategy)| {
        let (key, parameters) = cases[case];
        runtime.block_on(async {
            let sent = encrypt_in_parts(&service, key, parameters, None, &parts(&message, &cuts)).await;
            let again = encrypt_in_parts(
                &service, key, parameters, sent.nonce.as_deref(), &parts(&message, &other_cuts),
            ).await;
            prop_assert_eq!(&sent.data, &again.data);
            prop_assert_eq!(&sent.tag, &again.tag);
            // A nonce that came from the caller isn't returned.
            prop_assert_eq!(again.nonce, None);
            let whole = EncryptData {
                data: SecretBytes::copy_from(&message),
                nonce: sent.nonce.clone(),
                additional: if parameters == GCM { vec![9; 5] } else { Vec::new() },
                ..encrypt(key, parameters, None, "")
            };
            let whole = done(&service, whole).await;
            prop_assert_eq!(&whole.data, &sent.data);
            prop_assert_eq!(&whole.tag, &sent.tag);
            let cut = parts(&sent.data, &other_cuts);
            let back = decrypt_in_parts(&service, key, parameters, &sent, &cut).await;
            prop_assert_eq!(back.as_ref(), Ok(&message));
            // KMIP 1.3 has no field for the tag.
            let sent = sent.with_trailing_tag();
            let cut = parts(&sent.data, &other_cuts);
            let back = decrypt_in_parts(&service, key, parameters, &sent, &cut).await;
            prop_assert_eq!(back.as_ref(), Ok(&message));
            Ok(())
        })?;
    });
}

#[tokio::test]
async fn a_changed_message_in_parts_is_noticed_at_its_end() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let mut sent = encrypt_in_parts(&service, &key, GCM, None, &[&[1; 20], &[2; 20]]).await;
    sent.data[3] ^= 1;
    let cut = parts(&sent.data, &[7, 19]);
    let back = decrypt_in_parts(&service, &key, GCM, &sent, &cut).await;
    assert_eq!(back, Err(ErrorKind::CryptographicFailure));
    let mut sent = sent.with_trailing_tag();
    for length in [sent.data.len(), 16, 15, 0] {
        sent.data.truncate(length);
        let cut = parts(&sent.data, &[7, 19]);
        let back = decrypt_in_parts(&service, &key, GCM, &sent, &cut).await;
        assert_eq!(back, Err(ErrorKind::CryptographicFailure), "{length}");
    }
}

#[tokio::test]
async fn codes_and_hashes_come_with_the_last_part() {
    let service = Service::new().await;
    let key = symmetric(&service, A::HmacSha256, KEY).await;
    let mut correlation = None;
    let mut mac = None;
    for (number, part) in [&b"Hi"[..], b"", b" There"].into_iter().enumerate() {
        let ask = MakeMac {
            identifier: key.clone(),
            parameters: None,
            data: part.to_vec(),
            part: place(number, 3, correlation),
        };
        let made = done(&service, ask).await;
        assert_eq!(made.mac.is_some(), number == 2);
        (mac, correlation) = (made.mac, made.correlation);
    }
    let whole = MakeMac {
        identifier: key.clone(),
        parameters: None,
        data: b"Hi There".to_vec(),
        part: Part::default(),
    };
    assert_eq!(done(&service, whole).await.mac, mac);
    for (expected, validity) in
        [(mac.clone(), Validity::Valid), (Some(vec![0; 32]), Validity::Invalid)]
    {
        let ask = |part: Part, data: &[u8], mac| CheckMac {
            identifier: key.clone(),
            parameters: None,
            data: data.to_vec(),
            mac,
            part,
        };
        let first = done(&service, ask(place(0, 2, None), b"Hi ", expected)).await;
        assert_eq!(first.validity, None);
        let last = done(&service, ask(place(1, 2, first.correlation), b"There", None)).await;
        assert_eq!(last.validity, Some(validity));
    }
    // TC-STREAM-HASH: parameters with every part, and a beginning without data.
    let parameters = Some(hashed(HashingAlgorithm::Sha256));
    let mut correlation = None;
    let mut hash = None;
    for (number, part) in [&b""[..], b"a", b"b", b"c"].into_iter().enumerate() {
        let data = part.to_vec();
        let ask = HashMessage { parameters, data, part: place(number, 4, correlation) };
        let made = done(&service, ask).await;
        assert_eq!(made.hash.is_some(), number == 3);
        (hash, correlation) = (made.hash, made.correlation);
    }
    assert_eq!(
        hex::encode(hash.unwrap()),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[tokio::test]
async fn signatures_of_parts_are_signatures_of_the_whole() {
    let service = Service::new().await;
    for algorithm in [A::Rsa, A::Ec, A::Ed25519] {
        let bits = if algorithm == A::Rsa { 2048 } else { 256 };
        let create = CreateObjectPair {
            common: vec![
                standard(
                    AttributeKind::CryptographicAlgorithm,
                    Value::Enumeration(algorithm.code()),
                ),
                standard(AttributeKind::CryptographicLength, Value::Integer(bits)),
            ],
            private: active(Usage::SIGN),
            public: active(Usage::VERIFY),
            common_templates: Vec::new(),
            private_templates: Vec::new(),
            public_templates: Vec::new(),
            generation: Generation::Two,
        };
        let pair = done(&service, create).await;
        let sign = |data: &[u8], part| SignData {
            identifier: pair.private.clone(),
            parameters: None,
            data: SignedData::Data(data.to_vec()),
            part,
        };
        let first = done(&service, sign(b"da", place(0, 2, None))).await;
        assert_eq!(first.signature, None);
        let last = done(&service, sign(b"ta", place(1, 2, first.correlation))).await;
        let verify = |data: &[u8], signature, part| VerifySignature {
            identifier: pair.public.clone(),
            parameters: None,
            data: SignedData::Data(data.to_vec()),
            signature,
            part,
        };
        let whole = verify(b"data", last.signature.clone(), Part::default());
        assert_eq!(done(&service, whole).await.validity, Some(Validity::Valid), "{algorithm:?}");
        // TC-STREAM-SIGNVFY: the signature comes with the first part.
        let first = done(&service, verify(b"d", last.signature.clone(), place(0, 3, None))).await;
        let second = done(&service, verify(b"at", None, place(1, 3, first.correlation))).await;
        assert_eq!(second.validity, None);
        let third = done(&service, verify(b"a", None, place(2, 3, second.correlation))).await;
        assert_eq!(third.validity, Some(Validity::Valid), "{algorithm:?}");
        let digest =
            SignData { data: SignedData::Digest(vec![1; 32]), ..sign(b"", place(0, 2, None)) };
        assert_eq!(refused(service.call(digest).await), ErrorKind::InvalidMessage);
    }
}

/// The first part of a stream that takes anything.
async fn begun(service: &Service, key: &UniqueIdentifier) -> Vec<u8> {
    let mut ask = encrypt(key, CBC, None, "00");
    ask.part.first = true;
    done(service, ask).await.correlation.unwrap()
}

fn next(key: &UniqueIdentifier, correlation: &[u8], last: bool) -> EncryptData {
    let part = Part { correlation: Some(correlation.to_vec()), first: false, last };
    EncryptData { part, ..encrypt(key, None, None, "00") }
}

#[tokio::test]
async fn a_stream_is_known_to_its_owner_object_and_operation_only() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let other = symmetric(&service, A::Aes, KEY).await;
    let correlation = begun(&service, &key).await;
    let eve = service.kms.call(&caller("eve"), next(&key, &correlation, true)).await;
    assert_eq!(refused(eve), ErrorKind::NotFound);
    let kind = refused(service.call(next(&other, &correlation, true)).await);
    assert_eq!(kind, ErrorKind::UnknownCorrelation);
    let decrypt = DecryptData {
        part: Part { correlation: Some(correlation.clone()), first: false, last: true },
        ..super::decrypt(&key, None, None, "00")
    };
    assert_eq!(refused(service.call(decrypt).await), ErrorKind::UnknownCorrelation);
    let hash = HashMessage {
        parameters: None,
        data: Vec::new(),
        part: Part { correlation: Some(correlation.clone()), first: false, last: true },
    };
    assert_eq!(refused(service.call(hash).await), ErrorKind::UnknownCorrelation);
    let mut both = next(&key, &correlation, true);
    both.part.first = true;
    assert_eq!(refused(service.call(both).await), ErrorKind::InvalidMessage);
    // All of that left it alone. It ends once.
    done(&service, next(&key, &correlation, false)).await;
    done(&service, next(&key, &correlation, true)).await;
    for correlation in [&correlation[..], b"", &[0; 16], &[0; 100]] {
        let kind = refused(service.call(next(&key, correlation, true)).await);
        assert_eq!(kind, ErrorKind::UnknownCorrelation);
    }
}

#[tokio::test]
async fn a_part_that_fails_ends_the_stream() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let mut ask = encrypt(&key, ECB, None, "00");
    ask.part.first = true;
    let correlation = done(&service, ask).await.correlation.unwrap();
    let kind = refused(service.call(next(&key, &correlation, true)).await);
    assert_eq!(kind, ErrorKind::InvalidParameters);
    let kind = refused(service.call(next(&key, &correlation, true)).await);
    assert_eq!(kind, ErrorKind::UnknownCorrelation);
}

#[tokio::test]
async fn streams_are_few_and_age() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let first = begun(&service, &key).await;
    for _ in 1..64 {
        begun(&service, &key).await;
    }
    let mut more = encrypt(&key, CBC, None, "00");
    more.part.first = true;
    assert_eq!(refused(service.call(more).await), ErrorKind::LimitReached);
    // Whoever goes on with a stream keeps it.
    service.clock.advance(Duration::from_secs(299));
    done(&service, next(&key, &first, false)).await;
    service.clock.advance(Duration::from_secs(2));
    service.kms.run_due().await.unwrap();
    for _ in 1..64 {
        begun(&service, &key).await;
    }
    done(&service, next(&key, &first, false)).await;
    service.clock.advance(Duration::from_secs(300));
    let kind = refused(service.call(next(&key, &first, true)).await);
    assert_eq!(kind, ErrorKind::UnknownCorrelation);
}

#[tokio::test]
async fn a_revoked_key_goes_on_with_nothing() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let correlation = begun(&service, &key).await;
    done(&service, RevokeObject::new(key.clone(), 1)).await;
    let kind = refused(service.call(next(&key, &correlation, true)).await);
    assert_eq!(kind, ErrorKind::WrongState);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_a_time_never_share_a_stream() {
    let service = Arc::new(Service::new().await);
    let key = symmetric(&service, A::Aes, KEY).await;
    let whole: Vec<u8> =
        done(&service, encrypt(&key, CBC, Some(&"00".repeat(16)), &"00".repeat(33))).await.data;
    for _ in 0..50 {
        let mut ask = encrypt(&key, CBC, Some(&"00".repeat(16)), "00");
        ask.part.first = true;
        let correlation = done(&service, ask).await.correlation.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let (service, key, correlation) = (service.clone(), key.clone(), correlation.clone());
            tasks.push(tokio::spawn(async move {
                let mut ask = next(&key, &correlation, false);
                ask.data = SecretBytes::new(bytes(&"00".repeat(8)));
                service.call(ask).await
            }));
        }
        let mut made = Vec::new();
        let mut taken = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(part) => {
                    made.push(part.data);
                    taken += 1;
                }
                // Somebody else had it in hand.
                Err(error) => assert_eq!(error.kind(), ErrorKind::UnknownCorrelation),
            }
        }
        let mut made = made.concat();
        let mut last = next(&key, &correlation, true);
        last.data = SecretBytes::new(vec![0; 8 * (4 - taken)]);
        made.extend(done(&service, last).await.data);
        made.sort_unstable();
        let mut expected = whole.clone();
        expected.sort_unstable();
        assert_eq!(made, expected);
    }
}
