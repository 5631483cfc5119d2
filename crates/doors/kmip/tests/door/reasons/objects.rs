//! Objects that are not there, archived or of the wrong type, in every operation that names one.

use claviger_wire_kmip::payload::{
    AddAttributeRequest, AdjustAttributeRequest, CertifyRequest, CheckRequest,
    CreateSplitKeyRequest, DecryptRequest, DeleteAttributeRequest, DeriveKeyRequest,
    EncryptRequest, GetAttributesRequest, GetRequest, GetUsageAllocationRequest,
    JoinSplitKeyRequest, MacRequest, MacVerifyRequest, ModifyAttributeRequest, ReCertifyRequest,
    ReKeyKeyPairRequest, ReKeyRequest, SignRequest, SignatureVerifyRequest, ValidateRequest,
};
use claviger_wire_kmip::{
    AttributeReference, Attributes, DerivationParameters, RequestPayload as Ask, UniqueIdentifier,
    Value,
};
use claviger_wire_ttlv::enumeration::{
    AdjustmentType, DerivationMethod, ObjectType, ResultReason as Reason, SplitKeyMethod,
};
use claviger_wire_ttlv::tag;

use super::{away, key, nobody, opaque, registered, row, second, text, walk};
use crate::requests::{aes, attribute, attributes, bytes, destroy, get, object, revoke};

type Id = Option<UniqueIdentifier>;

fn derivation() -> DerivationParameters {
    DerivationParameters {
        cryptographic_parameters: None,
        initialization_vector: None,
        derivation_data: Vec::new(),
        salt: None,
        iteration_count: None,
    }
}

pub(super) fn derive(id: Id) -> Ask {
    Ask::DeriveKey(DeriveKeyRequest {
        object_type: ObjectType::SymmetricKey,
        unique_identifiers: id.into_iter().collect(),
        derivation_method: DerivationMethod::HASH,
        derivation_parameters: derivation(),
        attributes: Attributes::from(aes()),
    })
}

fn split(id: Id) -> Ask {
    Ask::CreateSplitKey(CreateSplitKeyRequest {
        object_type: ObjectType::SplitKey,
        unique_identifier: id,
        split_key_parts: 3,
        split_key_threshold: 2,
        split_key_method: SplitKeyMethod::XOR,
        prime_field_size: None,
        attributes: Attributes::from(aes()),
        protection_storage_masks: None,
    })
}

fn join(id: Id) -> Ask {
    Ask::JoinSplitKey(JoinSplitKeyRequest {
        object_type: ObjectType::SymmetricKey,
        unique_identifiers: id.into_iter().collect(),
        secret_data_type: None,
        attributes: Some(Attributes::from(aes())),
        protection_storage_masks: None,
    })
}

/// The uses of a key with data.
fn uses(id: &Id) -> Vec<Ask> {
    let unique_identifier = id.clone();
    let data = Some(bytes(b"data"));
    vec![
        Ask::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            data: Some(bytes(b"data")),
            ..EncryptRequest::default()
        }),
        Ask::Decrypt(DecryptRequest {
            unique_identifier: id.clone(),
            data: Some(bytes(b"data")),
            ..DecryptRequest::default()
        }),
        Ask::Sign(SignRequest {
            unique_identifier: id.clone(),
            data: Some(bytes(b"data")),
            ..SignRequest::default()
        }),
        Ask::SignatureVerify(SignatureVerifyRequest {
            unique_identifier: id.clone(),
            data: Some(bytes(b"data")),
            signature_data: Some(vec![1]),
            ..SignatureVerifyRequest::default()
        }),
        Ask::MAC(MacRequest {
            unique_identifier: id.clone(),
            data: Some(bytes(b"data")),
            ..MacRequest::default()
        }),
        Ask::MACVerify(MacVerifyRequest {
            unique_identifier,
            data,
            mac_data: Some(vec![1]),
            ..MacVerifyRequest::default()
        }),
    ]
}

