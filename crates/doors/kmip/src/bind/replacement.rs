//! Re-key, Re-key Key Pair.

use claviger_core::operations::objects::{ReplaceObject, ReplaceObjectPair};
use claviger_wire_kmip::payload::{
    KeyPairResponse, NewObjectResponse, ReKeyKeyPairRequest, ReKeyRequest,
};

use super::creation::{
    attributes, attributes_and_made, check_pair_storage, check_storage, new_object, pair_response,
};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn re_key(batch: &Batch<'_>, request: ReKeyRequest) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let (templates, attributes, made) = attributes_and_made(batch, request.attributes)?;
    let offset = request.offset.map(|offset| i64::from(offset.0));
    let created = batch
        .call(ReplaceObject {
            identifier,
            offset,
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(NewObjectResponse { attributes: made, ..new_object(&created) })
}

pub(crate) async fn re_key_key_pair(
    batch: &Batch<'_>,
    request: ReKeyKeyPairRequest,
) -> Outcome<KeyPairResponse> {
    let private = batch.identifier(request.private_key_unique_identifier.as_ref())?;
    let (common_templates, common) = attributes(batch, request.common_attributes)?;
    let (private_templates, private_attributes) =
        attributes(batch, request.private_key_attributes)?;
    let (public_templates, public_attributes) = attributes(batch, request.public_key_attributes)?;
    check_pair_storage(
        request.common_protection_storage_masks.as_ref(),
        request.private_protection_storage_masks.as_ref(),
        request.public_protection_storage_masks.as_ref(),
    )?;
    let pair = batch
        .call(ReplaceObjectPair {
            generation: batch.generation(),
            private,
            offset: request.offset.map(|offset| i64::from(offset.0)),
            common,
            private_attributes,
            public_attributes,
            common_templates,
            private_templates,
            public_templates,
        })
        .await?;
    Ok(pair_response(&pair))
}
