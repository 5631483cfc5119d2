//! The names of objects, and those of the keysets that they are in.

use std::hash::{BuildHasher, RandomState};

use claviger_model::{
    AttributeKey, AttributeKind, KeyName, Object, ObjectId, State, UniqueIdentifier, Value,
};
use claviger_ports::{ObjectOrder, ObjectQuery};
use tokio::sync::{Mutex, MutexGuard};

use super::making::{NewObject, first_name};
use crate::kms::Shared;
use crate::{Caller, Error, ErrorKind};

const NAME: AttributeKey = AttributeKey::Standard(AttributeKind::Name);
/// How many objects of a name are looked at in one turn.
const PAGE: u32 = 100;

/// The name for the keyset of a new object: the object's first name, if that can be one and is free, or else its identifier.
pub(super) async fn free_key_name(
    shared: &Shared,
    caller: &Caller,
    object: &Object,
    taken: &[KeyName],
) -> Result<KeyName, Error> {
    let wanted = first_name(&object.attributes).and_then(|name| KeyName::new(name).ok());
    // What looks like an identifier would be mistaken for one.
    let wanted =
        wanted.filter(|name| name.as_str().parse::<ObjectId>().is_err() && !taken.contains(name));
    if let Some(name) = wanted
        && shared.keyring.by_name(&caller.tenant, &name).await?.is_none()
    {
        return Ok(name);
    }
    own(object)
}

/// The name for the keyset of an object without one: its identifier.
pub(super) fn own(object: &Object) -> Result<KeyName, Error> {
    Ok(KeyName::new(UniqueIdentifier::from(object.id).as_str())?)
}

/// Lets one operation after the other give names to the objects of an owner, where these are unique: between the look at the
/// names that there are and the commit of a new one, nobody else gives any. One process serves a database.
pub(crate) struct NameTurns {
    stripes: [Mutex<()>; 64],
    hasher: RandomState,
}

impl Default for NameTurns {
    fn default() -> Self {
        Self { stripes: [const { Mutex::const_new(()) }; 64], hasher: RandomState::new() }
    }
}

impl NameTurns {
    /// Waits for the turn, which lasts while what is returned is held.
    pub(super) async fn turn(&self, caller: &Caller) -> MutexGuard<'_, ()> {
        let hash = self.hasher.hash_one((&caller.tenant, caller.principal.identity()));
        let stripe = hash % self.stripes.len() as u64;
        self.stripes[stripe as usize].lock().await
    }
}

/// Refuses names that another object of the caller's has, or that are given twice (KMIP 2.1 §4.37).
pub(super) async fn check_unique(
    shared: &Shared,
    caller: &Caller,
    objects: &[NewObject],
) -> Result<(), Error> {
    let mut seen: Vec<&Value> = Vec::new();
    for new in objects {
        for value in new.object.attributes.all(AttributeKind::Name) {
            if seen.contains(&value) || is_taken(shared, caller, value).await? {
                return Err(not_unique());
            }
            seen.push(value);
        }
    }
    Ok(())
}

/// Whether an object of the caller's has this name that isn't destroyed.
pub(crate) async fn is_taken(
    shared: &Shared,
    caller: &Caller,
    name: &Value,
) -> Result<bool, Error> {
    let wanted = std::iter::once((&NAME, name));
    let mut query = ObjectQuery {
        tenant: caller.tenant.clone(),
        after: None,
        state: None,
        object_type: None,
        owner: Some(caller.principal.identity().to_owned()),
        visible_to: None,
        order: ObjectOrder::Oldest,
        fingerprints: shared.wanted_fingerprints(&caller.tenant, wanted)?,
        limit: PAGE,
    };
    loop {
        let rows = shared.store.find_objects(&query).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        query.after = Some((last.created, last.id));
        for row in rows {
            if matches!(row.state, State::Destroyed | State::DestroyedCompromised) {
                continue;
            }
            let owner = row.owner.clone();
            let object = shared.keyring.open_object(&owner, row)?.object;
            if object.attributes.all(AttributeKind::Name).any(|present| present == name) {
                return Ok(true);
            }
        }
    }
}

pub(crate) fn not_unique() -> Error {
    Error::new(
        ErrorKind::NonUniqueName,
        "another object has this name",
        "choose another name, or locate the object that has it",
    )
}
