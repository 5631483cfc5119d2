//! Login, Logout, Delegated Login: tickets instead of credentials (KMIP 2.1 §6.1.16, §6.1.30, §6.1.31).

use std::collections::HashMap;

use claviger_core::ErrorKind;
use claviger_core::operations::GenerateRandom;
use claviger_model::Principal;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    DelegatedLoginRequest, EmptyPayload, LoginRequest, TicketPayload,
};
use claviger_wire_kmip::{LeaseTime, MessageError, Rights, Ticket};
use claviger_wire_ttlv::enumeration::{Operation, ResultReason, TicketType};
use parking_lot::Mutex;

use crate::batch::Batch;
use crate::errors::Outcome;

/// The most tickets of one principal.
const LIMIT: usize = 1000;
/// How long a ticket holds of which nothing was said, in seconds.
const DEFAULT_LEASE: i64 = 3600;
/// How many random bytes each half of a ticket's value has.
const HALF: usize = 16;

/// What a ticket stands for.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) principal: Principal,
    /// What may be done with it; none: whatever the principal may.
    pub(crate) rights: Option<Rights>,
    /// When it ends, in seconds since 1970.
    expires: i64,
    /// How many requests are left; none: any number.
    requests: Option<u32>,
}

/// The tickets that hold, by the first half of their value. The second half is compared as the secret that it is.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<[u8; HALF], (SecretBytes, Grant)>>);

impl Tickets {
    /// Uses a ticket for one request at `now`, in seconds since 1970.
    pub(crate) fn redeem(&self, ticket: &Ticket, now: i64) -> Outcome<Grant> {
        let mut tickets = self.0.lock();
        let (name, secret) = halves(ticket).ok_or_else(invalid)?;
        let (_, grant) = tickets
            .get_mut(name)
            .filter(|(known, grant)| known.equals(secret) && grant.expires > now)
            .ok_or_else(invalid)?;
        match &mut grant.requests {
            Some(0) => return Err(invalid()),
            Some(left) => *left -= 1,
            None => {}
        }
        let redeemed = grant.clone();
        if redeemed.requests == Some(0) {
            tickets.remove(name);
        }
        Ok(redeemed)
    }

    /// Keeps a new ticket; says whether there was room for it.
    fn issue(&self, ticket: &Ticket, grant: Grant, now: i64) -> Outcome<bool> {
        let (name, secret) = halves(ticket).ok_or_else(invalid)?;
        let mut tickets = self.0.lock();
        tickets.retain(|_, (_, other)| other.expires > now);
        if tickets.values().filter(|(_, other)| other.belongs_to(&grant.principal)).count() >= LIMIT
        {
            return Ok(false);
        }
        tickets.insert(*name, (SecretBytes::copy_from(secret), grant));
        Ok(true)
    }

    /// Ends a ticket of a principal's.
    fn revoke(&self, ticket: &Ticket, principal: &Principal) -> Outcome<()> {
        let (name, secret) = halves(ticket).ok_or_else(invalid)?;
        let mut tickets = self.0.lock();
        tickets
            .get(name)
            .filter(|(known, grant)| known.equals(secret) && grant.belongs_to(principal))
            .ok_or_else(invalid)?;
        tickets.remove(name);
        Ok(())
    }
}

impl Grant {
    fn belongs_to(&self, principal: &Principal) -> bool {
        self.principal.identity() == principal.identity()
    }

    /// Whether it is limited by anything but time.
    const fn is_limited(&self) -> bool {
        self.rights.is_some() || self.requests.is_some()
    }
}

/// The halves of a ticket's value, if it has the length of one.
fn halves(ticket: &Ticket) -> Option<(&[u8; HALF], &[u8])> {
    let value = ticket.ticket_value.expose("looking a ticket up");
    value.split_first_chunk().filter(|(_, secret)| secret.len() == HALF)
}

fn invalid() -> MessageError {
    MessageError::new(
        ResultReason::InvalidTicket,
        "the ticket doesn't hold: it is unknown, used up, expired or logged out; log in again",
    )
}

pub(crate) async fn login(batch: &Batch<'_>, request: LoginRequest) -> Outcome<TicketPayload> {
    let LoginRequest { lease_time, request_count, usage_limits } = request;
    if usage_limits.is_some() {
        return Err(no_usage_limits());
    }
    ticket(batch, lease_time, request_count, None).await
}

