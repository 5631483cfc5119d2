//! Login, Logout, Delegated Login: tickets instead of credentials (KMIP 2.1 §6.1.12, §6.1.30, §6.1.31).

use std::collections::HashMap;

use claviger_core::ErrorKind;
use claviger_core::operations::GenerateRandom;
use claviger_model::Principal;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    DelegatedLoginRequest, EmptyPayload, LoginRequest, TicketPayload,
};
use claviger_wire_kmip::{LeaseTime, MessageError, Rights, Ticket, UsageLimits};
use claviger_wire_ttlv::enumeration::{ResultReason, TicketType};
use parking_lot::Mutex;

use crate::batch::Batch;
use crate::errors::Outcome;
use crate::rights::{Limit, Limits};

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
    pub(crate) limits: Limits,
    /// When it ends, in seconds since 1970.
    expires: i64,
}

/// The tickets that hold, by the first half of their value. The second half is compared as the secret that it is.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<[u8; HALF], (SecretBytes, Grant)>>);

impl Tickets {
    /// Uses a ticket for one request at `now`, in seconds since 1970.
    pub(crate) fn redeem(&self, ticket: &Ticket, now: i64) -> Outcome<Grant> {
        let tickets = self.0.lock();
        let (name, secret) = halves(ticket).ok_or_else(invalid)?;
        let (_, grant) = tickets
            .get(name)
            .filter(|(known, grant)| known.equals(secret) && grant.expires > now)
            .ok_or_else(invalid)?;
        if !grant.limits.take_request() {
            return Err(MessageError::new(
                ResultReason::UsageLimitExceeded,
                "the requests that the ticket is good for have been made; log in again",
            ));
        }
        Ok(grant.clone())
    }

    /// Keeps a new ticket; says whether there was room for it.
    fn issue(&self, ticket: &Ticket, grant: Grant, now: i64) -> Outcome<bool> {
        let (name, secret) = halves(ticket).ok_or_else(invalid)?;
        let mut tickets = self.0.lock();
        tickets.retain(|_, (_, other)| other.expires > now);
        let own = |other: &Grant| other.belongs_to(&grant.principal);
        if tickets.values().filter(|(_, other)| own(other)).count() >= LIMIT {
            tickets.retain(|_, (_, other)| !(own(other) && other.limits.are_used_up()));
            if tickets.values().filter(|(_, other)| own(other)).count() >= LIMIT {
                return Ok(false);
            }
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
}

/// The halves of a ticket's value, if it has the length of one.
fn halves(ticket: &Ticket) -> Option<(&[u8; HALF], &[u8])> {
    let value = ticket.ticket_value.expose("looking a ticket up");
    value.split_first_chunk().filter(|(_, secret)| secret.len() == HALF)
}

fn invalid() -> MessageError {
    MessageError::new(
        ResultReason::InvalidTicket,
        "the ticket doesn't hold: it is unknown, expired or logged out; log in again",
    )
}

pub(crate) async fn login(batch: &Batch<'_>, request: LoginRequest) -> Outcome<TicketPayload> {
    let LoginRequest { lease_time, request_count, usage_limits } = request;
    let limit = limit(batch, request_count, usage_limits.as_ref(), None)?;
    ticket(batch, lease_time, limit).await
}

pub(crate) async fn delegated_login(
    batch: &Batch<'_>,
    request: DelegatedLoginRequest,
) -> Outcome<TicketPayload> {
    let DelegatedLoginRequest { lease_time, request_count, usage_limits, rights } = request;
    let limit = limit(batch, request_count, usage_limits.as_ref(), Some(rights))?;
    ticket(batch, lease_time, limit).await
}

pub(crate) async fn logout(batch: &Batch<'_>, request: TicketPayload) -> Outcome<EmptyPayload> {
    batch.door.tickets.revoke(&request.ticket, &batch.caller.principal)?;
    Ok(EmptyPayload {})
}

/// What a ticket is to be limited to, besides time. Its rights may name objects of the batch.
fn limit(
    batch: &Batch<'_>,
    request_count: Option<i32>,
    usage_limits: Option<&UsageLimits>,
    rights: Option<Rights>,
) -> Outcome<Option<Limit>> {
    Limit::new(request_count, usage_limits, rights, |reference| {
        let found = batch.placeholders.identifiers(Some(reference));
        found.map_err(|error| MessageError::invalid_field(error.to_string()))
    })
}

async fn ticket(
    batch: &Batch<'_>,
    lease_time: Option<LeaseTime>,
    limit: Option<Limit>,
) -> Outcome<TicketPayload> {
    let own = batch.ticket.as_ref();
    let limits = own.map(|own| own.limits.clone()).unwrap_or_default();
    let limits = limits.and(limit).ok_or_else(|| {
        batch.refusal(
            ErrorKind::LimitReached,
            "the ticket has been passed on too often; log in with a credential",
        )
    })?;
    let now = batch.door.now();
    let asked = match lease_time {
        None => now.saturating_add(DEFAULT_LEASE),
        // A lease of no seconds isn't limited in time (as the test cases have it).
        Some(LeaseTime::For(seconds)) if seconds.0 == 0 => i64::MAX,
        Some(LeaseTime::For(seconds)) => now.saturating_add(i64::from(seconds.0)),
        Some(LeaseTime::Until(date)) => date.0,
    };
    let grant = Grant {
        principal: batch.caller.principal.clone(),
        limits,
        // No ticket outlives the one that it was asked for with.
        expires: own.map_or(asked, |own| own.expires.min(asked)),
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
