//! Whole messages: known answers, defaults, and what is refused.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ActivateObject, ArchiveObject, CheckMac, Content, CreateObjectPair, DecryptData, DestroyObject,
    EncryptData, Generation, HashMessage, MakeMac, Part, RecoverObject, RevokeObject, Validity,
};
use claviger_model::{
    AttributeKind, BlockCipherMode, CryptographicAlgorithm as A, CryptographicParameters,
    HashingAlgorithm, KeyFormatType, PaddingMethod, Timestamp, Usage, Value,
};

use super::{
    CBC, ECB, GCM, NONE, UNRESTRICTED, active, bare, bytes, decrypt, done, encrypt, hashed,
    key_content, legacy_service, plain, register, standard, symmetric, symmetric_content,
};
use crate::service::{Service, caller, refused};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const BLOCK: &str = "01020304050607080910111213141516";
const IV: &str = "01020304050607080910111213141516";

/// The known answers of the OASIS cases CS-BC-M-1 to 10, GCM-1, CHACHA20 and CHACHA20POLY1305.
#[tokio::test]
async fn ciphers_give_the_answers_of_the_published_cases() {
    let service = legacy_service().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    let twice = &format!("{BLOCK}{BLOCK}01");
    let padded = CryptographicParameters { padding_method: Some(PaddingMethod::Pkcs5), ..ECB };
    for (parameters, iv, data, expected) in [
        (ECB, None, BLOCK, "d9bcce11b0b437b90239552df3a360c9"),
        (
            CBC,
            Some(IV),
            twice.as_str(),
            "79abc5c23868ad84d388ce61110a62742bda19d694bbcb757dd06617c0d80fb1df2e71864ad9633d7d797e30860df00d",
        ),
        (
            CBC,
            Some("ff020304050607080910111213141516"),
            twice,
            "e768203ba72b6e157daaad34b1e791d8e88457dc147942f01bfaff7b28a3cdde2203d4d5a4c7928ba9e9cc78b66a6546",
        ),
    ] {
        assert_eq!(bare(&done(&service, encrypt(&key, parameters, iv, data)).await), expected);
        let back = done(&service, decrypt(&key, parameters, iv, expected)).await;
        assert_eq!(plain(&back), *data);
    }
    let ciphertext = bare(&done(&service, encrypt(&key, padded, None, BLOCK)).await);
    assert_eq!(ciphertext[..40], *"d9bcce11b0b437b90239552df3a360c90efb6bfe");
    let zero = symmetric(&service, A::Aes, &"00".repeat(16)).await;
    let made = done(&service, encrypt(&zero, GCM, Some(&"00".repeat(12)), &"00".repeat(16))).await;
    assert_eq!(hex::encode(&made.data), "0388dace60b6a392f328c2b971b2fe78");
    assert_eq!(hex::encode(made.tag.unwrap()), "ab6e47d42cec13bdf53a67b21257bddf");
    assert_eq!(made.nonce, None);
    let triple = symmetric(&service, A::TripleDes, &"01".repeat(24)).await;
    assert_eq!(
        bare(&done(&service, encrypt(&triple, ECB, None, "0102030405060708")).await),
        "cead373db80eabf8"
    );
    let stream = symmetric(&service, A::ChaCha20, &format!("{}01", "00".repeat(31))).await;
    let made =
        done(&service, encrypt(&stream, NONE, Some(&"00".repeat(8)), &"00".repeat(64))).await;
    assert_eq!(
        bare(&made),
        "4540f05a9f1fb296d7736e7b208e3c96eb4fe1834688d2604f450952ed432d41\
         bbe2a0b6ea7566d2a5d1e7e20d42af2c53d792b1c43fea817e9ad275ae546963"
    );
}