/// What is done with an object's attributes.
fn changes(id: &Id) -> Vec<Ask> {
    let comment = || attribute(tag::CONTACT_INFORMATION, text("nobody"));
    let reference = AttributeReference::Standard(tag::CONTACT_INFORMATION);
    vec![
        Ask::AddAttribute(AddAttributeRequest {
            unique_identifier: id.clone(),
            attribute: comment(),
        }),
        Ask::SetAttribute(AddAttributeRequest {
            unique_identifier: id.clone(),
            attribute: comment(),
        }),
        Ask::ModifyAttribute(ModifyAttributeRequest {
            unique_identifier: id.clone(),
            current_attribute: None,
            attribute: comment(),
        }),
        Ask::DeleteAttribute(DeleteAttributeRequest {
            unique_identifier: id.clone(),
            reference: Some(reference),
            ..DeleteAttributeRequest::default()
        }),
    ]
}

fn adjust(id: Id) -> Ask {
    Ask::AdjustAttribute(AdjustAttributeRequest {
        unique_identifier: id,
        reference: AttributeReference::Standard(tag::CRYPTOGRAPHIC_LENGTH),
        adjustment_type: AdjustmentType::Increment,
        adjustment_value: Some(Value::Integer(1)),
    })
}

/// What is done with an object as a whole. Those whose lists in KMIP 2.1 §6.1 have Item Not Found stand apart.
fn others(id: &Id) -> Vec<Ask> {
    let id = || id.clone();
    vec![
        Ask::Activate(object(id())),
        Ask::Archive(object(id())),
        Ask::Check(CheckRequest { unique_identifier: id(), ..CheckRequest::default() }),
        Ask::Export(GetRequest { unique_identifier: id(), ..GetRequest::default() }),
        Ask::ObtainLease(object(id())),
        Ask::GetUsageAllocation(GetUsageAllocationRequest {
            unique_identifier: id(),
            usage_limits_count: 1,
        }),
        Ask::ReKey(ReKeyRequest { unique_identifier: id(), ..ReKeyRequest::default() }),
        Ask::ReKeyKeyPair(ReKeyKeyPairRequest {
            private_key_unique_identifier: id(),
            ..ReKeyKeyPairRequest::default()
        }),
        Ask::ReCertify(ReCertifyRequest { unique_identifier: id(), ..ReCertifyRequest::default() }),
        destroy(id()),
        derive(id()),
        get(id()),
        join(id()),
        revoke(id()),
    ]
}

fn certify(id: Id) -> Ask {
    Ask::Certify(CertifyRequest { unique_identifier: id, ..CertifyRequest::default() })
}

#[tokio::test]
async fn that_are_not_there() {
    walk("nobody", async |_| {
        let (item, object_) = (Reason::ItemNotFound, Reason::ObjectNotFound);
        let read = [
            attributes(nobody(), &[tag::STATE]),
            Ask::GetAttributeList(object(nobody())),
            Ask::Recover(object(nobody())),
            Ask::Validate(ValidateRequest {
                certificates: Vec::new(),
                unique_identifiers: nobody().into_iter().collect(),
                validity_date: None,
            }),
        ];
        let mut rows: Vec<_> =
            [others(&nobody()), uses(&nobody()), changes(&nobody()), read.into()]
                .into_iter()
                .flatten()
                .map(|request| row(request, item, object_))
                .collect();
        rows.extend(
            [adjust(nobody()), certify(nobody()), split(nobody())]
                .map(|request| row(request, item, item)),
        );
        // A placeholder that nothing was put into.
        rows.push(row(get(None), item, object_));
        rows.push(second(adjust(None), item));
        rows
    })
    .await;
}

#[tokio::test]
async fn that_are_archived() {
    walk("archived", async |client| {
        let key = key(client, !0).await;
        let key = away(client, key).await;
        let archived = Reason::ObjectArchived;
        let mut rows: Vec<_> = [uses(&key), changes(&key)]
            .into_iter()
            .flatten()
            .map(|request| row(request, archived, archived))
            .collect();
        let unfit = |request: &Ask| {
            matches!(
                request,
                Ask::ReKeyKeyPair(_) | Ask::ReCertify(_) | Ask::Certify(_) | Ask::Destroy(_)
            )
        };
        rows.push(row(
            Ask::Validate(ValidateRequest {
                certificates: Vec::new(),
                unique_identifiers: key.iter().cloned().collect(),
                validity_date: None,
            }),
            archived,
            archived,
        ));
        let whole = others(&key).into_iter().filter(|request| !unfit(request));
        rows.extend(whole.map(|request| row(request, archived, archived)));
        rows.push(row(split(key.clone()), archived, archived));
        rows.push(second(adjust(key), archived));
        rows
    })
    .await;
}

