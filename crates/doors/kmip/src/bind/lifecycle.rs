//! Activate, Revoke, Destroy, Archive, Recover, Check, leases, usage allocations, validation.

use claviger_core::operations::objects::{
    ActivateObject, ArchiveObject, CheckObject, DestroyObject, GetUsageAllocation, ObtainLease,
    RecoverObject, RevokeObject, ValidateCertificates, Validity,
};
use claviger_model::Timestamp;
use claviger_wire_kmip::payload::{
    CheckRequest, CheckResponse, GetUsageAllocationRequest, ObjectRequest, ObjectResponse,
    ObtainLeaseResponse, RevokeRequest, ValidateRequest, ValidateResponse,
};
use claviger_wire_kmip::{DateTime, Interval};
use claviger_wire_ttlv::enumeration::ValidityIndicator;

use super::answer_identifier;
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn activate(
    batch: &mut Batch<'_>,
    request: ObjectRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(ActivateObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn revoke(
    batch: &mut Batch<'_>,
    request: RevokeRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let operation = RevokeObject {
        identifier,
        reason: request.revocation_reason.revocation_reason_code.code(),
        message: request.revocation_reason.revocation_message,
        occurrence: request.compromise_occurrence_date.map(|date| date.0),
    };
    let identifier = batch.call(operation).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn destroy(
    batch: &mut Batch<'_>,
    request: ObjectRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(DestroyObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn archive(
    batch: &mut Batch<'_>,
    request: ObjectRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(ArchiveObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn recover(
    batch: &mut Batch<'_>,
    request: ObjectRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(RecoverObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn check(batch: &mut Batch<'_>, request: CheckRequest) -> Outcome<CheckResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let checked = batch
        .call(CheckObject {
            identifier: identifier.clone(),
            usage_limits_count: request.usage_limits_count,
            usage_mask: request.cryptographic_usage_mask,
            lease_time: request.lease_time.map(|lease| lease.0),
            generation: batch.generation(),
        })
        .await?;
    Ok(CheckResponse {
        unique_identifier: Some(answer_identifier(&identifier)),
        usage_limits_count: checked.usage_limits_count,
        cryptographic_usage_mask: checked.usage_mask,
        lease_time: checked.lease_time.map(Interval),
    })
}

pub(crate) async fn obtain_lease(
    batch: &mut Batch<'_>,
    request: ObjectRequest,
) -> Outcome<ObtainLeaseResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let lease = batch.call(ObtainLease { identifier: identifier.clone() }).await?;
    Ok(ObtainLeaseResponse {
        unique_identifier: answer_identifier(&identifier),
        lease_time: Interval(lease.seconds),
        last_change_date: DateTime(lease.last_change.milliseconds().div_euclid(1000)),
    })
}

pub(crate) async fn get_usage_allocation(
    batch: &mut Batch<'_>,
    request: GetUsageAllocationRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let operation = GetUsageAllocation { identifier, count: request.usage_limits_count };
    let identifier = batch.call(operation).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn validate(
    batch: &mut Batch<'_>,
    request: ValidateRequest,
) -> Outcome<ValidateResponse> {
    let ValidateRequest { certificates, unique_identifiers, validity_date } = request;
    let identifiers = unique_identifiers
        .iter()
        .map(|reference| batch.identifier(Some(reference)))
        .collect::<Outcome<_>>()?;
    let operation = ValidateCertificates {
        certificates: certificates.into_iter().map(|one| one.certificate_value).collect(),
        identifiers,
        at: validity_date
            .map(|date| Timestamp::from_milliseconds(date.0.saturating_mul(1000))),
    };
    let validity = batch.call(operation).await?;
    Ok(ValidateResponse { validity_indicator: validity_indicator(validity) })
}

/// The code of a verdict.
pub(crate) const fn validity_indicator(validity: Validity) -> ValidityIndicator {
    match validity {
        Validity::Valid => ValidityIndicator::Valid,
        Validity::Invalid => ValidityIndicator::Invalid,
        Validity::Unknown => ValidityIndicator::Unknown,
    }
}
