//! Keys that the native doors made, used with parameters that the caller names: their policy still holds.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    CheckMac, DecryptData, MakeMac, Part, SignData, SignedData, Validity, VerifySignature,
};
use claviger_core::operations::{
    ChangeKey, DatesChange, Encipher, ListVersions, PolicyChange, RotateKey,
};
use claviger_model::{
    Algorithm, BlockCipherMode, CryptographicParameters, HashingAlgorithm, PaddingMethod,
    UniqueIdentifier,
};

use super::{CBC, ECB, GCM, NONE, bytes, decrypt, done, encrypt, hashed, plain};
use crate::service::{Service, name, refused};

const DATA: &str = "00112233445566778899aabbccddeeff";
const IV: &str = "ffeeddccbbaa99887766554433221100";

/// What a protocol's client calls a version of a native key.
async fn object(service: &Service, key: &str, version: u32) -> UniqueIdentifier {
    let list = ListVersions { name: name(key), after: version - 1, limit: 1 };
    done(service, list).await.versions[0].id.into()
}

async fn permit(service: &Service, key: &str, policy: PolicyChange) {
    let change = ChangeKey {
        name: name(key),
        policy,
        tags: None,
        attributes: None,
        dates: DatesChange::default(),
    };
    done(service, change).await;
}

#[tokio::test]
async fn restricted_algorithms_and_chosen_nonces_need_the_policy() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let key = object(&service, "key", 1).await;
    let made = done(&service, encrypt(&key, None, None, DATA)).await;
    let back = DecryptData {
        nonce: made.nonce,
        tag: made.tag,
        ..decrypt(&key, None, None, &hex::encode(made.data))
    };
    assert_eq!(plain(&done(&service, back).await), DATA);
    let cfb = CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::Cfb), ..NONE };
    for parameters in [CBC, ECB, cfb] {
        let kind = refused(service.call(encrypt(&key, parameters, None, DATA)).await);
        assert_eq!(kind, ErrorKind::PolicyForbids);
        let kind = refused(service.call(decrypt(&key, parameters, Some(IV), DATA)).await);
        assert_eq!(kind, ErrorKind::PolicyForbids);
    }
    let nonce = &IV[..24];
    let kind = refused(service.call(encrypt(&key, GCM, Some(nonce), DATA)).await);
    assert_eq!(kind, ErrorKind::PolicyForbids);
    let policy = PolicyChange {
        caller_nonce: Some(true),
        permitted_algorithms: Some([Algorithm::AesCbc].into()),
        ..PolicyChange::default()
    };
    permit(&service, "key", policy).await;
    done(&service, encrypt(&key, GCM, Some(nonce), DATA)).await;
    let made = done(&service, encrypt(&key, CBC, Some(IV), DATA)).await;
    // The native doors give the same bytes.
    let native = Encipher {
        key: name("key"),
        version: None,
        algorithm: Some(Algorithm::AesCbc),
        nonce: Some(bytes(IV)),
        additional_data: Vec::new(),
        plaintext: claviger_secret::SecretBytes::new(bytes(DATA)),
    };
    assert_eq!(done(&service, native).await.ciphertext, made.data);
}

#[tokio::test]
async fn every_version_is_an_object_and_the_latest_encrypts() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let first = object(&service, "key", 1).await;
    let made = done(&service, encrypt(&first, None, None, DATA)).await;
    done(&service, RotateKey { name: name("key") }).await;
    let second = object(&service, "key", 2).await;
    assert_ne!(first, second);
    done(&service, encrypt(&second, None, None, DATA)).await;
    let kind = refused(service.call(encrypt(&first, None, None, DATA)).await);
    assert_eq!(kind, ErrorKind::PolicyForbids);
    let ask = |key: &UniqueIdentifier| DecryptData {
        nonce: made.nonce.clone(),
        tag: made.tag.clone(),
        ..decrypt(key, None, None, &hex::encode(&made.data))
    };
    assert_eq!(plain(&done(&service, ask(&first)).await), DATA);
    let kind = refused(service.call(ask(&second)).await);
    assert_eq!(kind, ErrorKind::CryptographicFailure);
    let policy = PolicyChange { minimum_decryption_version: Some(2), ..PolicyChange::default() };
    permit(&service, "key", policy).await;
    assert_eq!(refused(service.call(ask(&first)).await), ErrorKind::PolicyForbids);
}