#[tokio::test]
async fn that_are_of_the_wrong_type() {
    walk("types", async |client| {
        use Reason::{
            IllegalOperation, InvalidField, InvalidMessage, InvalidObjectType, PermissionDenied,
        };
        let opaque = registered(client, Vec::new(), opaque()).await;
        let key = key(client, !0).await;
        let id = || opaque.clone();
        let mut rows: Vec<_> = uses(&opaque)
            .into_iter()
            .map(|request| row(request, PermissionDenied, InvalidObjectType))
            .collect();
        rows.extend([
            // Object specified is not able to be re-keyed or certified (§11.5 to §11.9).
            row(
                Ask::ReKey(ReKeyRequest { unique_identifier: id(), ..ReKeyRequest::default() }),
                PermissionDenied,
                InvalidObjectType,
            ),
            row(
                Ask::ReKeyKeyPair(ReKeyKeyPairRequest {
                    private_key_unique_identifier: key.clone(),
                    ..ReKeyKeyPairRequest::default()
                }),
                PermissionDenied,
                InvalidObjectType,
            ),
            row(certify(id()), PermissionDenied, InvalidObjectType),
            row(
                Ask::ReCertify(ReCertifyRequest {
                    unique_identifier: id(),
                    ..ReCertifyRequest::default()
                }),
                PermissionDenied,
                InvalidObjectType,
            ),
            // §11.7, §11.39, §11.40.
            row(derive(id()), InvalidField, InvalidObjectType),
            row(split(id()), InvalidField, InvalidObjectType),
            row(join(key), InvalidField, InvalidObjectType),
            // No certificate list (§11.25).
            row(
                Ask::Validate(ValidateRequest {
                    certificates: Vec::new(),
                    unique_identifiers: id().into_iter().collect(),
                    validity_date: None,
                }),
                InvalidMessage,
                InvalidObjectType,
            ),
            // No usage limits (§11.19).
            row(
                Ask::GetUsageAllocation(GetUsageAllocationRequest {
                    unique_identifier: id(),
                    usage_limits_count: 1,
                }),
                IllegalOperation,
                Reason::AttributeNotFound,
            ),
        ]);
        rows
    })
    .await;
}

/// KMIP 1.1 and later: the same attribute is asked for more than once (KMIP 1.4 §11.13).
#[tokio::test]
async fn whose_attributes_are_asked_for_twice_or_cannot_be() {
    walk("reading", async |client| {
        let key = key(client, 4).await;
        let asked = |references: &[AttributeReference]| {
            Ask::GetAttributes(GetAttributesRequest {
                unique_identifier: key.clone(),
                references: references.to_vec(),
            })
        };
        let state = AttributeReference::Standard(tag::STATE);
        let none = AttributeReference::Standard(tag::BATCH_COUNT);
        vec![
            row(asked(&[state.clone(), state]), Reason::InvalidMessage, Reason::InvalidMessage),
            second(asked(&[none]), Reason::InvalidAttribute),
        ]
    })
    .await;
}

/// What KMIP 1.x calls templates in operations that are not for them (KMIP 1.4 §11.11, §11.20, §11.21).
#[tokio::test]
async fn that_are_templates() {
    walk("templates", async |client| {
        if client.version.major >= 2 {
            return Vec::new();
        }
        let template = claviger_wire_kmip::ManagedObject::Template(aes());
        let named = vec![crate::requests::name("template")];
        let template = registered(client, named, template).await;
        let illegal = Reason::IllegalOperation;
        vec![
            super::first(Ask::Activate(object(template.clone())), illegal),
            super::first(revoke(template.clone()), illegal),
            super::first(
                Ask::Check(CheckRequest { unique_identifier: template, ..CheckRequest::default() }),
                illegal,
            ),
        ]
    })
    .await;
}
