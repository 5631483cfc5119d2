//! Encryption, signatures and the other uses of a key.

use claviger_core::operations::{
    Agree, Decapsulate, Decipher, Derive, Encapsulate, Encipher, GenerateDataKey, KeySettings, Mac,
    MacVerify, PolicyChange, ReadPublicKey, Rewrap, RotateKey, Sign, SignatureMessage, Unwrap,
    Verify, Wrap, WrapSource,
};
use claviger_core::{ErrorKind, NativeCiphertext};
use claviger_model::{Algorithm, AlgorithmClass, TEMPLATES};
use claviger_ports::Durability;
use claviger_secret::SecretBytes;

use crate::service::{Service, context, name, refused};

#[tokio::test]
async fn a_context_is_the_same_in_any_order_and_every_pair_counts() {
    let service = Service::new().await;
    let ciphertext = service.encrypt("default", b"hello").await.unwrap();
    assert!(ciphertext.starts_with("claviger:1:default:1:"));
    assert_eq!(service.decrypt(&ciphertext).await.unwrap(), b"hello");
    let tampered = {
        let mut text = ciphertext.clone().into_bytes();
        let last = text.len() - 5;
        text[last] = if text[last] == b'A' { b'B' } else { b'A' };
        String::from_utf8(text).unwrap()
    };
    let expected = service.decrypt(&tampered).await.unwrap_err().to_string();
    for pairs in [
        &[][..],
        &[("env", "prod")],
        &[("env", "prod"), ("service", "web")],
        &[("env", "prod"), ("service", "api"), ("x", "")],
        &[("env", "prod"), ("servicea", "pi")],
    ] {
        let error = service.decrypt_with(&ciphertext, pairs).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "{pairs:?}");
    }
    for text in [
        ciphertext.replace(":default:1:", ":default:2:"),
        ciphertext.replace(":default:", ":unknown:"),
        ciphertext.replace("claviger:1:", "claviger:2:"),
        ciphertext[..ciphertext.len() - 4].to_owned(),
        "claviger:1:default:1:".to_owned(),
        String::new(),
    ] {
        let error = service.decrypt(&text).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "{text:?}");
    }
}

#[tokio::test]
async fn the_same_plaintext_never_gives_the_same_ciphertext() {
    let service = Service::new().await;
    let first = service.encrypt("default", b"").await.unwrap();
    let second = service.encrypt("default", b"").await.unwrap();
    assert_ne!(first, second);
    assert_eq!(service.decrypt(&first).await.unwrap(), b"");
}

#[tokio::test]
async fn every_template_does_what_it_is_for() {
    let service = Service::new().await;
    for template in TEMPLATES {
        service.create(template.name, template.name).await;
        match template.algorithm.class() {
            AlgorithmClass::AuthenticatedEncryption | AlgorithmClass::AsymmetricEncryption => {
                let text = service.encrypt(template.name, b"secret").await.unwrap();
                assert_eq!(service.decrypt(&text).await.unwrap(), b"secret", "{}", template.name);
            }
            AlgorithmClass::UnauthenticatedEncryption => encipher(&service, template.name).await,
            AlgorithmClass::KeyWrap => wrap(&service, template.name).await,
            AlgorithmClass::Mac => mac(&service, template.name).await,
            AlgorithmClass::Signature => sign(&service, template.name).await,
            AlgorithmClass::KeyAgreement => agree(&service, template.name).await,
            AlgorithmClass::KeyEncapsulation => encapsulate(&service, template.name).await,
            AlgorithmClass::KeyDerivation => derive(&service, template.name).await,
            AlgorithmClass::Other => panic!("{} serves an algorithm", template.name),
        }
    }
}

async fn encipher(service: &Service, key: &str) {
    let plaintext = b"sixteen bytes or more of text...";
    let enciphered = service
        .call(Encipher {
            key: name(key),
            version: None,
            algorithm: None,
            nonce: key.contains("xts").then(|| vec![9; 16]),
            additional_data: Vec::new(),
            plaintext: SecretBytes::copy_from(plaintext),
        })
        .await
        .unwrap_or_else(|error| panic!("{key}: {error}"));
    let decipher = Decipher {
        key: name(key),
        version: Some(enciphered.version),
        algorithm: None,
        nonce: (!enciphered.nonce.is_empty()).then_some(enciphered.nonce),
        additional_data: Vec::new(),
        ciphertext: enciphered.ciphertext,
    };
    let opened = service.call(decipher).await.unwrap_or_else(|error| panic!("{key}: {error}"));
    assert_eq!(opened.plaintext.expose("test"), plaintext, "{key}");
}

