//! What tickets let their holders do, and how much of it (KMIP 2.1 §6.1.12, §6.1.30, §7.34, §7.40).
//!
//! A ticket that was asked for with a ticket is limited by that one as well: what is done with it is taken from both, so that
//! nobody gets more by passing a ticket on.
//!
//! ```text
//!  Limits ─┬─ Limit of the first ticket ─┬─ requests left
//!          │                             ├─ usage left
//!          │                             └─ rights: operations, objects, groups, usage left of each
//!          └─ Limit of the ticket that was asked for with it …
//! ```

use std::sync::Arc;

use claviger_model::UniqueIdentifier;
use claviger_wire_kmip::{MessageError, Right, Rights, UniqueIdentifier as Reference, UsageLimits};
use claviger_wire_ttlv::enumeration::{Operation, UsageLimitsUnit};
use parking_lot::Mutex;

use crate::errors::Outcome;

/// How often a ticket can be passed on with further limits.
const DEPTH: usize = 16;

/// The limits of a ticket: its own, and those of the tickets that it came from. Cloning shares what is left.
#[derive(Clone, Default)]
pub(crate) struct Limits(Vec<Arc<Limit>>);

/// The limits that one ticket was asked for with.
pub(crate) struct Limit {
    /// What may be done; none: whatever the principal may.
    rights: Option<Vec<Permission>>,
    left: Mutex<Left>,
}

/// What is left of a limit; where there is nothing, any amount.
struct Left {
    requests: Option<u32>,
    usage: Option<Units>,
    /// Of each right.
    rights: Vec<Option<Units>>,
}

/// A right: what is absent doesn't limit.
struct Permission {
    operations: Option<Vec<Operation>>,
    objects: Option<Vec<UniqueIdentifier>>,
    groups: Option<Vec<String>>,
}

/// So many operations, or bytes of the data that operations are given; of RNG Retrieve, of those that it makes.
///
/// KMIP 2.1 §4.59 counts what a key protects; a ticket's limits are of the operations that are performed, whichever they are
/// (§7.40).
#[derive(Clone, Copy)]
struct Units {
    counts_bytes: bool,
    left: u64,
}

/// What an operation takes, as far as it is known yet.
pub(crate) struct Demand {
    operation: Operation,
    pub(crate) objects: Vec<Subject>,
    /// Whether it is certain that it is about no object, though it could be.
    pub(crate) without_object: bool,
    pub(crate) bytes: u64,
}

/// An object, and the groups that it is in, if any right asks for them.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) identifier: UniqueIdentifier,
    pub(crate) groups: Vec<String>,
}

/// Why an operation may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No right permits it.
    NoRight,
    /// The usage limits have been reached.
    UsedUp,
}

impl Limits {
    /// These limits with those of a further ticket; nothing if it was passed on too often.
    pub(crate) fn and(&self, further: Option<Limit>) -> Option<Self> {
        let mut all = self.clone();
        all.0.extend(further.map(Arc::new));
        (all.0.len() <= DEPTH).then_some(all)
    }

    /// Takes a request, unless none is left. Whoever calls sees to it that nobody else does so at the same time.
    pub(crate) fn take_request(&self) -> bool {
        if self.are_used_up() {
            return false;
        }
        for limit in &self.0 {
            if let Some(left) = &mut limit.left.lock().requests {
                *left = left.saturating_sub(1);
            }
        }
        true
    }

    /// Whether no request is left.
    pub(crate) fn are_used_up(&self) -> bool {
        self.0.iter().any(|limit| limit.left.lock().requests == Some(0))
    }

    /// Whether only certain operations or objects are permitted.
    pub(crate) fn have_rights(&self) -> bool {
        self.0.iter().any(|limit| limit.rights.is_some())
    }

    /// Whether it matters in which groups an object is.
    pub(crate) fn have_groups(&self) -> bool {
        self.rights().any(|right| right.groups.is_some())
    }

    /// Whether it matters which object it is.
    pub(crate) fn have_objects(&self) -> bool {
        self.rights().any(Permission::limits_objects)
    }

    /// The groups whose objects there are rights to.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &str> {
        self.rights().filter_map(|right| right.groups.as_ref()).flatten().map(String::as_str)
    }

    fn rights(&self) -> impl Iterator<Item = &Permission> {
        self.0.iter().filter_map(|limit| limit.rights.as_ref()).flatten()
    }
}

