//! The names of objects, and those of the keysets that they are in.

use std::hash::{BuildHasher, RandomState};

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, KeyName, Object, ObjectId, State, UniqueIdentifier,
    Value,
};
use claviger_ports::{ObjectOrder, ObjectQuery};
use tokio::sync::{Mutex, MutexGuard};

use super::content::Generation;
use super::making::first_name;
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
    async fn turn(&self, caller: &Caller) -> MutexGuard<'_, ()> {
        let hash = self.hasher.hash_one((&caller.tenant, caller.principal.identity()));
        let stripe = hash % self.stripes.len() as u64;
        self.stripes[stripe as usize].lock().await
    }
}

/// Takes names for objects of the caller's: where names are unique, refuses those that another one has, or that are given twice
/// (KMIP 2.1 §4.37). What is returned is held until the names are given, so that nobody else gives them in the meantime.
pub(super) async fn claim<'a>(
    shared: &'a Shared,
    caller: &Caller,
    generation: Generation,
    names: &[&Value],
) -> Result<Option<MutexGuard<'a, ()>>, Error> {
    if generation == Generation::One || names.is_empty() {
        return Ok(None);
    }
    let turn = shared.names.turn(caller).await;
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) || is_taken(shared, caller, name).await? {
            return Err(not_unique());
        }
    }
    Ok(Some(turn))
}

/// The names that a request gives to what takes an object's place, and that the object doesn't have already.
pub(super) fn further<'a>(given: &'a Attributes, old: &Attributes) -> Vec<&'a Value> {
    let is_new = |name: &&Value| !old.all(AttributeKind::Name).any(|own| own == *name);
    given.all(AttributeKind::Name).filter(is_new).collect()
}

/// Whether an object of the caller's has this name that isn't destroyed.
async fn is_taken(shared: &Shared, caller: &Caller, name: &Value) -> Result<bool, Error> {
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

fn not_unique() -> Error {
    Error::new(
        ErrorKind::NonUniqueName,
        "another object has this name",
        "choose another name, or locate the object that has it",
    )
}