#[tokio::test]
async fn a_tag_is_checked_wherever_it_stands() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, &"00".repeat(16)).await;
    let nonce = "00".repeat(12);
    let ask = |data: &str, tag: Option<&str>| DecryptData {
        tag: tag.map(bytes),
        ..decrypt(&key, GCM, Some(&nonce), data)
    };
    let (data, tag) = ("0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf");
    assert_eq!(plain(&done(&service, ask(data, Some(tag))).await), "00".repeat(16));
    // Clients of KMIP before 1.4 have no field for it.
    assert_eq!(plain(&done(&service, ask(&format!("{data}{tag}"), None)).await), "00".repeat(16));
    for (data, tag) in [
        (data, Some("006e47d42cec13bdf53a67b21257bddf")),
        ("ff88dace60b6a392f328c2b971b2fe78", Some(tag)),
        (data, Some("ab6e")),
        (data, None),
        ("00", None),
    ] {
        assert_eq!(refused(service.call(ask(data, tag)).await), ErrorKind::CryptographicFailure);
    }
    let other = DecryptData { additional: vec![1], ..ask(data, Some(tag)) };
    assert_eq!(refused(service.call(other).await), ErrorKind::CryptographicFailure);
    // Short tags are legacy, and none of one byte or 32.
    for (length, kind) in [
        (12, ErrorKind::LegacyForbidden),
        (1, ErrorKind::InvalidTagLength),
        (32, ErrorKind::InvalidTagLength),
    ] {
        let parameters = CryptographicParameters { tag_length: Some(length), ..GCM };
        let ask = encrypt(&key, parameters, Some(&nonce), "00");
        assert_eq!(refused(service.call(ask).await), kind, "{length}");
    }
}

