//! Derive Key, Create Split Key, Join Split Key: objects made of others.

use claviger_core::operations::objects::{
    DerivationParameters, DeriveObject, JoinObject, SplitObject,
};
use claviger_secret::SecretBytes;
use claviger_wire_kmip::MessageError;
use claviger_wire_kmip::payload::{
    CreateSplitKeyRequest, CreateSplitKeyResponse, DeriveKeyRequest, JoinSplitKeyRequest,
    JoinSplitKeyResponse, NewObjectResponse,
};
use claviger_wire_ttlv::enumeration::SecretDataType;

use super::creation::{attributes, attributes_and_made, check_storage, new_object};
use super::{answer_identifier, content, parameters};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn derive_key(
    batch: &Batch<'_>,
    request: DeriveKeyRequest,
) -> Outcome<NewObjectResponse> {
    let given = request.derivation_parameters;
    let cryptographic = given
        .cryptographic_parameters
        .map(|parameters| parameters::to_core(batch, &parameters))
        .transpose()?;
    let iterations = given
        .iteration_count
        .map(|count| {
            u32::try_from(count)
                .map_err(|_| MessageError::invalid_field("the iteration count is negative"))
        })
        .transpose()?;
    let bases = batch.identifiers(&request.unique_identifiers)?;
    let (templates, attributes, made) = attributes_and_made(batch, Some(request.attributes))?;
    let derived = batch
        .call(DeriveObject {
            object_type: content::object_type(batch, request.object_type)?,
            bases,
            method: request.derivation_method.code(),
            parameters: DerivationParameters {
                cryptographic,
                nonce: given.initialization_vector,
                data: joined(given.derivation_data),
                salt: given.salt.unwrap_or_default(),
                iterations: iterations.unwrap_or(0),
            },
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(NewObjectResponse { attributes: made, ..new_object(&derived) })
}

pub(crate) async fn create_split_key(
    batch: &Batch<'_>,
    request: CreateSplitKeyRequest,
) -> Outcome<CreateSplitKeyResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let (templates, attributes) = attributes(batch, Some(request.attributes))?;
    let identifier = match &request.unique_identifier {
        Some(reference) => Some(batch.identifier(Some(reference))?),
        None => {
            batch.without_object()?;
            None
        }
    };
    let parts = batch
        .call(SplitObject {
            object_type: content::object_type(batch, request.object_type)?,
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
    Ok(CreateSplitKeyResponse {
        object_type: Some(request.object_type),
        unique_identifiers: parts.iter().map(answer_identifier).collect(),
        attributes: None,
    })
}

pub(crate) async fn join_split_key(
    batch: &Batch<'_>,
    request: JoinSplitKeyRequest,
) -> Outcome<JoinSplitKeyResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let (templates, attributes) = attributes(batch, request.attributes)?;
    let identifiers = batch.identifiers(&request.unique_identifiers)?;
    let joined = batch
        .call(JoinObject {
            object_type: content::object_type(batch, request.object_type)?,
            identifiers,
            secret_data_kind: request.secret_data_type.map(SecretDataType::code),
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(JoinSplitKeyResponse {
        object_type: Some(request.object_type),
        unique_identifier: answer_identifier(&joined.identifier),
        attributes: None,
    })
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