#[tokio::test]
async fn native_signatures_and_codes_are_the_same() {
    let service = Service::new().await;
    for (template, parameters) in [
        ("rsa-2048-pss", None),
        ("rsa-2048-pkcs1", None),
        (
            "rsa-2048-pss",
            Some(CryptographicParameters {
                padding_method: Some(PaddingMethod::Pss),
                ..hashed(HashingAlgorithm::Sha384)
            }),
        ),
        ("ecdsa-p384", None),
        ("ed25519", None),
    ] {
        let key = format!("{template}-{}", parameters.is_some());
        service.create(&key, template).await;
        let identifier = object(&service, &key, 1).await;
        let data = SignedData::Data(b"data".to_vec());
        let sign = SignData {
            identifier: identifier.clone(),
            parameters,
            data: data.clone(),
            part: Part::default(),
        };
        let signature = done(&service, sign).await.signature;
        let verify = VerifySignature {
            identifier,
            parameters,
            data: data.clone(),
            signature: signature.clone(),
            part: Part::default(),
        };
        assert_eq!(done(&service, verify).await.validity, Some(Validity::Valid), "{template}");
        if parameters.is_none() {
            let native = claviger_core::operations::Verify {
                key: name(&key),
                version: None,
                algorithm: None,
                message: claviger_core::operations::SignatureMessage::Message(b"data".to_vec()),
                signature: signature.unwrap(),
            };
            assert!(done(&service, native).await.valid, "{template}");
        }
    }
    for template in ["hmac-sha-256", "hmac-sha3-512", "aes-128-cmac"] {
        service.create(template, template).await;
        let identifier = object(&service, template, 1).await;
        let data = b"data".to_vec();
        let part = Part::default();
        let make = MakeMac { identifier: identifier.clone(), parameters: None, data, part };
        let mac = done(&service, make).await.mac.unwrap();
        let native = claviger_core::operations::Mac {
            key: name(template),
            version: None,
            algorithm: None,
            message: b"data".to_vec(),
        };
        assert_eq!(done(&service, native).await.mac, mac, "{template}");
        let (data, mac, part) = (b"data".to_vec(), Some(mac), Part::default());
        let check = CheckMac { identifier, parameters: None, data, mac, part };
        assert_eq!(done(&service, check).await.validity, Some(Validity::Valid));
    }
}

#[tokio::test]
async fn a_digest_of_unknown_make_is_taken_for_the_usual_one() {
    let service = Service::new().await;
    service.create("key", "rsa-2048-pkcs1").await;
    let identifier = object(&service, "key", 1).await;
    let parameters =
        Some(CryptographicParameters { padding_method: Some(PaddingMethod::Pkcs1V15), ..NONE });
    let sign = |data| SignData {
        identifier: identifier.clone(),
        parameters,
        data: SignedData::Digest(data),
        part: Part::default(),
    };
    // Signed as it is, it could pass for a signature over data that the policy has no hash for.
    let kind = refused(service.call(sign(vec![1; 20])).await);
    assert_eq!(kind, ErrorKind::InvalidParameters);
    done(&service, sign(vec![1; 32])).await;
}

#[tokio::test]
async fn other_uses_than_the_keys_own_are_refused() {
    let service = Service::new().await;
    service.create("wrapping", "aes-256-kw").await;
    let key = object(&service, "wrapping", 1).await;
    let kind = refused(service.call(encrypt(&key, GCM, None, DATA)).await);
    assert_eq!(kind, ErrorKind::IncompatibleUsageMask);
    service.create("lattice", "ml-dsa-65").await;
    let identifier = object(&service, "lattice", 1).await;
    let data = SignedData::Data(vec![1]);
    let sign = SignData { identifier, parameters: None, data, part: Part::default() };
    // KMIP has no name for it.
    let kind = refused(service.call(sign).await);
    assert!(matches!(kind, ErrorKind::PolicyForbids | ErrorKind::Unsupported), "{kind:?}");
}
