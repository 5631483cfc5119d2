//! Create, Create Key Pair, Register, Import, Derive Key, and split keys.

use claviger_core::operations::objects::{
    Created, CreateObject, CreateObjectPair, CreatedPair, DerivationParameters, DeriveObject,
    Given, ImportObject, JoinObject, RegisterObject, SplitObject,
};
use claviger_model::{AttributeKey, AttributeKind, Value};
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    CreateKeyPairRequest, CreateRequest, CreateResponse, CreateSplitKeyRequest,
    CreateSplitKeyResponse, DeriveKeyRequest, ImportRequest, JoinSplitKeyRequest,
    JoinSplitKeyResponse, KeyPairResponse, NewObjectResponse, ObjectResponse, RegisterRequest,
};
use claviger_wire_kmip::{
    Attributes, ManagedObject, MessageError, Name, ProtectionStorageMasks,
};
use claviger_wire_ttlv::enumeration::{KeyWrapType, Operation, ResultReason, SecretDataType};
use claviger_wire_ttlv::tag;

use super::{answer_identifier, content, parameters, value};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn create(
    batch: &mut Batch<'_>,
    request: CreateRequest,
) -> Outcome<CreateResponse> {
    let (templates, attributes) = attributes(batch, Some(request.attributes))?;
    check_storage(request.protection_storage_masks.as_ref())?;
    let created = batch
        .call(CreateObject {
            object_type: content::object_type(request.object_type)?,
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    batch.leave(Operation::Create, &created.identifier);
    Ok(CreateResponse {
        object_type: request.object_type,
        unique_identifier: answer_identifier(&created.identifier),
        attributes: None,
    })
}

pub(crate) async fn create_key_pair(
    batch: &mut Batch<'_>,
    request: CreateKeyPairRequest,
) -> Outcome<KeyPairResponse> {
    let (common_templates, common) = attributes(batch, request.common_attributes)?;
    let (private_templates, private) = attributes(batch, request.private_key_attributes)?;
    let (public_templates, public) = attributes(batch, request.public_key_attributes)?;
    for masks in [
        &request.common_protection_storage_masks,
        &request.private_protection_storage_masks,
        &request.public_protection_storage_masks,
    ] {
        check_storage(masks.as_ref())?;
    }
    let pair = batch
        .call(CreateObjectPair {
            common,
            private,
            public,
            common_templates,
            private_templates,
            public_templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(pair_response(batch, Operation::CreateKeyPair, &pair))
}

pub(crate) fn pair_response(
    batch: &mut Batch<'_>,
    operation: Operation,
    pair: &CreatedPair,
) -> KeyPairResponse {
    batch.placeholders.leave_pair(operation, &pair.private, &pair.public);
    KeyPairResponse {
        private_key_unique_identifier: answer_identifier(&pair.private),
        public_key_unique_identifier: answer_identifier(&pair.public),
        private_key_attributes: None,
        public_key_attributes: None,
    }
}

pub(crate) async fn register(
    batch: &mut Batch<'_>,
    request: RegisterRequest,
) -> Outcome<NewObjectResponse> {
    let RegisterRequest { object_type, attributes: given, object, protection_storage_masks } =
        request;
    check_storage(protection_storage_masks.as_ref())?;
    let (templates, attributes) = attributes(batch, Some(given))?;
    let object = object.ok_or_else(|| {
        MessageError::new(ResultReason::InvalidMessage, "the request has no object to register")
    })?;
    check_type(object_type, &object)?;
    let created = batch
        .call(RegisterObject {
            attributes,
            templates,
            content: content::to_core(object, batch.version)?,
            generation: batch.generation(),
        })
        .await?;
    Ok(new_object(batch, Operation::Register, &created))
}

/// The answer of whatever makes one object.
pub(crate) fn new_object(
    batch: &mut Batch<'_>,
    operation: Operation,
    created: &Created,
) -> NewObjectResponse {
    batch.leave(operation, &created.identifier);
    NewObjectResponse {
        unique_identifier: answer_identifier(&created.identifier),
        attributes: None,
    }
}

pub(crate) async fn import(
    batch: &mut Batch<'_>,
    request: ImportRequest,
) -> Outcome<ObjectResponse> {
    let ImportRequest {
        unique_identifier,
        object_type,
        replace_existing,
        key_wrap_type,
        attributes,
        object,
    } = request;
    if let Some(object_type) = object_type {
        check_type(object_type, &object)?;
    }
    let imported = batch
        .call(ImportObject {
            identifier: batch.identifier(Some(&unique_identifier))?,
            replace: replace_existing.unwrap_or(false),
            unwrap: key_wrap_type == Some(KeyWrapType::NotWrapped),
            attributes: value::given(attributes, batch.version)?,
            content: content::to_core(object, batch.version)?,
            generation: batch.generation(),
        })
        .await?;
    batch.leave(Operation::Import, &imported.identifier);
    Ok(ObjectResponse { unique_identifier: answer_identifier(&imported.identifier) })
}

pub(crate) async fn derive_key(
    batch: &mut Batch<'_>,
    request: DeriveKeyRequest,
) -> Outcome<NewObjectResponse> {
    let given = request.derivation_parameters;
    let cryptographic = given
        .cryptographic_parameters
        .map(|parameters| parameters::to_core(&parameters, batch.version))
        .transpose()?;
    let iterations = given
        .iteration_count
        .map(|count| {
            u32::try_from(count)
                .map_err(|_| MessageError::invalid_field("the iteration count is negative"))
        })
        .transpose()?;
    let bases = request
        .unique_identifiers
        .iter()
        .map(|reference| batch.identifier(Some(reference)))
        .collect::<Outcome<_>>()?;
    let (templates, attributes) = attributes(batch, Some(request.attributes))?;
    let derived = batch
        .call(DeriveObject {
            object_type: content::object_type(request.object_type)?,
            bases,
            method: request.derivation_method.code(),
            parameters: DerivationParameters {
                cryptographic: cryptographic.unwrap_or_default(),
                nonce: given.initialization_vector,
                data: joined(given.derivation_data),
                salt: given.salt.unwrap_or_default(),
                iterations,
            },
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(new_object(batch, Operation::DeriveKey, &derived))
}

pub(crate) async fn create_split_key(
    batch: &mut Batch<'_>,
    request: CreateSplitKeyRequest,
) -> Outcome<CreateSplitKeyResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let (templates, attributes) = attributes(batch, Some(request.attributes))?;
    let identifier = match &request.unique_identifier {
        Some(reference) => Some(batch.identifier(Some(reference))?),
        None => None,
    };
    let parts = batch
        .call(SplitObject {
            object_type: content::object_type(request.object_type)?,
            identifier,
            parts: request.split_key_parts,
            threshold: request.split_key_threshold,
            method: request.split_key_method.code(),
            prime: request.prime_field_size.map(|prime| prime.0.to_vec()),
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    if let Some(last) = parts.last() {
        batch.leave(Operation::CreateSplitKey, last);
    }
    Ok(CreateSplitKeyResponse {
        object_type: Some(request.object_type),
        unique_identifiers: parts.iter().map(answer_identifier).collect(),
        attributes: None,
    })
}

pub(crate) async fn join_split_key(
    batch: &mut Batch<'_>,
    request: JoinSplitKeyRequest,
) -> Outcome<JoinSplitKeyResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let (templates, attributes) = attributes(batch, request.attributes)?;
    let identifiers = request
        .unique_identifiers
        .iter()
        .map(|reference| batch.identifier(Some(reference)))
        .collect::<Outcome<_>>()?;
    let joined = batch
        .call(JoinObject {
            object_type: content::object_type(request.object_type)?,
            identifiers,
            secret_data_kind: request.secret_data_type.map(SecretDataType::code),
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    batch.leave(Operation::JoinSplitKey, &joined.identifier);
    Ok(JoinSplitKeyResponse {
        object_type: Some(request.object_type),
        unique_identifier: answer_identifier(&joined.identifier),
        attributes: None,
    })
}

/// The names of templates and the attributes of a request.
pub(crate) fn attributes(
    batch: &Batch<'_>,
    given: Option<Attributes>,
) -> Outcome<(Vec<Value>, Given)> {
    let Some(Attributes { templates: names, entries }) = given else { return Ok((Vec::new(), Vec::new())) };
    let template = |name: Name| {
        Value::Structure(vec![
            (claviger_model::Field(tag::NAME_VALUE.value()), Value::Text(name.name_value)),
            (
                claviger_model::Field(tag::NAME_TYPE.value()),
                Value::Enumeration(name.name_type.code()),
            ),
        ])
    };
    let mut attributes = value::given(entries, batch.version)?;
    // Clients of Cosmian's dialect name the type of object among the attributes, where it stands beside them already.
    attributes.retain(|(key, _)| *key != AttributeKey::Standard(AttributeKind::ObjectType));
    Ok((names.into_iter().map(template).collect(), attributes))
}

/// Material is protected by software and nothing else: a client that asks for other storage is told.
pub(crate) fn check_storage(masks: Option<&ProtectionStorageMasks>) -> Outcome<()> {
    /// Protection Storage Mask: Software (KMIP 2.1 §12.2).
    const SOFTWARE: i32 = 0x0000_0001;
    let masks = masks.map_or(&[][..], |masks| &masks.protection_storage_masks);
    if masks.is_empty() || masks.iter().any(|mask| mask & !SOFTWARE == 0) {
        return Ok(());
    }
    Err(MessageError::new(
        ResultReason::ProtectionStorageUnavailable,
        "the service keeps objects protected by software only",
    ))
}

fn check_type(
    object_type: claviger_wire_ttlv::enumeration::ObjectType,
    object: &ManagedObject,
) -> Outcome<()> {
    if object.object_type() == object_type {
        return Ok(());
    }
    Err(MessageError::invalid_field("the object is not of the type that the request says"))
}

fn joined(data: Vec<SecretBytes>) -> Option<SecretBytes> {
    let mut data = data.into_iter();
    let first = data.next()?;
    let rest: Vec<_> = data.collect();
    if rest.is_empty() {
        return Some(first);
    }
    let why = "joining derivation data";
    let mut all = first.expose(why).to_vec();
    rest.iter().for_each(|part| all.extend_from_slice(part.expose(why)));
    Some(SecretBytes::new(all))
}
