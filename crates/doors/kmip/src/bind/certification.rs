//! Certify, Re-certify, Validate, Re-Provision.

use claviger_core::operations::objects::{
    CertifyObject, ReCertifyObject, ReProvision, Replacement, ValidateCertificates,
};
use claviger_model::Timestamp;
use claviger_wire_kmip::MessageError;
use claviger_wire_kmip::payload::{
    CertifyRequest, NewObjectResponse, ReCertifyRequest, ReProvisionRequest, ReProvisionResponse,
    ValidateRequest, ValidateResponse,
};
use claviger_wire_ttlv::enumeration::{CertificateRequestType, CertificateType, ResultReason};

use super::creation::{attributes_and_made, check_storage, new_object};
use super::lifecycle::validity_indicator;
use crate::batch::Batch;
use crate::dispatch::not_supported;
use crate::errors::Outcome;

pub(crate) async fn certify(
    batch: &Batch<'_>,
    request: CertifyRequest,
) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let certificate_request =
        certificate_request(request.certificate_request_type, request.certificate_request)?;
    // A request carries its own public key: then the object need not be named.
    let public_key = match (&request.unique_identifier, &certificate_request) {
        (None, Some(_)) if !batch.has_current() => {
            batch.without_object()?;
            None
        }
        (reference, _) => Some(batch.identifier(reference.as_ref())?),
    };
    let (templates, attributes, made) = attributes_and_made(batch, request.attributes)?;
    let created = batch
        .call(CertifyObject {
            public_key,
            request: certificate_request,
            attributes,
            templates,
            generation: batch.generation(),
        })
        .await?;
    Ok(NewObjectResponse { attributes: made, ..new_object(&created) })
}

pub(crate) async fn re_certify(
    batch: &Batch<'_>,
    request: ReCertifyRequest,
) -> Outcome<NewObjectResponse> {
    check_storage(request.protection_storage_masks.as_ref())?;
    let certificate = batch.identifier(request.unique_identifier.as_ref())?;
    let request_identifier = match &request.certificate_request_unique_identifier {
        Some(reference) => Some(batch.identifier(Some(reference))?),
        None => None,
    };
    let (templates, attributes, made) = attributes_and_made(batch, request.attributes)?;
    let created = batch
        .call(ReCertifyObject {
            generation: batch.generation(),
            certificate,
            request: certificate_request(
                request.certificate_request_type,
                request.certificate_request,
            )?,
            request_identifier,
            offset: request.offset.map(|offset| i64::from(offset.0)),
            attributes,
            templates,
        })
        .await?;
    Ok(NewObjectResponse { attributes: made, ..new_object(&created) })
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

pub(crate) async fn validate(
    batch: &Batch<'_>,
    request: ValidateRequest,
) -> Outcome<ValidateResponse> {
    let ValidateRequest { certificates, unique_identifiers, validity_date } = request;
    let identifiers = batch.identifiers(&unique_identifiers)?;
    let operation = ValidateCertificates {
        certificates: certificates.into_iter().map(|one| one.certificate_value).collect(),
        identifiers,
        at: validity_date.map(|date| Timestamp::from_milliseconds(date.0.saturating_mul(1000))),
    };
    let validity = batch.call(operation).await?;
    Ok(ValidateResponse { validity_indicator: validity_indicator(validity) })
}

pub(crate) async fn re_provision(
    batch: &Batch<'_>,
    request: ReProvisionRequest,
) -> Outcome<ReProvisionResponse> {
    if !batch.door.kms.issues_client_certificates() {
        return Err(not_supported(
            "the service does not issue the certificates of its clients; ask whoever does for a new one",
        ));
    }
    let peer = &batch.session.peer;
    // Who acts for somebody else has another's certificate, or none.
    let own = peer.certificate.as_ref().filter(|_| batch.caller.principal == peer.principal);
    let current = own.ok_or_else(|| {
        MessageError::new(
            ResultReason::PermissionDenied,
            "only a client that proves itself with its own certificate, by TLS, can replace it",
        )
    })?;
    let replacement = match (request.certificate_request, request.certificate) {
        (None, None) => Replacement::Made,
        (Some(request), None) => Replacement::Requested(request.certificate_request_value),
        (None, Some(certificate)) if certificate.certificate_type == CertificateType::X_509 => {
            Replacement::Given(certificate.certificate_value)
        }
        (None, Some(_)) => {
            return Err(MessageError::invalid_field(
                "clients prove themselves with X.509 certificates",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(MessageError::invalid_field(
                "there are a certificate request and a certificate: send one of them",
            ));
        }
    };
    let created = batch.call(ReProvision { current: current.to_vec(), replacement }).await?;
    Ok(ReProvisionResponse { unique_identifier: Some(new_object(&created).unique_identifier) })
}
