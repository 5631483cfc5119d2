//! What clients ask for, and what they read out of answers.

use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    CreateRequest, DecryptRequest, EncryptRequest, GetAttributesRequest, GetRequest, HashRequest,
    LocateRequest, ObjectRequest, QueryRequest, RevokeRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, Attributes, CryptographicParameters, Data, KeyMaterial,
    KeyValue, ManagedObject, RequestPayload, ResponsePayload, RevocationReason, UniqueIdentifier,
    Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, HashingAlgorithm, ObjectType, PaddingMethod,
    QueryFunction, RevocationReasonCode,
};
use claviger_wire_ttlv::{Tag, tag};

/// Encrypt, Decrypt.
pub(crate) const ENCRYPTION: i32 = 0x0c;

pub(crate) fn attribute(tag: Tag, value: Value) -> AttributeEntry {
    AttributeEntry { reference: AttributeReference::Standard(tag), index: None, value: Some(value) }
}

pub(crate) fn vendor(name: &str, text: &str) -> AttributeEntry {
    AttributeEntry {
        reference: AttributeReference::Vendor { vendor: "x".to_owned(), name: name.to_owned() },
        index: None,
        value: Some(Value::Text(text.to_owned())),
    }
}

/// The name of an object.
pub(crate) fn name(name: &str) -> AttributeEntry {
    let fields = vec![
        (tag::NAME_VALUE, Value::Text(name.to_owned())),
        (tag::NAME_TYPE, Value::Enumeration(1)),
    ];
    attribute(tag::NAME, Value::Structure(fields))
}

/// The attributes of an AES key of 256 bits, which is active.
pub(crate) fn aes() -> Vec<AttributeEntry> {
    vec![
        attribute(
            tag::CRYPTOGRAPHIC_ALGORITHM,
            Value::Enumeration(CryptographicAlgorithm::AES.code()),
        ),
        attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(256)),
        attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(ENCRYPTION)),
        attribute(tag::ACTIVATION_DATE, Value::DateTime(1)),
    ]
}

pub(crate) fn create_with(more: Vec<AttributeEntry>) -> RequestPayload {
    RequestPayload::Create(CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(aes().into_iter().chain(more).collect::<Vec<_>>()),
        protection_storage_masks: None,
    })
}

pub(crate) fn create() -> RequestPayload {
    create_with(Vec::new())
}

pub(crate) fn object(identifier: Option<UniqueIdentifier>) -> ObjectRequest {
    ObjectRequest { unique_identifier: identifier }
}

pub(crate) fn get(identifier: Option<UniqueIdentifier>) -> RequestPayload {
    RequestPayload::Get(GetRequest { unique_identifier: identifier, ..GetRequest::default() })
}

pub(crate) fn destroy(identifier: Option<UniqueIdentifier>) -> RequestPayload {
    RequestPayload::Destroy(object(identifier))
}

pub(crate) fn revoke(identifier: Option<UniqueIdentifier>) -> RequestPayload {
    RequestPayload::Revoke(RevokeRequest {
        unique_identifier: identifier,
        revocation_reason: RevocationReason {
            revocation_reason_code: RevocationReasonCode::KeyCompromise,
            revocation_message: None,
        },
        compromise_occurrence_date: None,
    })
}

pub(crate) fn attributes(identifier: Option<UniqueIdentifier>, tags: &[Tag]) -> RequestPayload {
    RequestPayload::GetAttributes(GetAttributesRequest {
        unique_identifier: identifier,
        references: tags.iter().copied().map(AttributeReference::Standard).collect(),
    })
}

pub(crate) fn locate(attributes: Vec<AttributeEntry>) -> RequestPayload {
    RequestPayload::Locate(LocateRequest { attributes, ..LocateRequest::default() })
}

pub(crate) fn query(functions: &[QueryFunction]) -> RequestPayload {
    RequestPayload::Query(QueryRequest { query_functions: functions.to_vec(), object_groups: None })
}

