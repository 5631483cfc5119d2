//! What an owner wants of all objects that it makes: constraints that they must keep and defaults for what a request leaves out
//! (KMIP 2.1 §6.1.52, §6.1.53).
//!
//! They are kept in an object of the service's own, one per owner, that nobody sees.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use claviger_model::{
    Algorithm, AttributeKey, AttributeKind, Attributes, KeyName, KeySpec, Keyset, Object, ObjectId,
    ObjectType, Policy, Principal, State, TenantId, UniqueIdentifier, Usage, Value,
};
use claviger_ports::KeysetSelector;
use parking_lot::Mutex;

use super::content::{Given, hidden};
use super::fields;
use super::templates::{beneath, read_list, write_list};
use super::view::{object_type_code, object_type_of};
use crate::change::Touched;
use crate::codec::{Material, StoredKeyset, StoredObject};
use crate::kms::Shared;
use crate::operations::Operation;
use crate::pipeline::Authorized;
use crate::{Caller, Error, ErrorKind};

const DOMAIN: &[u8] = b"claviger/preferences/1";
/// For how many owners preferences are kept at hand.
const CAPACITY: usize = 10_000;

/// What is said of objects that are made (KMIP 2.1 §7.6, §7.22).
#[derive(Clone, PartialEq, Eq)]
pub struct CreationRule {
    /// Of objects of these types; of all types if none are named.
    pub object_types: Vec<ObjectType>,
    /// Of members of these groups; of all objects if none are named.
    pub object_groups: Vec<String>,
    /// In a constraint: an object must have one of the values that are given for each attribute, and of a mask no other bits.
    /// In defaults: what it gets where the request gives none.
    pub attributes: Given,
}

impl CreationRule {
    /// The most rules of one kind.
    pub const LIMIT: usize = 64;

    fn concerns<'a>(
        &self,
        object_type: ObjectType,
        mut groups: impl Iterator<Item = &'a Value>,
    ) -> bool {
        (self.object_types.is_empty() || self.object_types.contains(&object_type))
            && (self.object_groups.is_empty()
                || groups.any(|group| {
                    group
                        .as_text()
                        .is_some_and(|group| self.object_groups.iter().any(|one| one == group))
                }))
    }

    fn write(&self) -> Value {
        let types = self.object_types.iter().map(|one| {
            (AttributeKind::ObjectType.field(), Value::Enumeration(object_type_code(*one)))
        });
        let groups = self
            .object_groups
            .iter()
            .map(|group| (AttributeKind::ObjectGroup.field(), Value::Text(group.clone())));
        let attributes = (fields::ATTRIBUTES, write_list(&self.attributes));
        Value::Structure(types.chain(groups).chain([attributes]).collect())
    }

    fn read(value: &Value) -> Option<Self> {
        let Value::Structure(content) = value else { return None };
        let mut rule =
            Self { object_types: Vec::new(), object_groups: Vec::new(), attributes: Vec::new() };
        for (field, value) in content {
            match AttributeKind::from_field(*field) {
                Some(AttributeKind::ObjectType) => {
                    rule.object_types.push(object_type_of(value.as_enumeration()?)?);
                }
                Some(AttributeKind::ObjectGroup) => {
                    rule.object_groups.push(value.as_text()?.to_owned());
                }
                _ if *field == fields::ATTRIBUTES => rule.attributes = read_list(value)?,
                _ => return None,
            }
        }
        Some(rule)
    }
}

/// An owner's preferences.
#[derive(Default)]
pub(super) struct Preferences {
    pub(super) constraints: Vec<CreationRule>,
    pub(super) defaults: Vec<CreationRule>,
}

/// Which of an owner's preferences.
#[derive(Clone, Copy)]
pub(super) enum Preference {
    /// Constraints.
    Constraints,
    /// Defaults.
    Defaults,
}

impl Preference {
    const fn name(self) -> &'static str {
        match self {
            Self::Constraints => hidden::CONSTRAINTS,
            Self::Defaults => hidden::DEFAULTS,
        }
    }
}

/// The preferences that are at hand.
#[derive(Default)]
pub(crate) struct PreferenceCache(Mutex<Cached>);

