//! Using objects' keys with parameters that the caller names.

mod formats;
mod limits;
mod native;
mod signing;
mod streams;
mod whole;
mod wrapping;

use std::sync::Arc;

use claviger_core::operations::Operation;
use claviger_core::operations::objects::{
    Content, DecryptData, Decrypted, EncryptData, Encrypted, Generation, Given, KeyBytes,
    KeyContent, Part, RegisterObject,
};
use claviger_core::{Error, ObjectSettings};
use claviger_model::{
    AttributeKey, AttributeKind, BlockCipherMode, CryptographicAlgorithm, CryptographicParameters,
    HashingAlgorithm, KeyFormatType, PaddingMethod, UniqueIdentifier, Usage, Value,
};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;

use crate::service::Service;

/// The bit of a usage mask that restricts nothing.
const UNRESTRICTED: i32 = 0x0020_0000;

/// A service whose objects may use what is out of use.
async fn legacy_service() -> Service {
    let settings = ObjectSettings { legacy_algorithms: true, ..ObjectSettings::default() };
    Service::with_settings(Arc::new(MemoryStore::new()), 7, settings).await
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal.replace(' ', "")).unwrap()
}

fn standard(kind: AttributeKind, value: Value) -> (AttributeKey, Value) {
    (AttributeKey::Standard(kind), value)
}

/// The attributes of an active object with this usage mask.
fn active(mask: Usage) -> Given {
    vec![
        standard(
            AttributeKind::CryptographicUsageMask,
            Value::Integer(i32::try_from(mask.bits()).unwrap()),
        ),
        standard(AttributeKind::ActivationDate, Value::DateTime(0)),
    ]
}

fn key_content(format: KeyFormatType, material: Vec<u8>) -> KeyContent {
    KeyContent {
        format: format.code(),
        compression: None,
        value: Some(KeyBytes::Bytes(SecretBytes::new(material))),
        attributes: Vec::new(),
        algorithm: None,
        length: None,
        wrapping: None,
    }
}

fn symmetric_content(algorithm: CryptographicAlgorithm, material: Vec<u8>) -> Content {
    let bits = match algorithm {
        CryptographicAlgorithm::TripleDes => 168,
        _ => i32::try_from(8 * material.len()).unwrap(),
    };
    let content = key_content(KeyFormatType::Raw, material);
    Content::SymmetricKey(KeyContent {
        algorithm: Some(algorithm.code()),
        length: Some(bits),
        ..content
    })
}

async fn register(service: &Service, attributes: Given, content: Content) -> UniqueIdentifier {
    let register =
        RegisterObject { attributes, templates: Vec::new(), content, generation: Generation::Two };
    service.call(register).await.unwrap().identifier
}

/// An active symmetric key for everything.
async fn symmetric(
    service: &Service,
    algorithm: CryptographicAlgorithm,
    material: &str,
) -> UniqueIdentifier {
    let content = symmetric_content(algorithm, bytes(material));
    register(service, active(Usage::all()), content).await
}

const NONE: CryptographicParameters = CryptographicParameters {
    block_cipher_mode: None,
    padding_method: None,
    hashing_algorithm: None,
    key_role_type: None,
    digital_signature_algorithm: None,
    cryptographic_algorithm: None,
    random_iv: None,
    iv_length: None,
    tag_length: None,
    fixed_field_length: None,
    invocation_field_length: None,
    counter_length: None,
    initial_counter_value: None,
    salt_length: None,
    mask_generator: None,
    mask_generator_hashing_algorithm: None,
    trailer_field: None,
};

const CBC: CryptographicParameters = CryptographicParameters {
    block_cipher_mode: Some(BlockCipherMode::Cbc),
    padding_method: Some(PaddingMethod::Pkcs5),
    ..NONE
};

const ECB: CryptographicParameters =
    CryptographicParameters { block_cipher_mode: Some(BlockCipherMode::Ecb), ..NONE };

const GCM: CryptographicParameters = CryptographicParameters {
    block_cipher_mode: Some(BlockCipherMode::Gcm),
    tag_length: Some(16),
    ..NONE
};

const fn hashed(hash: HashingAlgorithm) -> CryptographicParameters {
    CryptographicParameters { hashing_algorithm: Some(hash), ..NONE }
}

fn encrypt(
    identifier: &UniqueIdentifier,
    parameters: impl Into<Option<CryptographicParameters>>,
    nonce: Option<&str>,
    data: &str,
) -> EncryptData {
    EncryptData {
        identifier: identifier.clone(),
        parameters: parameters.into(),
        data: SecretBytes::new(bytes(data)),
        nonce: nonce.map(bytes),
        additional: Vec::new(),
        part: Part::default(),
    }
}

fn decrypt(
    identifier: &UniqueIdentifier,
    parameters: impl Into<Option<CryptographicParameters>>,
    nonce: Option<&str>,
    data: &str,
) -> DecryptData {
    DecryptData {
        identifier: identifier.clone(),
        parameters: parameters.into(),
        data: bytes(data),
        nonce: nonce.map(bytes),
        additional: Vec::new(),
        tag: None,
        tag_trails: false,
        part: Part::default(),
    }
}

fn plain(decrypted: &Decrypted) -> String {
    hex::encode(decrypted.data.expose("comparing in a test"))
}

/// Runs an operation that must succeed.
async fn done<O: Operation>(service: &Service, operation: O) -> O::Reply {
    service.call(operation).await.unwrap_or_else(|error: Error| panic!("{error}"))
}

/// What an encryption without nonce or tag in its answer gave.
#[track_caller]
fn bare(encrypted: &Encrypted) -> String {
    assert_eq!((&encrypted.nonce, &encrypted.tag, &encrypted.correlation), (&None, &None, &None));
    hex::encode(&encrypted.data)
}
