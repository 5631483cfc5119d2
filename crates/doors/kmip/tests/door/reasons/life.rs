//! States, leases, allocations, asynchronous operations, the service: KMIP 1.4 §11.18 to §11.29, KMIP 2.1 §6.1.

use claviger_wire_kmip::payload::{
    AsynchronousCorrelationRequest, CheckRequest, GetUsageAllocationRequest, Pkcs11Request,
    RevokeRequest,
};
use claviger_wire_kmip::{
    Pkcs11Function, RequestPayload as Ask, RevocationReason, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{ResultReason as Reason, RevocationReasonCode};
use claviger_wire_ttlv::tag;

use super::{active, asleep, create_of, gone, key, row, second, walk};
use crate::requests::{attribute, create_with, destroy, made, object, revoke};

type Id = Option<UniqueIdentifier>;

#[tokio::test]
async fn states() {
    walk("states", async |client| {
        let (denied, wrong_state) = (Reason::PermissionDenied, Reason::WrongKeyLifecycleState);
        let active = key(client, 4).await;
        let destroyed = key(client, 4).await;
        let destroyed = gone(client, destroyed).await;
        let compromised = key(client, 4).await;
        client.done(revoke(compromised.clone())).await;
        let unknown = Ask::Revoke(RevokeRequest {
            unique_identifier: active.clone(),
            revocation_reason: RevocationReason {
                revocation_reason_code: RevocationReasonCode::Other(77),
                revocation_message: None,
            },
            compromise_occurrence_date: None,
        });
        vec![
            row(Ask::Activate(object(active.clone())), denied, wrong_state),
            row(unknown, Reason::InvalidField, Reason::InvalidField),
            row(destroy(active), denied, wrong_state),
            // It exists, but has already been destroyed.
            row(destroy(destroyed), denied, Reason::ObjectDestroyed),
            row(Ask::ObtainLease(object(compromised)), denied, denied),
        ]
    })
    .await;
}

#[tokio::test]
async fn allocations() {
    walk("allocations", async |client| {
        let limits = || {
            let limits = vec![
                (tag::USAGE_LIMITS_TOTAL, Value::LongInteger(8)),
                (tag::USAGE_LIMITS_UNIT, Value::Enumeration(1)),
            ];
            attribute(tag::USAGE_LIMITS, Value::Structure(limits))
        };
        let limited = Some(made(&client.done(create_with(vec![limits()])).await));
        let ended = Some(made(&client.done(create_with(vec![limits()])).await));
        client.done(revoke(ended.clone())).await;
        let unlimited = key(client, 4).await;
        let mut decrypting = asleep(8);
        decrypting.extend([active(), limits()]);
        let decrypting = Some(made(&client.done(create_of(decrypting)).await));
        let allocate = |id: &Id, usage_limits_count| {
            Ask::GetUsageAllocation(GetUsageAllocationRequest {
                unique_identifier: id.clone(),
                usage_limits_count,
            })
        };
        let check = Ask::Check(CheckRequest {
            unique_identifier: limited.clone(),
            usage_limits_count: Some(9),
            ..CheckRequest::default()
        });
        let illegal = Reason::IllegalOperation;
        vec![
            row(allocate(&limited, 9), Reason::PermissionDenied, Reason::UsageLimitExceeded),
            row(allocate(&unlimited, 1), illegal, Reason::AttributeNotFound),
            // It is not able to be used for applying cryptographic protection.
            row(allocate(&decrypting, 1), illegal, Reason::InvalidObjectType),
            row(allocate(&ended, 1), illegal, Reason::WrongKeyLifecycleState),
            row(check, Reason::PermissionDenied, Reason::UsageLimitExceeded),
        ]
    })
    .await;
}

#[tokio::test]
async fn asynchronous_operations_that_there_are_not() {
    walk("asynchronous", async |_| {
        let nothing =
            || AsynchronousCorrelationRequest { asynchronous_correlation_value: vec![7; 16] };
        let unknown = Reason::InvalidAsynchronousCorrelationValue;
        vec![
            row(Ask::Poll(nothing()), Reason::ItemNotFound, unknown),
            second(Ask::Process(nothing()), unknown),
        ]
    })
    .await;
}

#[tokio::test]
async fn interfaces_of_pkcs_11() {
    walk("pkcs11", async |_| {
        let call = |interface: Option<&str>, pkcs11_function| {
            Ask::PKCS_11(Pkcs11Request {
                pkcs11_interface: interface.map(str::to_owned),
                pkcs11_function,
                correlation_value: None,
                input_parameters: None,
            })
        };
        let function = Reason::PKCS_11InvalidFunction;
        vec![
            second(call(None, Pkcs11Function::Defined(0)), function),
            second(call(None, Pkcs11Function::Defined(93)), function),
            second(call(None, Pkcs11Function::OfVendor(1)), function),
            second(
                call(Some("Vendor Example"), Pkcs11Function::Defined(1)),
                Reason::PKCS_11InvalidInterface,
            ),
        ]
    })
    .await;
}