#[derive(Default)]
struct Cached {
    /// How often any were changed.
    changes: u64,
    /// By tenant and owner.
    known: HashMap<(TenantId, String), Arc<Preferences>>,
}

/// The attributes of a request with the caller's defaults beneath them.
pub(super) async fn with_defaults(
    shared: &Shared,
    caller: &Caller,
    object_type: ObjectType,
    given: Given,
) -> Result<Given, Error> {
    let preferences = load(shared, caller).await?;
    let group = AttributeKey::Standard(AttributeKind::ObjectGroup);
    let concerns = |rule: &&CreationRule| {
        let groups = given.iter().filter(|(key, _)| *key == group).map(|(_, value)| value);
        rule.concerns(object_type, groups)
    };
    let concerned: Vec<_> = preferences.defaults.iter().filter(concerns).collect();
    Ok(concerned.into_iter().fold(given, |given, rule| {
        // Of what may have several values, too, a default counts only where the request gives none.
        let missing = |(key, _): &&(AttributeKey, Value)| !given.iter().any(|(own, _)| own == key);
        let missing = rule.attributes.iter().filter(missing).cloned().collect();
        beneath(given, missing)
    }))
}

/// Refuses objects that break the caller's constraints.
pub(super) async fn check_constraints<'a>(
    shared: &Shared,
    caller: &Caller,
    objects: impl Iterator<Item = &'a Object>,
) -> Result<(), Error> {
    let preferences = load(shared, caller).await?;
    if preferences.constraints.is_empty() {
        return Ok(());
    }
    for object in objects {
        let groups = || object.attributes.all(AttributeKind::ObjectGroup);
        for rule in &preferences.constraints {
            if rule.concerns(object.object_type, groups()) {
                check(&object.attributes, &rule.attributes)?;
            }
        }
    }
    Ok(())
}

fn check(attributes: &Attributes, wanted: &Given) -> Result<(), Error> {
    for (key, _) in wanted {
        let alternatives =
            || wanted.iter().filter(|(other, _)| other == key).map(|(_, value)| value);
        let fits = attributes.of(key).any(|attribute| {
            alternatives().any(|wanted| match (&attribute.value, wanted) {
                (Value::Integer(mask), Value::Integer(permitted))
                    if *key == AttributeKey::Standard(AttributeKind::CryptographicUsageMask) =>
                {
                    mask & !permitted == 0
                }
                (value, wanted) => value == wanted,
            })
        });
        if !fits {
            return Err(Error::new(
                ErrorKind::ConstraintViolated,
                "the object would break a constraint that its owner has set",
                "see the constraints, and give the object attributes that keep them",
            ));
        }
    }
    Ok(())
}

/// The caller's preferences.
pub(super) async fn load(shared: &Shared, caller: &Caller) -> Result<Arc<Preferences>, Error> {
    let owner = (caller.tenant.clone(), caller.principal.identity().to_owned());
    let seen = {
        let cache = shared.preferences.0.lock();
        if let Some(known) = cache.known.get(&owner) {
            return Ok(known.clone());
        }
        cache.changes
    };
    let id = identifier(shared, caller)?;
    let found = shared.keyring.by_object(&caller.tenant, id).await?;
    let mut preferences = Preferences::default();
    if let Some((_, version)) = found {
        let rules = |name| match hidden::value(&version.object().attributes, name) {
            Some(list) => {
                read_rules(list).ok_or_else(|| Error::inconsistent("what an owner prefers"))
            }
            None => Ok(Vec::new()),
        };
        preferences.constraints = rules(hidden::CONSTRAINTS)?;
        preferences.defaults = rules(hidden::DEFAULTS)?;
    }
    let preferences = Arc::new(preferences);
    let mut cache = shared.preferences.0.lock();
    // What was read before a change isn't kept after it.
    if cache.changes == seen {
        if cache.known.len() >= CAPACITY {
            cache.known.clear();
        }
        cache.known.insert(owner, preferences.clone());
    }
    Ok(preferences)
}