impl Limit {
    /// The limits that a client asks for; nothing if they don't limit. `objects` says which ones a reference means.
    ///
    /// # Errors
    ///
    /// Negative numbers, units that are unknown, and what `objects` fails with.
    pub(crate) fn new(
        request_count: Option<i32>,
        usage_limits: Option<&UsageLimits>,
        rights: Option<Rights>,
        objects: impl Fn(&Reference) -> Outcome<Vec<UniqueIdentifier>>,
    ) -> Outcome<Option<Self>> {
        let requests = request_count
            .map(|count| {
                u32::try_from(count)
                    .map_err(|_| MessageError::invalid_field("the request count is negative"))
            })
            .transpose()?;
        let usage = usage_limits.map(Units::new).transpose()?;
        if requests.is_none() && usage.is_none() && rights.is_none() {
            return Ok(None);
        }
        let mut left = Left { requests, usage, rights: Vec::new() };
        let rights = rights
            .map(|rights| {
                let rights = rights.rights.into_iter();
                rights
                    .map(|right| {
                        left.rights.push(right.usage_limits.as_ref().map(Units::new).transpose()?);
                        Permission::new(right, &objects)
                    })
                    .collect::<Outcome<Vec<_>>>()
            })
            .transpose()?;
        Ok(Some(Self { rights, left: Mutex::new(left) }))
    }

    /// Takes what an operation demands instead of what it had, by the first right that permits it and has enough left.
    fn take(&self, demand: &Demand, had: Option<Held>) -> Result<Held, Refusal> {
        let left = &mut *self.left.lock();
        if let Some(had) = had {
            left.give_back(had);
        }
        let mut right = None;
        if let Some(rights) = &self.rights {
            let permitted = (0..).zip(rights).filter(|(_, right)| right.permits(demand));
            let mut refusal = Refusal::NoRight;
            let mut places = permitted.map(|(place, _)| place);
            right = places.find(|&place: &usize| {
                refusal = Refusal::UsedUp;
                left.rights.get(place).copied().flatten().is_none_or(|units| units.covers(demand))
            });
            if right.is_none() {
                return Err(refusal);
            }
        }
        if left.usage.is_some_and(|usage| !usage.covers(demand)) {
            return Err(Refusal::UsedUp);
        }
        let held = Held { right, bytes: demand.bytes };
        for units in left.of(held) {
            units.left = units.left.saturating_sub(units.needed(held.bytes));
        }
        Ok(held)
    }
}

impl Left {
    /// What an operation takes from.
    fn of(&mut self, held: Held) -> impl Iterator<Item = &mut Units> {
        let right = held.right.and_then(|place| self.rights.get_mut(place)?.as_mut());
        self.usage.iter_mut().chain(right)
    }

    fn give_back(&mut self, held: Held) {
        for units in self.of(held) {
            units.left = units.left.saturating_add(units.needed(held.bytes));
        }
    }
}

impl Permission {
    fn new(
        right: Right,
        resolved: impl Fn(&Reference) -> Outcome<Vec<UniqueIdentifier>>,
    ) -> Outcome<Self> {
        let Right { usage_limits: _, operations, objects, object_groups } = right;
        let objects = objects.map(|objects| {
            let each = objects.unique_identifiers.iter().map(resolved);
            each.collect::<Outcome<Vec<_>>>().map(|found| found.into_iter().flatten().collect())
        });
        Ok(Self {
            operations: operations.map(|operations| operations.operations),
            objects: objects.transpose()?,
            groups: object_groups.map(|groups| groups.object_groups),
        })
    }

    fn permits(&self, demand: &Demand) -> bool {
        let operation = demand.operation;
        if self.operations.as_ref().is_some_and(|operations| !operations.contains(&operation)) {
            return false;
        }
        if !self.limits_objects() {
            return true;
        }
        match about(operation) {
            // While none is known yet, the operation may begin.
            About::ItsObjects => {
                !demand.without_object && demand.objects.iter().all(|object| self.covers(object))
            }
            About::WhatItFinds => true,
            About::Nothing => self.operations.is_some(),
            About::NewObjects => false,
        }
    }

    const fn limits_objects(&self) -> bool {
        self.objects.is_some() || self.groups.is_some()
    }

    fn covers(&self, object: &Subject) -> bool {
        let objects = self.objects.as_ref();
        let groups = self.groups.as_ref();
        objects.is_none_or(|objects| objects.contains(&object.identifier))
            && groups.is_none_or(|groups| groups.iter().any(|group| object.groups.contains(group)))
    }
}

impl Units {
    /// What a client asks for. Nothing is used yet, whatever it says of that (KMIP 2.1 §4.59).
    fn new(limits: &UsageLimits) -> Outcome<Self> {
        let counts_bytes = match limits.usage_limits_unit {
            UsageLimitsUnit::Byte => true,
            UsageLimitsUnit::Object => false,
            UsageLimitsUnit::Other(_) => {
                return Err(MessageError::invalid_field("tickets are limited in bytes or objects"));
            }
        };
        let left = u64::try_from(limits.usage_limits_total).map_err(|_| {
            MessageError::invalid_field("the total of the usage limits is negative")
        })?;
        Ok(Self { counts_bytes, left })
    }

