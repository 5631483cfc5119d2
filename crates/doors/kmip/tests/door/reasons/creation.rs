//! What makes objects: KMIP 1.4 §11.2 to §11.8, §11.39 and §11.42, KMIP 2.1 §6.1.6 to §6.1.10, §6.1.25, §6.1.43.

use claviger_wire_kmip::payload::{
    CertifyRequest, CreateKeyPairRequest, CreateRequest, CreateSplitKeyRequest, DeriveKeyRequest,
    ImportRequest, ReKeyRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, Attributes, CryptographicParameters, DerivationParameters, Interval,
    ManagedObject, Name, ProtectionStorageMasks, RequestPayload as Ask, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    CertificateRequestType, CryptographicAlgorithm, DerivationMethod, HashingAlgorithm,
    KeyFormatType, LinkType, NameType, ObjectType, ResultReason as Reason, SecretDataType,
    SplitKeyMethod,
};
use claviger_wire_ttlv::tag;

use super::{
    active, asleep, away, block, create_of, key, mask, no_attribute, opaque, register_of,
    registered, row, second, secret, text, walk,
};
use crate::requests::{aes, attribute, create_with, made, name, vendor};

fn create(object_type: ObjectType, masks: Option<i32>) -> Ask {
    Ask::Create(CreateRequest {
        object_type,
        attributes: Attributes::from(aes()),
        protection_storage_masks: masks.map(storage),
    })
}

fn storage(mask: i32) -> ProtectionStorageMasks {
    ProtectionStorageMasks { protection_storage_masks: vec![mask] }
}

fn symmetric() -> ManagedObject {
    ManagedObject::SymmetricKey(block(KeyFormatType::Raw, Some(&[7; 32])))
}

