//! Create, Create Key Pair, Register, Import.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    CreateObject, CreateObjectPair, Created, CreatedPair, Given, ImportObject, RegisterObject,
};
use claviger_model::{AttributeKey, AttributeKind, Value};
use claviger_wire_kmip::payload::{
    CreateKeyPairRequest, CreateRequest, CreateResponse, ImportRequest, KeyPairResponse,
    NewObjectResponse, ObjectResponse, RegisterRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, Attributes, ManagedObject, MessageError, Name,
    ProtectionStorageMasks,
};
use claviger_wire_ttlv::enumeration::{KeyWrapType, ResultReason};
use claviger_wire_ttlv::{Version, tag};

use super::{answer_identifier, application, content, value};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn create(batch: &Batch<'_>, request: CreateRequest) -> Outcome<CreateResponse> {
    let (templates, attributes, made) = attributes_and_made(batch, Some(request.attributes))?;
    check_storage(request.protection_storage_masks.as_ref())?;
    let created = batch
        .call(CreateObject {
            object_type: content::object_type(batch, request.object_type)?,
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(CreateResponse {
        object_type: request.object_type,
        unique_identifier: answer_identifier(&created.identifier),
        attributes: made,
    })
}

pub(crate) async fn create_key_pair(
    batch: &Batch<'_>,
    request: CreateKeyPairRequest,
) -> Outcome<KeyPairResponse> {
    let (common_templates, common) = attributes(batch, request.common_attributes)?;
    let (private_templates, private) = attributes(batch, request.private_key_attributes)?;
    let (public_templates, public) = attributes(batch, request.public_key_attributes)?;
    check_pair_storage(
        request.common_protection_storage_masks.as_ref(),
        request.private_protection_storage_masks.as_ref(),
        request.public_protection_storage_masks.as_ref(),
    )?;
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
    Ok(pair_response(&pair))
}

/// The answer of whatever makes a key pair.
pub(crate) fn pair_response(pair: &CreatedPair) -> KeyPairResponse {
    KeyPairResponse {
        private_key_unique_identifier: answer_identifier(&pair.private),
        public_key_unique_identifier: answer_identifier(&pair.public),
        private_key_attributes: None,
        public_key_attributes: None,
    }
}

pub(crate) async fn register(
    batch: &Batch<'_>,
    request: RegisterRequest,
) -> Outcome<NewObjectResponse> {
    let RegisterRequest { object_type, attributes: given, object, protection_storage_masks } =
        request;
    check_storage(protection_storage_masks.as_ref())?;
    let (templates, attributes, made) = attributes_and_made(batch, Some(given))?;
    let object = object.ok_or_else(|| {
        batch.refusal(ErrorKind::InvalidMessage, "the request has no object to register")
    })?;
    check_type(batch, object_type, &object)?;
    check_template(batch, &object)?;
    let created = batch
        .call(RegisterObject {
            attributes,
            templates,
            content: content::to_core(batch, object)?,
            generation: batch.generation(),
        })
        .await?;
    Ok(NewObjectResponse { attributes: made, ..new_object(&created) })
}

/// The answer of whatever makes one object.
pub(crate) fn new_object(created: &Created) -> NewObjectResponse {
    NewObjectResponse {
        unique_identifier: answer_identifier(&created.identifier),
        attributes: None,
    }
}

pub(crate) async fn import(batch: &Batch<'_>, request: ImportRequest) -> Outcome<ObjectResponse> {
    let ImportRequest {
        unique_identifier,
        object_type,
        replace_existing,
        key_wrap_type,
        attributes,
        object,
    } = request;
    if let Some(object_type) = object_type {
        check_type(batch, object_type, &object)?;
    }
    if let Some(KeyWrapType::Other(_)) = key_wrap_type {
        return Err(MessageError::invalid_field("there is no such key wrap type"));
    }
    let imported = batch
        .call(ImportObject {
            identifier: batch.identifier(Some(&unique_identifier))?,
            replace: replace_existing.unwrap_or(false),
            unwrap: key_wrap_type == Some(KeyWrapType::NotWrapped),
            attributes: value::given(batch, attributes)?,
            content: content::to_core(batch, object)?,
            generation: batch.generation(),
        })
        .await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&imported.identifier) })
}