async fn wrap(service: &Service, key: &str) {
    let material = [3; 32];
    let source = WrapSource::Material(SecretBytes::copy_from(&material));
    let wrapped = service.call(Wrap { key: name(key), algorithm: None, source }).await.unwrap();
    let mut unwrap =
        Unwrap { key: name(key), version: None, algorithm: None, wrapped: wrapped.wrapped };
    let opened = service.call(unwrap.clone()).await.unwrap();
    assert_eq!(opened.material.expose("test"), material, "{key}");
    unwrap.wrapped[3] ^= 1;
    assert_eq!(refused(service.call(unwrap).await), ErrorKind::Undecryptable, "{key}");
}

async fn mac(service: &Service, key: &str) {
    let message = b"message".to_vec();
    let mac = Mac { key: name(key), version: None, algorithm: None, message: message.clone() };
    let code = service.call(mac).await.unwrap().mac;
    for (message, valid) in [(message, true), (b"another".to_vec(), false)] {
        let check = MacVerify {
            key: name(key),
            version: None,
            algorithm: None,
            message,
            mac: code.clone(),
        };
        assert_eq!(service.call(check).await.unwrap().valid, valid, "{key}");
    }
}

async fn sign(service: &Service, key: &str) {
    let message = SignatureMessage::Message(b"message".to_vec());
    let sign = Sign { key: name(key), version: None, algorithm: None, message: message.clone() };
    let signature = service.call(sign).await.unwrap().signature;
    for (message, valid) in
        [(message, true), (SignatureMessage::Message(b"another".to_vec()), false)]
    {
        let verify = Verify {
            key: name(key),
            version: None,
            algorithm: None,
            message,
            signature: signature.clone(),
        };
        assert_eq!(service.call(verify).await.unwrap().valid, valid, "{key}");
    }
}

async fn agree(service: &Service, key: &str) {
    let other = format!("{key}-other");
    service.create(&other, key).await;
    let public = |of: &str| ReadPublicKey { name: name(of), version: None };
    let ours = service.call(public(key)).await.unwrap().spki;
    let theirs = service.call(public(&other)).await.unwrap().spki;
    let first = Agree { key: name(key), version: None, peer: theirs };
    let second = Agree { key: name(&other), version: None, peer: ours };
    let first = service.call(first).await.unwrap();
    let second = service.call(second).await.unwrap();
    assert!(first.secret.equals(second.secret.expose("test")), "{key}");
}

async fn encapsulate(service: &Service, key: &str) {
    let made = service.call(Encapsulate { key: name(key) }).await.unwrap();
    let open = Decapsulate { key: name(key), version: None, ciphertext: made.ciphertext };
    let opened = service.call(open).await.unwrap();
    assert!(made.secret.equals(opened.secret.expose("test")), "{key}");
}

async fn derive(service: &Service, key: &str) {
    let iterations = if key.starts_with("pbkdf2") { 1000 } else { 0 };
    let derive = |info: &[u8]| Derive {
        key: name(key),
        version: None,
        algorithm: None,
        salt: info.to_vec(),
        info: Vec::new(),
        iterations,
        length: 42,
    };
    let first = service.call(derive(b"one")).await.unwrap_or_else(|e| panic!("{key}: {e}"));
    let again = service.call(derive(b"one")).await.unwrap();
    let other = service.call(derive(b"two")).await.unwrap();
    assert!(first.secret.equals(again.secret.expose("test")), "{key}");
    assert!(!first.secret.equals(other.secret.expose("test")), "{key}");
}