/// Replaces one kind of the caller's preferences.
pub(super) async fn save<O: Operation>(
    authorized: &Authorized<'_, O>,
    preference: Preference,
    rules: &[CreationRule],
) -> Result<(), Error> {
    if rules.len() > CreationRule::LIMIT
        || rules.iter().any(|rule| rule.attributes.len() > Attributes::LIMIT)
    {
        return Err(Error::new(
            ErrorKind::LimitReached,
            format!("there are at most {} rules of one kind", CreationRule::LIMIT),
            "leave some out",
        ));
    }
    let (shared, caller) = (authorized.shared(), authorized.caller());
    let result = write(authorized, preference, rules).await;
    let mut cache = shared.preferences.0.lock();
    cache.changes += 1;
    cache.known.remove(&(caller.tenant.clone(), caller.principal.identity().to_owned()));
    result
}

async fn write<O: Operation>(
    authorized: &Authorized<'_, O>,
    preference: Preference,
    rules: &[CreationRule],
) -> Result<(), Error> {
    let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
    let value =
        Value::Structure(rules.iter().map(|rule| (fields::ATTRIBUTES, rule.write())).collect());
    let put = |object: &mut Object| {
        let key = hidden::key(preference.name());
        object.attributes.clear(&key);
        object.attributes.add(key, value.clone());
        super::attribute_values::check_size(object)
    };
    let id = identifier(shared, caller)?;
    if shared.keyring.by_object(&caller.tenant, id).await?.is_none() {
        let mut object = shared.new_object(shared.new_keyset_id(now)?, 1, KeySpec::Other, now)?;
        object.id = id;
        object.object_type = ObjectType::Template;
        object.attributes.add(hidden::key(hidden::LEGACY), Value::Boolean(false));
        put(&mut object)?;
        let stored = keyset_for(&object, caller)?;
        let version = StoredObject { object, material: Material::Absent, keyset_sequence: 0 };
        match shared.insert(caller, stored, vec![version]).await {
            // Somebody else made it in the meantime.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            inserted => return inserted.map(drop),
        }
    }
    let found = shared.keyring.by_object(&caller.tenant, id).await?;
    let (keyset, _) = found.ok_or_else(|| Error::inconsistent("what an owner prefers"))?;
    let selector = KeysetSelector::Id(keyset.keyset().id);
    let changed = shared.change(caller, selector, Touched::Latest, now, |draft| {
        put(&mut draft.latest_mut()?.object)
    });
    changed.await.map(drop)
}

/// The keyset of an owner's preferences: the service's own, so that nobody may do anything with it.
fn keyset_for(object: &Object, caller: &Caller) -> Result<StoredKeyset, Error> {
    let keyset = Keyset {
        id: object.keyset,
        tenant: caller.tenant.clone(),
        name: KeyName::new(UniqueIdentifier::from(object.id).as_str())?,
        owner: Principal::system().identity().to_owned(),
        spec: KeySpec::Other,
        algorithm: Algorithm::Other,
        created: object.created,
        latest: 1,
        rotated: object.created,
        deletion: None,
        destroyed: false,
        policy: Policy::new(Usage::empty()),
        tags: BTreeSet::new(),
        attributes: BTreeMap::new(),
        grants: Vec::new(),
        sequence: 0,
    };
    Ok(StoredKeyset { keyset, latest_state: State::Active, marks: BTreeMap::new() })
}

/// The identifier of the object with the caller's preferences: a keyed hash, so that nobody can take it before.
fn identifier(shared: &Shared, caller: &Caller) -> Result<ObjectId, Error> {
    let parts =
        [DOMAIN, caller.tenant.as_str().as_bytes(), &[0], caller.principal.identity().as_bytes()];
    let code = shared.index_key()?.mac(Algorithm::Hmac, &parts.concat())?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&code[..16]);
    // A version 8 UUID (RFC 9562).
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Ok(ObjectId::from_bytes(bytes))
}

fn read_rules(list: &Value) -> Option<Vec<CreationRule>> {
    let Value::Structure(rules) = list else { return None };
    rules.iter().map(|(_, rule)| CreationRule::read(rule)).collect()
}
