//! Get, list, add, modify, delete, set and adjust attributes.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    AddAttribute, AdjustAttribute, DeleteAttribute, Generation, ModifyAttribute, ReadAttributes,
    SetAttribute,
};
use claviger_model::{AttributeKey, AttributeKind};
use claviger_wire_kmip::payload::{
    AddAttributeRequest, AdjustAttributeRequest, AttributeResponse, DeleteAttributeRequest,
    GetAttributeListResponse, GetAttributesRequest, GetAttributesResponse, ModifyAttributeRequest,
    ObjectRequest, ObjectResponse,
};
use claviger_wire_kmip::{AttributeEntry, MessageError};
use claviger_wire_ttlv::Version;

use super::{answer_identifier, application, value};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn get_attributes(
    batch: &Batch<'_>,
    request: GetAttributesRequest,
) -> Outcome<GetAttributesResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let asked = &request.references;
    let repeated = (1..asked.len()).any(|place| asked[..place].contains(&asked[place]));
    if repeated && batch.version > Version::V1_0 {
        return Err(batch.refusal(
            ErrorKind::InvalidMessage,
            "an attribute is asked for more than once; name each once",
        ));
    }
    // In 1.x, there is no attribute of a name that nobody knows; 2.x has a reason for what can't be one (KMIP 2.1 §6.1.20).
    let keys = asked.iter().map(|reference| value::key(batch, reference));
    let keys: Vec<_> = match batch.generation() {
        Generation::One => keys.filter_map(Result::ok).collect(),
        Generation::Two => keys.collect::<Outcome<_>>()?,
    };
    let mut keys = if asked.is_empty() { None } else { Some(keys) };
    // How a digest says the key's format depends on the algorithm before 1.3.
    let algorithm = AttributeKey::Standard(AttributeKind::CryptographicAlgorithm);
    let unasked = keys.as_mut().filter(|keys| {
        batch.version < Version::V1_3
            && keys.contains(&AttributeKey::Standard(AttributeKind::Digest))
            && !keys.contains(&algorithm)
    });
    let is_unasked = unasked.map(|keys| keys.push(algorithm.clone())).is_some();
    let read =
        ReadAttributes { identifier: identifier.clone(), keys, generation: batch.generation() };
    let attributes = batch.call(read).await?;
    let mut attributes = value::answered(attributes, batch.version);
    if is_unasked {
        let algorithm = value::reference(&algorithm);
        attributes.retain(|attribute| attribute.reference != algorithm);
    }
    Ok(GetAttributesResponse { unique_identifier: answer_identifier(&identifier), attributes })
}

pub(crate) async fn get_attribute_list(
    batch: &Batch<'_>,
    request: ObjectRequest,
) -> Outcome<GetAttributeListResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let read = ReadAttributes {
        identifier: identifier.clone(),
        keys: None,
        generation: batch.generation(),
    };
    let mut keys: Vec<AttributeKey> = Vec::new();
    for attribute in batch.call(read).await? {
        if value::is_known(&attribute, batch.version) && !keys.contains(&attribute.key) {
            keys.push(attribute.key);
        }
    }
    Ok(GetAttributeListResponse {
        unique_identifier: answer_identifier(&identifier),
        references: keys.iter().map(value::reference).collect(),
    })
}

pub(crate) async fn add(
    batch: &Batch<'_>,
    request: AddAttributeRequest,
) -> Outcome<AttributeResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let (key, index, value) = parts(request.attribute, batch)?;
    if index.is_some() {
        return Err(MessageError::invalid_field(
            "an attribute is added without an index; the service gives it the next one",
        ));
    }
    let mut value = needed(batch, value)?;
    application::complete(batch, &key, &mut value);
    let add =
        AddAttribute { identifier: identifier.clone(), key, value, generation: batch.generation() };
    let added = batch.call(add).await?;
    Ok(response(&identifier, value::entry(added, batch.version)))
}

pub(crate) async fn modify(
    batch: &Batch<'_>,
    request: ModifyAttributeRequest,
) -> Outcome<AttributeResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let current = match request.current_attribute {
        Some(current) => parts(current, batch)?.2,
        None => None,
    };
    let (key, index, value) = parts(request.attribute, batch)?;
    let mut value = needed(batch, value)?;
    application::complete(batch, &key, &mut value);
    let modify = ModifyAttribute {
        identifier: identifier.clone(),
        key,
        index,
        current,
        value,
        generation: batch.generation(),
    };
    let modified = batch.call(modify).await?;
    Ok(response(&identifier, value::entry(modified, batch.version)))
}

pub(crate) async fn delete(
    batch: &Batch<'_>,
    request: DeleteAttributeRequest,
) -> Outcome<AttributeResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let (key, current) = match (request.current_attribute, request.reference) {
        (Some(current), _) => {
            let (key, _, value) = parts(current, batch)?;
            (key, value)
        }
        (None, Some(reference)) => (value::key(batch, &reference)?, None),
        (None, None) => {
            return Err(batch
                .refusal(ErrorKind::InvalidMessage, "the request names no attribute to delete"));
        }
    };
    let delete = DeleteAttribute {
        identifier: identifier.clone(),
        key,
        index: index(request.attribute_index)?,
        only_one: batch.version == Version::V1_0,
        current,
        generation: batch.generation(),
    };
    let deleted = batch.call(delete).await?;
    Ok(response(&identifier, value::entry(deleted, batch.version)))
}

pub(crate) async fn set(
    batch: &Batch<'_>,
    request: AddAttributeRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let (key, _, value) = parts(request.attribute, batch)?;
    let mut value = needed(batch, value)?;
    application::complete(batch, &key, &mut value);
    batch.call(SetAttribute { identifier: identifier.clone(), key, value }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn adjust(
    batch: &Batch<'_>,
    request: AdjustAttributeRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let adjust = AdjustAttribute {
        identifier: identifier.clone(),
        key: value::key(batch, &request.reference)?,
        kind: request.adjustment_type.code(),
        by: request.adjustment_value.map(value::to_core),
    };
    batch.call(adjust).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

type Parts = (AttributeKey, Option<u32>, Option<claviger_model::Value>);

fn parts(entry: AttributeEntry, batch: &Batch<'_>) -> Outcome<Parts> {
    let key = value::key(batch, &entry.reference)?;
    let value = entry.value.map(|value| value::attribute(batch, &key, value)).transpose()?;
    Ok((key, index(entry.index)?, value))
}

fn index(index: Option<i32>) -> Outcome<Option<u32>> {
    index
        .map(|index| {
            u32::try_from(index)
                .map_err(|_| MessageError::invalid_field("an attribute index is negative"))
        })
        .transpose()
}

fn needed(
    batch: &Batch<'_>,
    value: Option<claviger_model::Value>,
) -> Outcome<claviger_model::Value> {
    value.ok_or_else(|| batch.refusal(ErrorKind::InvalidMessage, "the attribute has no value"))
}

fn response(
    identifier: &claviger_model::UniqueIdentifier,
    attribute: AttributeEntry,
) -> AttributeResponse {
    AttributeResponse {
        unique_identifier: answer_identifier(identifier),
        attribute: Some(attribute),
    }
}