/// The names of templates and the attributes of a request.
pub(crate) fn attributes(
    batch: &Batch<'_>,
    given: Option<Attributes>,
) -> Outcome<(Vec<Value>, Given)> {
    let (templates, attributes, _) = attributes_and_made(batch, given)?;
    Ok((templates, attributes))
}

/// The same, with those of which the service made a part, for the answer.
pub(crate) fn attributes_and_made(
    batch: &Batch<'_>,
    given: Option<Attributes>,
) -> Outcome<(Vec<Value>, Given, Option<Attributes>)> {
    let Some(Attributes { templates: names, entries }) = given else {
        return Ok((Vec::new(), Vec::new(), None));
    };
    let template = |name: Name| {
        Value::Structure(vec![
            (claviger_model::Field(tag::NAME_VALUE.value()), Value::Text(name.name_value)),
            (
                claviger_model::Field(tag::NAME_TYPE.value()),
                Value::Enumeration(name.name_type.code()),
            ),
        ])
    };
    let mut attributes = value::given(batch, entries)?;
    // Clients of Cosmian's dialect name the type of object among the attributes, where it stands beside them already.
    attributes.retain(|(key, _)| *key != AttributeKey::Standard(AttributeKind::ObjectType));
    let made = value::entries(application::complete_all(batch, &mut attributes));
    let made = (!made.is_empty()).then(|| Attributes::from(made));
    Ok((names.into_iter().map(template).collect(), attributes, made))
}

/// Material is protected by software and nothing else: a client that asks for other storage is told.
pub(crate) fn check_storage(masks: Option<&ProtectionStorageMasks>) -> Outcome<()> {
    check_storage_of(masks, ResultReason::ProtectionStorageUnavailable)
}

/// The same for the halves of a pair. Of the masks for both, the private key is what they protect.
pub(crate) fn check_pair_storage(
    common: Option<&ProtectionStorageMasks>,
    private: Option<&ProtectionStorageMasks>,
    public: Option<&ProtectionStorageMasks>,
) -> Outcome<()> {
    check_storage_of(common, ResultReason::PrivateProtectionStorageUnavailable)?;
    check_storage_of(private, ResultReason::PrivateProtectionStorageUnavailable)?;
    check_storage_of(public, ResultReason::PublicProtectionStorageUnavailable)
}

fn check_storage_of(masks: Option<&ProtectionStorageMasks>, reason: ResultReason) -> Outcome<()> {
    /// Protection Storage Mask: Software (KMIP 2.1 §12.2).
    const SOFTWARE: i32 = 0x0000_0001;
    let masks = masks.map_or(&[][..], |masks| &masks.protection_storage_masks);
    if masks.is_empty() || masks.iter().any(|mask| mask & !SOFTWARE == 0) {
        return Ok(());
    }
    Err(MessageError::new(reason, "the service keeps objects protected by software only"))
}

fn check_type(
    batch: &Batch<'_>,
    object_type: claviger_wire_ttlv::enumeration::ObjectType,
    object: &ManagedObject,
) -> Outcome<()> {
    if object.object_type() == object_type {
        return Ok(());
    }
    Err(batch.refusal(
        ErrorKind::InvalidObjectType,
        "the object is not of the type that the request says",
    ))
}

/// Since KMIP 1.2 a template's own name stands beside it, and objects to come have no name of it (KMIP 1.4 §11.4).
fn check_template(batch: &Batch<'_>, object: &ManagedObject) -> Outcome<()> {
    let ManagedObject::Template(attributes) = object else { return Ok(()) };
    let is_name =
        |entry: &AttributeEntry| entry.reference == AttributeReference::Standard(tag::NAME);
    if batch.version < Version::V1_2 || !attributes.iter().any(is_name) {
        return Ok(());
    }
    Err(MessageError::invalid_field(
        "the template has a name among the attributes of objects to come; name it beside the template",
    ))
}
