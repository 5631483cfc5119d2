//! Activate, Revoke, Destroy, Archive, Recover, Check, leases, usage allocations.

use claviger_core::operations::objects::{
    ActivateObject, ArchiveObject, CheckObject, Checked, DestroyObject, GetUsageAllocation,
    ObtainLease, RecoverObject, RevokeObject, Validity,
};
use claviger_wire_kmip::payload::{
    CheckRequest, CheckResponse, GetUsageAllocationRequest, ObjectRequest, ObjectResponse,
    ObtainLeaseResponse, RevokeRequest,
};
use claviger_wire_kmip::{DateTime, Interval, MessageError, ResponseItem, ResponsePayload};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{
    Operation, ResultReason, RevocationReasonCode, ValidityIndicator,
};

use super::answer_identifier;
use crate::batch::Batch;
use crate::dispatch::Answer;
use crate::errors::Outcome;

pub(crate) async fn activate(batch: &Batch<'_>, request: ObjectRequest) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(ActivateObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn revoke(batch: &Batch<'_>, request: RevokeRequest) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let code = request.revocation_reason.revocation_reason_code;
    let only_keys_are_compromised = batch.version < Version::V1_3;
    let compromises = code == RevocationReasonCode::KeyCompromise
        || code == RevocationReasonCode::CACompromise && !only_keys_are_compromised;
    // Only since KMIP 1.4 is the date of a compromise a mistake where there is none; before, it means nothing then.
    let is_heeded = compromises || batch.version >= Version::V1_4;
    let occurrence = request.compromise_occurrence_date.filter(|_| is_heeded);
    let operation = RevokeObject {
        message: request.revocation_reason.revocation_message,
        occurrence: occurrence.map(|date| date.0),
        only_keys_are_compromised,
        ..RevokeObject::new(identifier, code.code())
    };
    let identifier = batch.call(operation).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn destroy(batch: &Batch<'_>, request: ObjectRequest) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(DestroyObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn archive(batch: &Batch<'_>, request: ObjectRequest) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(ArchiveObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn recover(batch: &Batch<'_>, request: ObjectRequest) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let identifier = batch.call(RecoverObject { identifier }).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

pub(crate) async fn check(batch: &Batch<'_>, request: CheckRequest) -> Outcome<Answer> {
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
    let permitted = checked == Checked::default();
    let payload = Box::new(ResponsePayload::Check(CheckResponse {
        unique_identifier: permitted.then(|| answer_identifier(&identifier)),
        usage_limits_count: checked.usage_limits_count,
        cryptographic_usage_mask: checked.usage_mask,
        lease_time: checked.lease_time.map(Interval),
    }));
    if permitted {
        return Ok(Answer::Payload(payload));
    }
    // KMIP 1.x fails and says all the same what of the request is denied (KMIP 1.0 §4.9, KMIP 1.4 §4.10 and §11.11).
    let error = MessageError::new(
        ResultReason::PermissionDenied,
        "the object may not be used as asked; the payload says what of the request is denied",
    );
    let failed = ResponseItem::failure(Some(Operation::Check), None, error);
    Ok(Answer::Item(Box::new(ResponseItem { payload: Some(payload), ..failed })))
}

pub(crate) async fn obtain_lease(
    batch: &Batch<'_>,
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
    batch: &Batch<'_>,
    request: GetUsageAllocationRequest,
) -> Outcome<ObjectResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let operation = GetUsageAllocation { identifier, count: request.usage_limits_count };
    let identifier = batch.call(operation).await?;
    Ok(ObjectResponse { unique_identifier: answer_identifier(&identifier) })
}

/// The code of a verdict.
pub(crate) const fn validity_indicator(validity: Validity) -> ValidityIndicator {
    match validity {
        Validity::Valid => ValidityIndicator::Valid,
        Validity::Invalid => ValidityIndicator::Invalid,
        Validity::Unknown => ValidityIndicator::Unknown,
    }
}