#[tokio::test]
async fn creating() {
    walk("creating", async |client| {
        client.done(create_with(vec![name("taken")])).await;
        let length = attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(7));
        let algorithm = |code| attribute(tag::CRYPTOGRAPHIC_ALGORITHM, Value::Enumeration(code));
        let namespace = vec![(tag::APPLICATION_NAMESPACE, text("elsewhere"))];
        let namespace =
            attribute(tag::APPLICATION_SPECIFIC_INFORMATION, Value::Structure(namespace));
        let many = (0..600).map(|number| vendor(&number.to_string(), "x")).collect();
        vec![
            row(
                create(ObjectType::Other(77), None),
                Reason::InvalidField,
                Reason::InvalidObjectType,
            ),
            row(
                create(ObjectType::PublicKey, None),
                Reason::InvalidField,
                Reason::InvalidObjectType,
            ),
            row(
                create_of(vec![algorithm(3), length, mask(4)]),
                Reason::InvalidField,
                Reason::InvalidAttributeValue,
            ),
            // An algorithm of pairs.
            row(
                create_of(vec![algorithm(4), mask(4)]),
                Reason::InvalidField,
                Reason::InvalidAttributeValue,
            ),
            // Required fields are missing (§11.3).
            row(create_of(vec![mask(4)]), Reason::InvalidMessage, Reason::InvalidMessage),
            row(
                create_with(vec![attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(256))]),
                Reason::InvalidField,
                Reason::AttributeSingleValued,
            ),
            row(
                create_with(vec![attribute(tag::STATE, Value::Enumeration(2))]),
                Reason::PermissionDenied,
                Reason::AttributeReadOnly,
            ),
            row(
                create_with(vec![no_attribute(client.version)]),
                Reason::InvalidField,
                Reason::InvalidAttribute,
            ),
            row(create_with(many), Reason::IndexOutOfBounds, Reason::ServerLimitExceeded),
            second(create_with(vec![name("taken")]), Reason::NonUniqueNameAttribute),
            row(
                create_with(vec![namespace]),
                Reason::ApplicationNamespaceNotSupported,
                Reason::ApplicationNamespaceNotSupported,
            ),
            second(create(ObjectType::SymmetricKey, Some(2)), Reason::ProtectionStorageUnavailable),
            // The cases say so of keys that are not safe enough (QS-M-2).
            second(
                create_of(vec![
                    algorithm(3),
                    attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(128)),
                    mask(4),
                    attribute(tag::QUANTUM_SAFE, Value::Boolean(true)),
                ]),
                Reason::GeneralFailure,
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn pairs() {
    walk("pairs", async |_| {
        let pair = |common: Option<i32>, private: Option<i32>, public: Option<i32>, algorithm| {
            let algorithm = attribute(tag::CRYPTOGRAPHIC_ALGORITHM, Value::Enumeration(algorithm));
            Ask::CreateKeyPair(CreateKeyPairRequest {
                common_attributes: Some(Attributes::from(vec![algorithm])),
                private_key_attributes: None,
                public_key_attributes: None,
                common_protection_storage_masks: common.map(storage),
                private_protection_storage_masks: private.map(storage),
                public_protection_storage_masks: public.map(storage),
            })
        };
        let ec = CryptographicAlgorithm::EC.code();
        let private = Reason::PrivateProtectionStorageUnavailable;
        vec![
            second(pair(Some(2), None, None, ec), private),
            second(pair(None, Some(2), None, ec), private),
            second(pair(None, None, Some(2), ec), Reason::PublicProtectionStorageUnavailable),
            row(
                pair(None, None, None, CryptographicAlgorithm::McEliece.code()),
                Reason::InvalidField,
                Reason::InvalidAttributeValue,
            ),
            row(
                Ask::CreateKeyPair(CreateKeyPairRequest::default()),
                Reason::InvalidMessage,
                Reason::InvalidMessage,
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn registering() {
    walk("registering", async |client| {
        client.done(create_with(vec![name("taken")])).await;
        let template = ManagedObject::Template(vec![name("of objects to come")]);
        let named = vec![name("template")];
        let mut rows = vec![
            row(
                register_of(ObjectType::PublicKey, aes(), symmetric()),
                Reason::InvalidField,
                Reason::InvalidObjectType,
            ),
            second(
                register_of(ObjectType::SymmetricKey, vec![name("taken")], symmetric()),
                Reason::NonUniqueNameAttribute,
            ),
            row(
                register_of(
                    ObjectType::SymmetricKey,
                    vec![attribute(tag::STATE, Value::Enumeration(2))],
                    symmetric(),
                ),
                Reason::PermissionDenied,
                Reason::AttributeReadOnly,
            ),
        ];
        if client.version.major < 2 {
            // A Name with the Template structure.
            let request = register_of(ObjectType::Template, named, template);
            rows.push(super::first(request, Reason::InvalidField));
        }
        rows
    })
    .await;
}

#[tokio::test]
async fn importing() {
    walk("importing", async |client| {
        let import = |identifier: &UniqueIdentifier, object_type, attributes| {
            Ask::Import(ImportRequest {
                unique_identifier: identifier.clone(),
                object_type: Some(object_type),
                replace_existing: None,
                key_wrap_type: None,
                attributes,
                object: symmetric(),
            })
        };
        let there = key(client, 4).await.expect("it was made");
        let new = UniqueIdentifier::from("new");
        let twice = attribute(tag::CONTACT_INFORMATION, text("somebody"));
        vec![
            row(
                import(&there, ObjectType::SymmetricKey, aes()),
                Reason::ObjectAlreadyExists,
                Reason::ObjectAlreadyExists,
            ),
            second(import(&new, ObjectType::PublicKey, aes()), Reason::InvalidField),
            row(
                import(&new, ObjectType::SymmetricKey, vec![twice.clone(), twice]),
                Reason::InvalidField,
                Reason::AttributeSingleValued,
            ),
        ]
    })
    .await;
}

fn containers_key(links: &[&UniqueIdentifier]) -> Ask {
    let link = |to: &&UniqueIdentifier| {
        let to = to.as_text().expect("answers name objects");
        let link = vec![
            (tag::LINK_TYPE, Value::Enumeration(LinkType::PKCS_12PasswordLink.code())),
            (tag::LINKED_OBJECT_IDENTIFIER, text(to)),
        ];
        attribute(tag::LINK, Value::Structure(link))
    };
    let key_block = claviger_wire_kmip::KeyBlock {
        cryptographic_algorithm: None,
        cryptographic_length: None,
        ..block(KeyFormatType::PKCS_12, Some(b"a container"))
    };
    let attributes: Vec<AttributeEntry> = links.iter().map(link).collect();
    register_of(ObjectType::PrivateKey, attributes, ManagedObject::PrivateKey(key_block))
}

/// Key Format Type is PKCS#12 (KMIP 1.4 §11.4): missing or multiple links, and links to no password. Of a password that is not
/// active TC-PKCS12-2-14 says Permission Denied; in 2.x all of that is Bad Password.
#[tokio::test]
async fn registering_containers() {
    walk("containers", async |client| {
        let password = || secret(SecretDataType::Password, b"password");
        let good = registered(client, vec![active()], password()).await.expect("it was made");
        let other = registered(client, vec![active()], password()).await.expect("it was made");
        let asleep = registered(client, Vec::new(), password()).await.expect("it was made");
        let seed = secret(SecretDataType::Seed, b"password");
        let seed = registered(client, vec![active()], seed).await.expect("it was made");
        let opaque = registered(client, Vec::new(), opaque()).await.expect("it was made");
        let nobody = UniqueIdentifier::from("nobody");
        let wrong: [&[_]; 5] = [&[], &[&good, &other], &[&seed], &[&opaque], &[&nobody]];
        let mut rows: Vec<_> = wrong
            .into_iter()
            .map(|links| row(containers_key(links), Reason::InvalidField, Reason::BadPassword))
            .collect();
        rows.push(row(containers_key(&[&asleep]), Reason::PermissionDenied, Reason::BadPassword));
        rows
    })
    .await;
}

#[tokio::test]
async fn replacing() {
    walk("replacing", async |client| {
        let created = key(client, 4).await;
        let mut ends = asleep(4);
        ends.push(attribute(tag::DEACTIVATION_DATE, Value::DateTime(4_000_000_000)));
        let endless = Some(made(&client.done(create_of(ends)).await));
        let rekey = |id: &Option<UniqueIdentifier>, attributes| {
            Ask::ReKey(ReKeyRequest {
                unique_identifier: id.clone(),
                offset: Some(Interval(60)),
                attributes,
                ..ReKeyRequest::default()
            })
        };
        let dates = Some(Attributes::from(vec![active()]));
        vec![
            row(rekey(&created, dates), Reason::InvalidMessage, Reason::InvalidMessage),
            row(rekey(&endless, None), Reason::IllegalOperation, Reason::InvalidField),
        ]
    })
    .await;
}

#[tokio::test]
async fn certifying() {
    walk("certifying", async |client| {
        let certify = |kind, request: &[u8]| {
            Ask::Certify(CertifyRequest {
                certificate_request_type: Some(kind),
                certificate_request: Some(request.to_vec()),
                ..CertifyRequest::default()
            })
        };
        let key = key(client, 4).await;
        let no_certificate =
            Ask::Certify(CertifyRequest { unique_identifier: key, ..CertifyRequest::default() });
        vec![
            row(
                certify(CertificateRequestType::PKCS_10, b"no request"),
                Reason::InvalidField,
                Reason::InvalidCSR,
            ),
            row(
                certify(CertificateRequestType::CRMF, b"no request"),
                Reason::InvalidField,
                Reason::InvalidCSR,
            ),
            row(no_certificate, Reason::PermissionDenied, Reason::InvalidObjectType),
        ]
    })
    .await;
}

#[tokio::test]
async fn deriving() {
    walk("deriving", async |client| {
        let base = key(client, 0x200).await;
        let useless = key(client, 4).await;
        let data = secret(SecretDataType::Seed, b"derivation data");
        let data = registered(client, vec![active(), mask(0x200)], data).await;
        let derive = |bases: &[&Option<UniqueIdentifier>], method, data: bool, bits| {
            let hash = CryptographicParameters {
                hashing_algorithm: Some(HashingAlgorithm::SHA_256),
                ..CryptographicParameters::default()
            };
            let given = claviger_secret::SecretBytes::copy_from(b"data");
            Ask::DeriveKey(DeriveKeyRequest {
                object_type: ObjectType::SecretData,
                unique_identifiers: bases.iter().copied().flatten().cloned().collect(),
                derivation_method: method,
                derivation_parameters: DerivationParameters {
                    cryptographic_parameters: Some(hash),
                    initialization_vector: None,
                    derivation_data: data.then_some(given).into_iter().collect(),
                    salt: None,
                    iteration_count: None,
                },
                attributes: Attributes::from(vec![
                    attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(bits)),
                    mask(4),
                ]),
            })
        };
        let (hash, hmac) = (DerivationMethod::HASH, DerivationMethod::HMAC);
        vec![
            row(
                derive(&[&base], DerivationMethod::Other(77), false, 128),
                Reason::InvalidField,
                Reason::UnsupportedCryptographicParameters,
            ),
            row(
                derive(&[&base, &data], hmac, true, 128),
                Reason::InvalidMessage,
                Reason::InvalidMessage,
            ),
            row(
                derive(&[&useless], hash, false, 128),
                Reason::InvalidField,
                Reason::IncompatibleCryptographicUsageMask,
            ),
            // The length exceeds the output of the method.
            row(
                derive(&[&base], hash, false, 512),
                Reason::CryptographicFailure,
                Reason::CryptographicFailure,
            ),
            row(
                derive(&[&base], DerivationMethod::PBKDF2, false, 128),
                Reason::InvalidField,
                Reason::BadCryptographicParameters,
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn splitting() {
    walk("splitting", async |client| {
        let id = key(client, 4).await;
        let split = |object_type, method, threshold| {
            Ask::CreateSplitKey(CreateSplitKeyRequest {
                object_type,
                unique_identifier: id.clone(),
                split_key_parts: 3,
                split_key_threshold: threshold,
                split_key_method: method,
                prime_field_size: None,
                attributes: Attributes::from(Vec::new()),
                protection_storage_masks: None,
            })
        };
        let (part, polynomial) = (ObjectType::SplitKey, SplitKeyMethod::PolynomialSharingGF2_16);
        vec![
            row(
                split(ObjectType::Certificate, polynomial, 2),
                Reason::InvalidField,
                Reason::InvalidObjectType,
            ),
            row(
                split(part, SplitKeyMethod::Other(77), 2),
                Reason::InvalidField,
                Reason::UnsupportedCryptographicParameters,
            ),
            row(
                split(part, polynomial, 4),
                Reason::InvalidField,
                Reason::BadCryptographicParameters,
            ),
        ]
    })
    .await;
}

/// Templates that there are not, or that are archived (KMIP 1.4 §11.2 to §11.4).
#[tokio::test]
async fn by_templates() {
    walk("templates", async |client| {
        if client.version.major >= 2 {
            return Vec::new();
        }
        let template = ManagedObject::Template(aes());
        let template = registered(client, vec![name("archived")], template).await;
        away(client, template).await;
        let by = |template: &str| {
            let template = Name {
                name_value: template.to_owned(),
                name_type: NameType::UninterpretedTextString,
            };
            Ask::Create(CreateRequest {
                object_type: ObjectType::SymmetricKey,
                attributes: Attributes { templates: vec![template], entries: Vec::new() },
                protection_storage_masks: None,
            })
        };
        vec![
            super::first(by("nobody"), Reason::ItemNotFound),
            super::first(by("archived"), Reason::ObjectArchived),
        ]
    })
    .await;
}