    /// How many units an operation with so many bytes takes.
    const fn needed(self, bytes: u64) -> u64 {
        if self.counts_bytes { bytes } else { 1 }
    }

    const fn covers(self, demand: &Demand) -> bool {
        self.needed(demand.bytes) <= self.left
    }
}

/// What was taken from a limit: one operation with so many bytes, by this right.
#[derive(Clone, Copy)]
struct Held {
    right: Option<usize>,
    bytes: u64,
}

/// What the operation that runs now takes of its ticket's limits.
#[derive(Default)]
pub(crate) struct Claim {
    limits: Limits,
    taken: Mutex<Option<Taken>>,
}

struct Taken {
    demand: Demand,
    /// One for each limit.
    held: Vec<Option<Held>>,
}

impl Claim {
    /// The claim of an operation that begins.
    ///
    /// # Errors
    ///
    /// When it is not permitted with any object, or the limits have been reached.
    pub(crate) fn begin(limits: &Limits, operation: Operation) -> Result<Self, Refusal> {
        let demand = Demand { operation, objects: Vec::new(), without_object: false, bytes: 0 };
        let taken = Taken { demand, held: vec![None; limits.0.len()] };
        let claim = Self { limits: limits.clone(), taken: Mutex::new(Some(taken)) };
        claim.extend(|_| ())?;
        Ok(claim)
    }

    /// Notes more about what the operation takes.
    ///
    /// # Errors
    ///
    /// When that is not permitted. Then nothing is taken any more.
    pub(crate) fn extend(&self, more: impl FnOnce(&mut Demand)) -> Result<(), Refusal> {
        if self.limits.0.is_empty() {
            return Ok(());
        }
        let Some(mut taken) = self.taken.lock().take() else { return Err(Refusal::NoRight) };
        more(&mut taken.demand);
        for (limit, held) in self.limits.0.iter().zip(&mut taken.held) {
            match limit.take(&taken.demand, held.take()) {
                Ok(now) => *held = Some(now),
                Err(refusal) => {
                    self.give_back(&taken);
                    return Err(refusal);
                }
            }
        }
        *self.taken.lock() = Some(taken);
        Ok(())
    }

    /// Whether there is a right to the operation with this object.
    pub(crate) fn covers(&self, object: &Subject) -> bool {
        let operation = self.taken.lock().as_ref().map(|taken| taken.demand.operation);
        let is_its = |right: &&Permission| {
            let operations = right.operations.as_ref();
            operations.is_none_or(|all| operation.is_some_and(|one| all.contains(&one)))
        };
        self.limits.0.iter().all(|limit| {
            let rights = limit.rights.as_ref();
            rights.is_none_or(|rights| rights.iter().filter(is_its).any(|one| one.covers(object)))
        })
    }

    /// Gives everything back: the operation was not performed.
    pub(crate) fn release(&self) {
        if let Some(taken) = self.taken.lock().take() {
            self.give_back(&taken);
        }
    }

    fn give_back(&self, taken: &Taken) {
        for (limit, held) in self.limits.0.iter().zip(&taken.held) {
            if let Some(held) = *held {
                limit.left.lock().give_back(held);
            }
        }
    }
}

/// What an operation is about.
enum About {
    /// Objects that its request names, which are looked at one by one.
    ItsObjects,
    /// No object. A right to certain objects covers it if it names the operation.
    Nothing,
    /// Objects that it makes, so that a right to certain objects never covers it.
    NewObjects,
    /// Objects that it finds: of those that there is no right to it tells nothing.
    WhatItFinds,
}

const fn about(operation: Operation) -> About {
    match operation {
        Operation::Create
        | Operation::CreateKeyPair
        | Operation::Register
        | Operation::ReProvision => About::NewObjects,
        Operation::Locate => About::WhatItFinds,
        Operation::Query
        | Operation::DiscoverVersions
        | Operation::RNGRetrieve
        | Operation::RNGSeed
        | Operation::Hash
        | Operation::Log
        | Operation::Login
        | Operation::Logout
        | Operation::DelegatedLogin
        | Operation::Interop
        // What was asked for belongs to the principal, whichever ticket it came with: nobody knows here what it is about.
        | Operation::Poll
        | Operation::Cancel
        | Operation::Process
        | Operation::QueryAsynchronousRequests
        | Operation::Ping
        | Operation::PKCS_11
        | Operation::SetEndpointRole
        | Operation::SetDefaults
        | Operation::SetConstraints
        | Operation::GetConstraints => About::Nothing,
        _ => About::ItsObjects,
    }
}
