//! Locate, Get, Export.

use std::collections::HashSet;

use claviger_core::operations::objects::{ExportObject, GetObject, LocateObjects, Located};
use claviger_model::{AttributeKey, AttributeKind, UniqueIdentifier, Value};
use claviger_wire_kmip::MessageError;
use claviger_wire_kmip::payload::{
    ExportResponse, GetRequest, GetResponse, LocateRequest, LocateResponse,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{KeyCompressionType, KeyFormatType, KeyWrapType};

use super::{answer_identifier, content, value};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn locate(batch: &Batch<'_>, request: LocateRequest) -> Outcome<LocateResponse> {
    let LocateRequest {
        maximum_items,
        offset_items,
        storage_status_mask,
        object_group_member,
        attributes,
    } = request;
    let counted = offset_items.is_some();
    let search = LocateObjects {
        filters: value::given(batch, attributes)?,
        storage_status: storage_status_mask,
        group_member: object_group_member.map(Into::into),
        offset: number(offset_items, "the offset")?,
        maximum: number(maximum_items, "the maximum")?,
        // Its test cases (TC-OFFSET) count from the oldest, those of KMIP 1.4 from the newest.
        oldest_first: batch.version == Version::V1_3,
    };
    let located = if batch.sees_all() {
        batch.call(search).await?
    } else {
        Box::pin(locate_seen(batch, search)).await?
    };
    Ok(LocateResponse {
        located_items: counted.then(|| i32::try_from(located.total).unwrap_or(i32::MAX)),
        unique_identifiers: located.identifiers.iter().map(answer_identifier).collect(),
    })
}

/// Searches among the objects that the client's ticket gives a right to.
async fn locate_seen(batch: &Batch<'_>, search: LocateObjects) -> Outcome<Located> {
    let (offset, maximum) = (search.offset.unwrap_or(0), search.maximum.unwrap_or(u32::MAX));
    let storage_status = search.storage_status;
    let mut seen = locate_all(batch, search).await?;
    let mut groups = Vec::new();
    for group in batch.groups() {
        let key = AttributeKey::Standard(AttributeKind::ObjectGroup);
        let members = LocateObjects {
            filters: vec![(key, Value::Text(group.clone()))],
            storage_status,
            group_member: None,
            offset: None,
            maximum: None,
            oldest_first: false,
        };
        let members: HashSet<_> = locate_all(batch, members).await?.into_iter().collect();
        groups.push((group, members));
    }
    seen.retain(|identifier| {
        let its = groups.iter().filter(|(_, members)| members.contains(identifier));
        batch.sees(identifier, its.map(|(group, _)| group.clone()).collect())
    });
    let total = seen.len() as u64;
    let maximum = maximum.min(LocateObjects::LIMIT);
    let listed = seen.into_iter().skip(offset as usize).take(maximum as usize);
    Ok(Located { identifiers: listed.collect(), total })
}

/// All that a search finds, which is at most what the core looks through.
async fn locate_all(
    batch: &Batch<'_>,
    mut search: LocateObjects,
) -> Outcome<Vec<UniqueIdentifier>> {
    let is_turn = search.group_member.is_some();
    search.maximum = None;
    let mut all = Vec::new();
    loop {
        search.offset = u32::try_from(all.len()).ok().filter(|&offset| offset > 0);
        let found = batch.call(search.clone()).await?.identifiers;
        let is_last = is_turn || found.len() < LocateObjects::LIMIT as usize;
        all.extend(found);
        if is_last {
            return Ok(all);
        }
    }
}

pub(crate) async fn get(batch: &Batch<'_>, request: GetRequest) -> Outcome<GetResponse> {
    let operation = get_object(batch, request)?;
    let got = batch.call(operation).await?;
    let object_type = content::object_type_to_wire(got.content.object_type());
    let unique_identifier = answer_identifier(&got.identifier);
    Ok(GetResponse {
        object_type,
        unique_identifier,
        object: content::to_wire(got.content, batch.version)?,
    })
}

pub(crate) async fn export(batch: &Batch<'_>, request: GetRequest) -> Outcome<ExportResponse> {
    let get = get_object(batch, request)?;
    let exported = batch.call(ExportObject { get, generation: batch.generation() }).await?;
    Ok(ExportResponse {
        object_type: content::object_type_to_wire(exported.content.object_type()),
        unique_identifier: answer_identifier(&exported.identifier),
        attributes: value::answered(exported.attributes, batch.version),
        object: content::to_wire(exported.content, batch.version)?,
    })
}

fn get_object(batch: &Batch<'_>, request: GetRequest) -> Outcome<GetObject> {
    let GetRequest {
        unique_identifier,
        key_format_type,
        key_wrap_type,
        key_compression_type,
        key_wrapping_specification,
    } = request;
    Ok(GetObject {
        identifier: batch.identifier(unique_identifier.as_ref())?,
        format: key_format_type.map(KeyFormatType::code),
        wrap_type: key_wrap_type.map(KeyWrapType::code),
        compression: key_compression_type.map(KeyCompressionType::code),
        wrapping: key_wrapping_specification
            .map(|specification| content::wrapping_specification(&specification, batch.version))
            .transpose()?,
        pending_keys_wrap: batch.version <= Version::V1_1,
        generation: batch.generation(),
    })
}

fn number(number: Option<i32>, what: &str) -> Outcome<Option<u32>> {
    number
        .map(|number| {
            u32::try_from(number)
                .map_err(|_| MessageError::invalid_field(format!("{what} of items is negative")))
        })
        .transpose()
}