pub(crate) fn cbc() -> CryptographicParameters {
    CryptographicParameters {
        block_cipher_mode: Some(BlockCipherMode::CBC),
        padding_method: Some(PaddingMethod::PKCS5),
        ..CryptographicParameters::default()
    }
}

pub(crate) fn encrypt(identifier: Option<UniqueIdentifier>, data: Data) -> RequestPayload {
    RequestPayload::Encrypt(EncryptRequest {
        unique_identifier: identifier,
        cryptographic_parameters: Some(cbc()),
        data: Some(data),
        iv_counter_nonce: Some(vec![3; 16]),
        ..EncryptRequest::default()
    })
}

pub(crate) fn decrypt(identifier: Option<UniqueIdentifier>, data: Data) -> RequestPayload {
    RequestPayload::Decrypt(DecryptRequest {
        unique_identifier: identifier,
        cryptographic_parameters: Some(cbc()),
        data: Some(data),
        iv_counter_nonce: Some(vec![3; 16]),
        ..DecryptRequest::default()
    })
}

pub(crate) fn hash(data: Data) -> RequestPayload {
    RequestPayload::Hash(HashRequest {
        cryptographic_parameters: CryptographicParameters {
            hashing_algorithm: Some(HashingAlgorithm::SHA_256),
            ..CryptographicParameters::default()
        },
        data: Some(data),
        correlation_value: None,
        init_indicator: None,
        final_indicator: None,
    })
}

pub(crate) fn bytes(bytes: &[u8]) -> Data {
    Data::Bytes(SecretBytes::copy_from(bytes))
}

/// The identifier in an answer.
pub(crate) fn made(answer: &ResponsePayload) -> UniqueIdentifier {
    match answer {
        ResponsePayload::Create(made) => made.unique_identifier.clone(),
        ResponsePayload::Register(made) | ResponsePayload::ReKey(made) => {
            made.unique_identifier.clone()
        }
        ResponsePayload::Get(got) => got.unique_identifier.clone(),
        ResponsePayload::Destroy(done)
        | ResponsePayload::Activate(done)
        | ResponsePayload::Revoke(done) => done.unique_identifier.clone(),
        ResponsePayload::GetAttributes(got) => got.unique_identifier.clone(),
        ResponsePayload::Encrypt(done) => done.unique_identifier.clone(),
        ResponsePayload::Decrypt(done) => done.unique_identifier.clone(),
        other => panic!("an answer of {:?}", other.operation()),
    }
}

/// The material of the key in an answer to Get.
pub(crate) fn material(answer: &ResponsePayload) -> Vec<u8> {
    let ResponsePayload::Get(got) = answer else { panic!("not an answer to Get") };
    let ManagedObject::SymmetricKey(block) = &got.object else { panic!("not a symmetric key") };
    match &block.key_value {
        Some(KeyValue::Plain { material: KeyMaterial::Bytes(bytes), .. }) => {
            bytes.expose("a test looks at a key").to_vec()
        }
        _ => panic!("not bytes"),
    }
}

/// The data of an answer, of those that have any.
pub(crate) fn data(answer: &ResponsePayload) -> Option<Vec<u8>> {
    let data = match answer {
        ResponsePayload::Encrypt(answer) => answer.data.as_ref(),
        ResponsePayload::Decrypt(answer) => answer.data.as_ref(),
        ResponsePayload::Hash(answer) => answer.data.as_ref(),
        ResponsePayload::RNGRetrieve(answer) => Some(&answer.data),
        other => panic!("an answer of {:?}", other.operation()),
    };
    data.map(|data| data.expose("a test looks at data").to_vec())
}

/// The value of the first such attribute of an answer to Get Attributes.
pub(crate) fn value(answer: &ResponsePayload, tag: Tag) -> Option<Value> {
    let ResponsePayload::GetAttributes(got) = answer else { panic!("not Get Attributes") };
    let reference = AttributeReference::Standard(tag);
    let found = got.attributes.iter().find(|attribute| attribute.reference == reference)?;
    found.value.clone()
}
