//! Re-key, Re-key Key Pair, Certify, Re-certify.

use claviger_core::operations::objects::{
    CertifyObject, ReCertifyObject, ReplaceObject, ReplaceObjectPair,
};
use claviger_wire_kmip::payload::{
    CertifyRequest, KeyPairResponse, NewObjectResponse, ReCertifyRequest, ReKeyKeyPairRequest,
    ReKeyRequest,
};
use claviger_wire_kmip::MessageError;
use claviger_wire_ttlv::enumeration::{CertificateRequestType, Operation, ResultReason};

use super::creation::{attributes, check_storage, new_object, pair_response};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn re_key(
    batch: &mut Batch<'_>,
    request: ReKeyRequest,
) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let (templates, attributes) = attributes(batch, request.attributes)?;
    let offset = request.offset.map(|offset| i64::from(offset.0));
    let generation = batch.generation();
    let created = batch
        .call(ReplaceObject { identifier, offset, attributes, templates, generation })
        .await?;
    Ok(new_object(batch, Operation::ReKey, &created))
}

pub(crate) async fn re_key_key_pair(
    batch: &mut Batch<'_>,
    request: ReKeyKeyPairRequest,
) -> Outcome<KeyPairResponse> {
    let private = batch.identifier(request.private_key_unique_identifier.as_ref())?;
    let (mut templates, common) = attributes(batch, request.common_attributes)?;
    let (of_private, private_attributes) = attributes(batch, request.private_key_attributes)?;
    let (of_public, public_attributes) = attributes(batch, request.public_key_attributes)?;
    templates.extend(of_private);
    templates.extend(of_public);
    for masks in [
        &request.common_protection_storage_masks,
        &request.private_protection_storage_masks,
        &request.public_protection_storage_masks,
    ] {
        check_storage(masks.as_ref())?;
    }
    let pair = batch
        .call(ReplaceObjectPair {
            private,
            offset: request.offset.map(|offset| i64::from(offset.0)),
            common,
            private_attributes,
            public_attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(pair_response(batch, Operation::ReKeyKeyPair, &pair))
}

pub(crate) async fn certify(
    batch: &mut Batch<'_>,
    request: CertifyRequest,
) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let certificate_request = certificate_request(request.certificate_request_type, request.certificate_request)?;
    // A request carries its own public key: then the object need not be named.
    let public_key = match (&request.unique_identifier, &certificate_request) {
        (None, Some(_)) => batch.identifier(None).ok(),
        (reference, _) => Some(batch.identifier(reference.as_ref())?),
    };
    let (templates, attributes) = attributes(batch, request.attributes)?;
    let created = batch
        .call(CertifyObject {
            public_key,
            request: certificate_request,
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(new_object(batch, Operation::Certify, &created))
}

pub(crate) async fn re_certify(
    batch: &mut Batch<'_>,
    request: ReCertifyRequest,
) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let certificate = batch.identifier(request.unique_identifier.as_ref())?;
    let request_identifier = match &request.certificate_request_unique_identifier {
        Some(reference) => Some(batch.identifier(Some(reference))?),
        None => None,
    };
    let (templates, attributes) = attributes(batch, request.attributes)?;
    let created = batch
        .call(ReCertifyObject {
            certificate,
            request: certificate_request(
                request.certificate_request_type,
                request.certificate_request,
            )?,
            request_identifier,
            offset: request.offset.map(|offset| i64::from(offset.0)),
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(new_object(batch, Operation::ReCertify, &created))
}

fn certificate_request(
    kind: Option<CertificateRequestType>,
    value: Option<Vec<u8>>,
) -> Outcome<Option<(u32, Vec<u8>)>> {
    match (kind, value) {
        (_, None) => Ok(None),
        (Some(kind), Some(value)) => Ok(Some((kind.code(), value))),
        (None, Some(_)) => Err(MessageError::new(
            ResultReason::InvalidMessage,
            "the certificate request has no type",
        )),
    }
}