#[tokio::test]
async fn the_service_makes_a_nonce_where_it_may_and_returns_only_what_it_made() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, KEY).await;
    // Nobody names anything: AES-GCM.
    let first = done(&service, encrypt(&key, None, None, BLOCK)).await;
    let second = done(&service, encrypt(&key, None, None, BLOCK)).await;
    assert_eq!(first.nonce.as_ref().map(Vec::len), Some(12));
    assert_eq!(first.tag.as_ref().map(Vec::len), Some(16));
    assert_ne!(first.nonce, second.nonce);
    let back = DecryptData {
        nonce: first.nonce.clone(),
        tag: first.tag.clone(),
        ..decrypt(&key, None, None, &hex::encode(&first.data))
    };
    assert_eq!(plain(&done(&service, back).await), BLOCK);
    let random = CryptographicParameters { random_iv: Some(true), ..CBC };
    let made = done(&service, encrypt(&key, random, None, BLOCK)).await;
    assert_eq!(made.nonce.as_ref().map(Vec::len), Some(16));
    // The length of it is in bits for those who read the specification, and in bytes for all others.
    for length in [96, 12] {
        let parameters = CryptographicParameters { iv_length: Some(length), ..GCM };
        let made = done(&service, encrypt(&key, parameters, None, BLOCK)).await;
        assert_eq!(made.nonce.map(|nonce| nonce.len()), Some(12));
    }
    // Decryption never makes one (CS-BC-M-11 to 13).
    for parameters in [random, CBC, GCM] {
        let ask = decrypt(&key, parameters, None, &hex::encode(&made.data));
        let kind = refused(service.call(ask).await);
        assert_eq!(kind, ErrorKind::MissingInitializationVector);
    }
    let back =
        DecryptData { nonce: made.nonce, ..decrypt(&key, CBC, None, &hex::encode(made.data)) };
    assert_eq!(plain(&done(&service, back).await), BLOCK);
    let never = CryptographicParameters { random_iv: Some(false), ..CBC };
    let kind = refused(service.call(encrypt(&key, never, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::MissingInitializationVector);
}

#[tokio::test]
async fn the_objects_parameters_count_where_the_request_has_none() {
    let service = Service::new().await;
    let instance = |code: u32, field: u32| {
        standard(
            AttributeKind::CryptographicParameters,
            Value::Structure(vec![(claviger_model::Field(field), Value::Enumeration(code))]),
        )
    };
    let (mode, algorithm) = (0x42_0011, 0x42_0028);
    let mut attributes = active(Usage::all());
    // For codes; for wrapping; for ciphers: each operation finds its own.
    attributes.push(instance(A::HmacSha256.code(), algorithm));
    attributes.push(instance(BlockCipherMode::NistKeyWrap.code(), mode));
    attributes.push(instance(BlockCipherMode::Ecb.code(), mode));
    let key = register(&service, attributes, symmetric_content(A::Aes, bytes(KEY))).await;
    assert_eq!(
        bare(&done(&service, encrypt(&key, None, None, BLOCK)).await),
        "d9bcce11b0b437b90239552df3a360c9"
    );
    // An empty structure names nothing.
    assert_eq!(
        bare(&done(&service, encrypt(&key, NONE, None, BLOCK)).await),
        "d9bcce11b0b437b90239552df3a360c9"
    );
    // CS-AC-M-4.
    let mac = MakeMac {
        identifier: key.clone(),
        parameters: None,
        data: bytes(BLOCK),
        part: Part::default(),
    };
    let code = done(&service, mac).await.mac.unwrap();
    assert_eq!(
        hex::encode(&code),
        "c911e78196d64c30f631bb079ea37b97a95936d4da764d6a171df030c895ecf9"
    );
    // Parameters of a service to come are no reason to use others.
    let unknown = [active(Usage::all()), vec![instance(0x8000_0001, mode)]].concat();
    let odd = register(&service, unknown, symmetric_content(A::Aes, bytes(KEY))).await;
    let kind = refused(service.call(encrypt(&odd, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::Unsupported);
    done(&service, encrypt(&odd, GCM, None, BLOCK)).await;
}

#[tokio::test]
async fn codes_are_made_and_checked() {
    let service = Service::new().await;
    let cmac = symmetric(&service, A::Aes, "2b7e151628aed2a6abf7158809cf4f3c").await;
    let hmac = symmetric(&service, A::HmacSha256, &"0b".repeat(20)).await;
    for (key, data, expected) in [
        // SP 800-38B, D.1.
        (&cmac, "", "bb1d6929e95937287fa37d129b756746"),
        (&cmac, "6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"),
        // RFC 4231, case 1.
        (
            &hmac,
            "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
    ] {
        let (identifier, data) = (key.clone(), bytes(data));
        let part = Part::default();
        let ask = MakeMac { identifier, parameters: None, data: data.clone(), part };
        assert_eq!(hex::encode(done(&service, ask).await.mac.unwrap()), expected);
        let check = |mac: Option<Vec<u8>>| CheckMac {
            identifier: key.clone(),
            parameters: None,
            data: data.clone(),
            mac,
            part: Part::default(),
        };
        let verified = done(&service, check(Some(bytes(expected)))).await;
        assert_eq!(verified.validity, Some(Validity::Valid));
        let mut wrong = bytes(expected);
        wrong[0] ^= 1;
        for wrong in [wrong, Vec::new(), bytes(&expected[2..])] {
            let verified = done(&service, check(Some(wrong))).await;
            assert_eq!(verified.validity, Some(Validity::Invalid));
        }
        assert_eq!(refused(service.call(check(None)).await), ErrorKind::InvalidMessage);
    }
}

#[tokio::test]
async fn hashes_need_a_function() {
    let service = legacy_service().await;
    let ask = |parameters| HashMessage { parameters, data: b"abc".to_vec(), part: Part::default() };
    for (hash, expected) in [
        (
            HashingAlgorithm::Sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (HashingAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            HashingAlgorithm::Sha3With256,
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        ),
    ] {
        let hashed = done(&service, ask(Some(hashed(hash)))).await;
        assert_eq!(hex::encode(hashed.hash.unwrap()), expected);
    }
    for parameters in [None, Some(CBC)] {
        assert_eq!(refused(service.call(ask(parameters)).await), ErrorKind::InvalidMessage);
    }
}

/// The pad of TC-OTP.
#[tokio::test]
async fn a_one_time_pad_is_secret_data_with_an_algorithm() {
    let service = Service::new().await;
    let attributes = [
        active(Usage::ENCRYPT | Usage::DECRYPT),
        vec![standard(
            AttributeKind::CryptographicAlgorithm,
            Value::Enumeration(A::OneTimePad.code()),
        )],
    ]
    .concat();
    let key = key_content(KeyFormatType::Opaque, bytes("fc932e1428bd"));
    let pad = register(&service, attributes, Content::SecretData { kind: 1, key }).await;
    let made = done(&service, encrypt(&pad, None, None, "010203040506")).await;
    assert_eq!(bare(&made), "fd912d102dbb");
    let back = done(&service, decrypt(&pad, None, None, "fd912d102dbb")).await;
    assert_eq!(plain(&back), "010203040506");
}

#[tokio::test]
async fn oaep_takes_its_label_from_the_object_or_the_request() {
    let service = Service::new().await;
    let label = Value::Structure(vec![
        (claviger_model::Field(0x42_005f), Value::Enumeration(PaddingMethod::Oaep.code())),
        (claviger_model::Field(0x42_0038), Value::Enumeration(HashingAlgorithm::Sha256.code())),
        (claviger_model::Field(0x42_0103), Value::Bytes(b"Kilroy was here".to_vec())),
    ]);
    let create = CreateObjectPair {
        common: vec![
            standard(AttributeKind::CryptographicAlgorithm, Value::Enumeration(A::Rsa.code())),
            standard(AttributeKind::CryptographicLength, Value::Integer(2048)),
            standard(AttributeKind::CryptographicParameters, label),
        ],
        private: active(Usage::DECRYPT),
        public: active(Usage::ENCRYPT),
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    };
    let pair = done(&service, create).await;
    let made = bare(&done(&service, encrypt(&pair.public, None, None, "0102")).await);
    let back = done(&service, decrypt(&pair.private, None, None, &made)).await;
    assert_eq!(plain(&back), "0102");
    let oaep = CryptographicParameters {
        padding_method: Some(PaddingMethod::Oaep),
        ..hashed(HashingAlgorithm::Sha256)
    };
    let ask = |additional: &[u8]| DecryptData {
        additional: additional.to_vec(),
        ..decrypt(&pair.private, oaep, None, &made)
    };
    assert_eq!(plain(&done(&service, ask(b"Kilroy was here")).await), "0102");
    for label in [&b""[..], b"Kilroy is here"] {
        let kind = refused(service.call(ask(label)).await);
        assert_eq!(kind, ErrorKind::CryptographicFailure);
    }
}

#[tokio::test]
async fn mask_state_and_dates_decide() {
    let service = Service::new().await;
    let now = service.clock_seconds();
    let content = || symmetric_content(A::Aes, bytes(KEY));
    let wrong_mask = register(&service, active(Usage::MAC_GENERATE), content()).await;
    let kind = refused(service.call(encrypt(&wrong_mask, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::IncompatibleUsageMask);
    let free = vec![
        standard(AttributeKind::CryptographicUsageMask, Value::Integer(UNRESTRICTED)),
        standard(AttributeKind::ActivationDate, Value::DateTime(0)),
    ];
    let free = register(&service, free, content()).await;
    done(&service, encrypt(&free, None, None, BLOCK)).await;
    // Pre-active, then active.
    let mask = vec![active(Usage::all()).remove(0)];
    let key = register(&service, mask, content()).await;
    let kind = refused(service.call(encrypt(&key, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    done(&service, ActivateObject { identifier: key.clone() }).await;
    let made = bare(&done(&service, encrypt(&key, CBC, Some(IV), BLOCK)).await);
    // Archived, and back.
    done(&service, ArchiveObject { identifier: key.clone() }).await;
    let kind = refused(service.call(encrypt(&key, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::ObjectArchived);
    done(&service, RecoverObject { identifier: key.clone() }).await;
    // Revoked: serves nothing any more.
    done(&service, RevokeObject::new(key.clone(), 1)).await;
    let kind = refused(service.call(encrypt(&key, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    let kind = refused(service.call(decrypt(&key, CBC, Some(IV), &made)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    done(&service, DestroyObject { identifier: key.clone() }).await;
    let kind = refused(service.call(decrypt(&key, CBC, Some(IV), &made)).await);
    assert_eq!(kind, ErrorKind::ObjectDestroyed);
    // Ended by its date: processes, but protects nothing new.
    let until = standard(AttributeKind::DeactivationDate, Value::DateTime(now + 60));
    let ended = register(&service, [active(Usage::all()), vec![until]].concat(), content()).await;
    done(&service, encrypt(&ended, CBC, Some(IV), BLOCK)).await;
    service.clock.set(Timestamp::from_milliseconds((now + 61) * 1000));
    let kind = refused(service.call(encrypt(&ended, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    assert_eq!(plain(&done(&service, decrypt(&ended, CBC, Some(IV), &made)).await), BLOCK);
    // Dates (CS-BC-M-14).
    let dated = [
        active(Usage::all()),
        vec![
            standard(AttributeKind::ProcessStartDate, Value::DateTime(now + 3600)),
            standard(AttributeKind::ProtectStopDate, Value::DateTime(now - 3600)),
        ],
    ]
    .concat();
    let dated = register(&service, dated, content()).await;
    let kind = refused(service.call(encrypt(&dated, None, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    let kind = refused(service.call(decrypt(&dated, CBC, Some(IV), &made)).await);
    assert_eq!(kind, ErrorKind::WrongState);
    service.clock.set(Timestamp::from_milliseconds((now + 3600) * 1000));
    assert_eq!(plain(&done(&service, decrypt(&dated, CBC, Some(IV), &made)).await), BLOCK);
}

#[tokio::test]
async fn what_is_no_key_is_refused_by_what_it_is() {
    let service = Service::new().await;
    let opaque = Content::OpaqueObject {
        kind: 0x8000_0001,
        value: claviger_secret::SecretBytes::new(vec![1; 16]),
    };
    let opaque = register(&service, active(Usage::all()), opaque).await;
    let kind = refused(service.call(encrypt(&opaque, GCM, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::InvalidObjectType);
    let mut absent = key_content(KeyFormatType::Raw, Vec::new());
    absent.value = None;
    absent.algorithm = Some(A::Aes.code());
    absent.length = Some(128);
    let absent = register(&service, active(Usage::all()), Content::SymmetricKey(absent)).await;
    let kind = refused(service.call(encrypt(&absent, GCM, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::KeyValueNotPresent);
    let key = symmetric(&service, A::Aes, KEY).await;
    let eve = service.kms.call(&caller("eve"), encrypt(&key, None, None, BLOCK)).await;
    assert_eq!(refused(eve), ErrorKind::NotFound);
    // What is legacy is refused unless the object was made so.
    let triple = symmetric(&service, A::TripleDes, &"01".repeat(24)).await;
    let kind = refused(service.call(encrypt(&triple, ECB, None, "0102030405060708")).await);
    assert_eq!(kind, ErrorKind::LegacyForbidden);
    let ragged = encrypt(&key, ECB, None, "0102");
    assert_eq!(refused(service.call(ragged).await), ErrorKind::InvalidParameters);
    let data = EncryptData { additional: vec![1], ..encrypt(&key, CBC, Some(IV), BLOCK) };
    assert_eq!(refused(service.call(data).await), ErrorKind::InvalidParameters);
}

/// AX-M: a key of both halves, with the tweak as IV; the answer is that of IEEE 1619-2007, vector 2.
#[tokio::test]
async fn disk_sectors_are_encrypted_under_their_number() {
    let service = Service::new().await;
    let halves = format!("{}{}", "11".repeat(16), "22".repeat(16));
    let key = symmetric(&service, A::Aes, &halves).await;
    let xts = CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::Xts), ..NONE };
    let sector = format!("{}{}", "33".repeat(5), "00".repeat(11));
    let made = done(&service, encrypt(&key, xts, Some(&sector), &"44".repeat(32))).await;
    let expected = "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0";
    assert_eq!(bare(&made), expected);
    let back = done(&service, decrypt(&key, xts, Some(&sector), expected)).await;
    assert_eq!(plain(&back), "44".repeat(32));
    let kind = refused(service.call(decrypt(&key, xts, None, expected)).await);
    assert_eq!(kind, ErrorKind::MissingInitializationVector);
}