#[tokio::test]
async fn restricted_algorithms_are_off_until_the_policy_permits_them() {
    let service = Service::new().await;
    service.create("plain", "aes-256-gcm").await;
    let encipher = |key: &str, nonce: Option<Vec<u8>>, algorithm| Encipher {
        key: name(key),
        version: None,
        algorithm: Some(algorithm),
        nonce,
        additional_data: Vec::new(),
        plaintext: SecretBytes::copy_from(b"text"),
    };
    let cbc = encipher("plain", None, Algorithm::AesCbc);
    assert_eq!(refused(service.call(cbc).await), ErrorKind::PolicyForbids);
    let policy = PolicyChange {
        permitted_algorithms: Some([Algorithm::AesCbc].into()),
        ..PolicyChange::default()
    };
    let settings = KeySettings { policy, ..KeySettings::default() };
    service.create_with("open", "aes-256-gcm", settings).await.unwrap();
    service.call(encipher("open", None, Algorithm::AesCbc)).await.unwrap();
    let chosen = encipher("open", Some(vec![1; 12]), Algorithm::AesGcm);
    assert_eq!(refused(service.call(chosen).await), ErrorKind::PolicyForbids);
    let short = encipher("open", Some(vec![1; 3]), Algorithm::AesCbc);
    assert_eq!(refused(service.call(short).await), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_key_is_only_used_for_what_it_is_for() {
    let service = Service::new().await;
    service.create("signer", "ecdsa-p256").await;
    assert_eq!(refused(service.encrypt("signer", b"x").await), ErrorKind::PolicyForbids);
    let agree = Agree { key: name("signer"), version: None, peer: vec![1; 65] };
    assert_eq!(refused(service.call(agree).await), ErrorKind::PolicyForbids);
    let digest = Sign {
        key: name("signer"),
        version: None,
        algorithm: None,
        message: SignatureMessage::Digest(vec![1; 31]),
    };
    assert_eq!(refused(service.call(digest).await), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn rewrapping_moves_to_the_latest_version_and_to_other_keys() {
    let service = Service::new().await;
    let text = service.encrypt("default", b"data").await.unwrap();
    service.call(RotateKey { name: name("default") }).await.unwrap();
    service.create("other", "xchacha20-poly1305").await;
    for (to, version) in [(None, 2), (Some("other"), 1)] {
        let rewrap = Rewrap {
            ciphertext: NativeCiphertext::read(&text),
            key: None,
            to: to.map(name),
            context: context(&[("env", "prod"), ("service", "api")]),
        };
        let reply = service.call(rewrap).await.unwrap();
        assert_eq!((reply.key.as_str(), reply.version), (to.unwrap_or("default"), version));
        let text = NativeCiphertext::write(&reply.key, reply.version, &reply.record);
        assert_eq!(service.decrypt(&text).await.unwrap(), b"data");
    }
}

#[tokio::test]
async fn a_data_key_comes_in_clear_and_encrypted_and_is_recorded_durably() {
    let service = Service::new().await;
    let generate = |length| GenerateDataKey {
        key: name("default"),
        context: context(&[("env", "prod"), ("service", "api")]),
        length,
    };
    let made = service.call(generate(32)).await.unwrap();
    let encrypted = made.encrypted;
    let text = NativeCiphertext::write(&encrypted.key, encrypted.version, &encrypted.record);
    assert!(made.plaintext.equals(&service.decrypt(&text).await.unwrap()));
    assert_eq!(refused(service.call(generate(0)).await), ErrorKind::InvalidInput);
    assert_eq!(refused(service.call(generate(1025)).await), ErrorKind::InvalidInput);
    let operations: Vec<_> = service
        .audit
        .records()
        .into_iter()
        .map(|record| record.operation)
        .zip(service.audit.durabilities())
        .collect();
    assert_eq!(
        operations[..3],
        [
            ("create", Durability::Synced),
            ("generate-data-key", Durability::Synced),
            ("decrypt", Durability::Written)
        ]
    );
}

#[tokio::test]
async fn an_operation_that_cannot_be_recorded_is_not_answered() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    service.audit.refuse_appends(true);
    assert_eq!(refused(service.encrypt("key", b"x").await), ErrorKind::AuditUnavailable);
    service.audit.refuse_checks(true);
    let before = service.kms.store_counts().await.unwrap();
    let made = service.create_with("other", "aes-256-gcm", KeySettings::default()).await;
    assert_eq!(refused(made), ErrorKind::AuditUnavailable);
    assert_eq!(service.kms.store_counts().await.unwrap(), before);
    assert_eq!(refused(service.kms.check().await), ErrorKind::AuditUnavailable);
}

#[tokio::test]
async fn every_item_of_a_batch_has_its_own_answer_and_record() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let _ = service.audit.take();
    let items = ["key", "missing", "key"].map(|key| GenerateDataKey {
        key: name(key),
        context: context(&[]),
        length: 16,
    });
    let results = service.kms.call_all(&service.caller, items.into()).await.unwrap();
    let done: Vec<_> = results.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, true]);
    assert_eq!(service.audit.records().len(), 3);
}