pub(crate) async fn delegated_login(
    batch: &Batch<'_>,
    request: DelegatedLoginRequest,
) -> Outcome<TicketPayload> {
    let DelegatedLoginRequest { lease_time, request_count, usage_limits, rights } = request;
    let limited = rights.rights.iter().any(|right| right.usage_limits.is_some());
    if usage_limits.is_some() || limited {
        return Err(no_usage_limits());
    }
    if rights.rights.iter().any(|right| right.object_groups.is_some()) {
        return Err(MessageError::new(
            ResultReason::FeatureNotSupported,
            "rights are limited to operations and objects; name the objects of the group",
        ));
    }
    ticket(batch, lease_time, request_count, Some(rights)).await
}

pub(crate) async fn logout(batch: &Batch<'_>, request: TicketPayload) -> Outcome<EmptyPayload> {
    batch.door.tickets.revoke(&request.ticket, &batch.caller.principal)?;
    Ok(EmptyPayload {})
}

async fn ticket(
    batch: &Batch<'_>,
    lease_time: Option<LeaseTime>,
    request_count: Option<i32>,
    rights: Option<Rights>,
) -> Outcome<TicketPayload> {
    let own = batch.ticket.as_ref();
    if own.is_some_and(Grant::is_limited) {
        return Err(MessageError::new(
            ResultReason::PermissionDenied,
            "a ticket with limited rights or requests gives no further tickets; log in with a credential",
        ));
    }
    let now = batch.door.now();
    let asked = match lease_time {
        None => now.saturating_add(DEFAULT_LEASE),
        // A lease of no seconds isn't limited in time (as the test cases have it).
        Some(LeaseTime::For(seconds)) if seconds.0 == 0 => i64::MAX,
        Some(LeaseTime::For(seconds)) => now.saturating_add(i64::from(seconds.0)),
        Some(LeaseTime::Until(date)) => date.0,
    };
    let requests = request_count
        .map(|count| {
            u32::try_from(count)
                .map_err(|_| MessageError::invalid_field("the request count is negative"))
        })
        .transpose()?;
    let grant = Grant {
        principal: batch.caller.principal.clone(),
        rights,
        // No ticket outlives the one that it was asked for with.
        expires: own.map_or(asked, |own| own.expires.min(asked)),
        requests,
    };
    let ticket_value = batch.call(GenerateRandom { length: 2 * HALF }).await?;
    let ticket = Ticket { ticket_type: TicketType::Login, ticket_value };
    if !batch.door.tickets.issue(&ticket, grant, now)? {
        return Err(batch.refusal(
            ErrorKind::LimitReached,
            format!("there are {LIMIT} tickets already; log out, or let them expire"),
        ));
    }
    Ok(TicketPayload { ticket })
}

fn no_usage_limits() -> MessageError {
    MessageError::new(
        ResultReason::FeatureNotSupported,
        "tickets are limited by time and by requests, not by usage",
    )
}

/// Whether limited rights let an operation be done with an object; without one: with some object at least, or with none if it
/// is about none.
pub(crate) fn permits(rights: &Rights, operation: Operation, object: Option<&str>) -> bool {
    rights.rights.iter().any(|right| {
        let operations = right.operations.as_ref().map(|operations| &operations.operations);
        let objects = right.objects.as_ref().map(|objects| &objects.unique_identifiers);
        operations.is_none_or(|operations| operations.contains(&operation))
            && match (objects, object) {
                (None, _) => true,
                (Some(objects), Some(object)) => {
                    objects.iter().any(|allowed| allowed.as_text() == Some(object))
                }
                (Some(_), None) => names_objects(operation),
            }
    })
}

/// Whether an operation is about objects that its request names, which are then checked one by one.
const fn names_objects(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::Create
            | Operation::CreateKeyPair
            | Operation::Register
            | Operation::Locate
            | Operation::Query
            | Operation::DiscoverVersions
            | Operation::RNGRetrieve
            | Operation::RNGSeed
            | Operation::Hash
            | Operation::Log
            | Operation::Login
            | Operation::Logout
            | Operation::DelegatedLogin
            | Operation::SetDefaults
            | Operation::SetConstraints
            | Operation::GetConstraints
    )
}
