//! New objects: from what is known of them to rows, alone or several in one commit.

use std::collections::BTreeMap;

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, CryptographicAlgorithm, KeyFormatType, KeyName,
    KeySpec, Keyset, KeysetId, Object, ObjectId, ObjectType, Policy, State, Timestamp,
    UniqueIdentifier, Usage, Value,
};

use super::attribute_rules::check_orders;
use super::content::{Created, Generation, hidden, identifier_of};
use super::given::{Making, Sorted, date_time, invalid, name_value, too_many};
use super::kind::{self, native_algorithm};
use super::rotate::{check_rotation, rotation_period};
use super::{digest, names, preferences};
use crate::change::{Draft, Insertion, Targets};
use crate::codec::{Material, StoredKeyset, StoredObject};
use crate::kms::Shared;
use crate::operations::Operation;
use crate::pipeline::Authorized;
use crate::{Caller, Error, ErrorKind};

/// An object that is about to be stored in a keyset of its own.
pub(super) struct NewObject {
    /// The object, with all of its attributes.
    pub(super) object: Object,
    /// Its material.
    pub(super) material: Material,
    /// The attributes that the service added.
    pub(super) set: Attributes,
}

/// What else is known of a new object.
pub(super) struct Facts {
    /// What it is.
    pub(super) object_type: ObjectType,
    /// What the native doors call its material.
    pub(super) spec: KeySpec,
    /// How it came to be.
    pub(super) making: Making,
    /// The format in which it is given; none for what has none.
    pub(super) format: Option<KeyFormatType>,
    /// The digest of its material.
    pub(super) digest: Option<Value>,
}

impl NewObject {
    /// An object with what its client said of it, and with the attributes that every object has (KMIP 2.1 §4).
    pub(super) fn new(
        shared: &Shared,
        facts: Facts,
        sorted: Sorted,
        material: Material,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let Sorted { dates, state, created, revocation_reason, attributes } = sorted;
        if facts.making != Making::Imported {
            check_orders(&dates)?;
        }
        let mut object = shared.new_object(shared.new_keyset_id(now)?, 1, facts.spec, now)?;
        object.object_type = facts.object_type;
        object.imported = facts.making != Making::Generated;
        object.created = created.unwrap_or(now);
        object.dates = dates;
        object.revocation_reason = revocation_reason;
        object.attributes = attributes;
        object.state = state.unwrap_or(State::PreActive);
        object.state = object.state_at(now);
        let set = implicit(shared, &mut object, &facts, now);
        if object.attributes.len() > Attributes::LIMIT {
            return Err(too_many());
        }
        check_strength(&object)?;
        check_rotation(&object)?;
        Ok(Self { object, material, set })
    }

    /// An object whose material the service has made.
    pub(super) fn generated(
        shared: &Shared,
        object_type: ObjectType,
        spec: KeySpec,
        sorted: Sorted,
        material: Material,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let algorithm = algorithm_of(&sorted.attributes)?;
        let format = wanted_format(&sorted, object_type, algorithm)?;
        let digest_in = |format| digest::of_generated(shared, algorithm, spec, &material, format);
        let digest = digest_in(format)?;
        // Whoever wished for another format finds the digest of the default one as well (KMIP 2.1 §4.26).
        let default = kind::default_format(object_type, algorithm).filter(|one| *one != format);
        let of_default = default.map(digest_in).transpose()?.flatten();
        let making = Making::Generated;
        let facts = Facts { object_type, spec, making, format: Some(format), digest };
        let mut new = Self::new(shared, facts, sorted, material, now)?;
        if let Some(digest) = of_default {
            let key = AttributeKey::Standard(AttributeKind::Digest);
            new.object.attributes.add(key.clone(), digest.clone());
            new.set.add(key, digest);
        }
        Ok(new)
    }

    /// What clients call it.
    pub(super) fn identifier(&self) -> UniqueIdentifier {
        identifier_of(&self.object)
    }

    /// The client's own identifier for it, which decides where it is found.
    pub(super) fn call(&mut self, identifier: &UniqueIdentifier, id: ObjectId) {
        self.object.id = id;
        if UniqueIdentifier::from(id) != *identifier {
            let text = Value::Text(identifier.as_str().to_owned());
            self.object.attributes.add(hidden::key(hidden::IDENTIFIER), text);
        }
    }

    /// The reply of the operations that make one object.
    pub(super) fn created(&self) -> Created {
        Created {
            identifier: self.identifier(),
            object_type: self.object.object_type,
            set: self.set.clone(),
        }
    }

    pub(super) fn insertion(&self, caller: &Caller, name: KeyName, now: Timestamp) -> Insertion {
        let object = self.object.clone();
        let usage = usage_of(&object.attributes);
        let mut policy = Policy::new(usage);
        policy.exportable = flag(&object.attributes, AttributeKind::Extractable) != Some(false);
        policy.rotation_period = rotation_period(&object);
        let keyset = Keyset {
            id: object.keyset,
            tenant: caller.tenant.clone(),
            name,
            owner: caller.principal.identity().to_owned(),
            spec: object.spec,
            algorithm: native_algorithm(object.spec, usage),
            created: now,
            latest: object.version,
            rotated: now,
            deletion: None,
            destroyed: object.state.is_destroyed(),
            policy,
            tags: std::collections::BTreeSet::new(),
            attributes: BTreeMap::new(),
            grants: Vec::new(),
            sequence: 0,
        };
        let stored = StoredKeyset { keyset, latest_state: object.state, marks: BTreeMap::new() };
        let material = self.material.duplicate("storing a new object, perhaps a second time");
        (stored, vec![StoredObject { object, material, keyset_sequence: 0 }])
    }
}

/// Stores new objects, in one commit with changes of others by `edit`.
pub(super) async fn store<O: Operation>(
    authorized: &mut Authorized<'_, O>,
    generation: Generation,
    objects: &[NewObject],
    targets: &Targets,
    mut edit: impl FnMut(&mut BTreeMap<KeysetId, Draft<'_>>) -> Result<(), Error>,
) -> Result<(), Error> {
    let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
    let made = objects.iter().map(|new| &new.object);
    preferences::check_constraints(shared, caller, made).await?;
    let called = objects.iter().flat_map(|new| new.object.attributes.all(AttributeKind::Name));
    let called: Vec<_> = called.collect();
    let _turn = names::claim(shared, caller, generation, &called).await?;
    let mut insertions = Vec::with_capacity(objects.len());
    let mut taken = Vec::new();
    for new in objects {
        let name = names::free_key_name(shared, caller, &new.object, &taken).await?;
        taken.push(name.clone());
        insertions.push(new.insertion(caller, name, now));
    }
    let mut stored = shared.change_all(caller, insertions, targets, now, &mut edit).await;
    if stored.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists) {
        // Somebody else took a name in the meantime; the identifiers are nobody else's.
        let identified = |new: &NewObject| Ok(new.insertion(caller, names::own(&new.object)?, now));
        let insertions = objects.iter().map(identified).collect::<Result<_, Error>>()?;
        stored = shared.change_all(caller, insertions, targets, now, edit).await;
    }
    stored?;
    if let Some(first) = objects.first() {
        authorized.note(&first.object);
        authorized.note_key(&taken[0]);
    }
    Ok(())
}

/// The format in which an object that the service makes is given: the client's, or KMIP's default.
fn wanted_format(
    sorted: &Sorted,
    object_type: ObjectType,
    algorithm: Option<CryptographicAlgorithm>,
) -> Result<KeyFormatType, Error> {
    let unsupported = || {
        Error::new(
            ErrorKind::InvalidAttributeValue,
            "the key cannot be given in this format",
            "leave Key Format Type out, or name one that fits the key",
        )
    };
    match sorted.attributes.get(AttributeKind::KeyFormatType) {
        Some(value) => {
            let code = value.as_enumeration();
            code.and_then(KeyFormatType::from_code).ok_or_else(unsupported)
        }
        None => kind::default_format(object_type, algorithm).ok_or_else(unsupported),
    }
}

/// A client that wants a random number generator gets the one that there is, or none (KMIP 2.1 §4.46).
pub(super) fn check_generator(shared: &Shared, sorted: &Sorted) -> Result<(), Error> {
    let key = AttributeKey::Standard(AttributeKind::RandomNumberGenerator);
    let mut wanted = sorted.attributes.of(&key).peekable();
    let there = &shared.settings.random_number_generator;
    if wanted.peek().is_none() || wanted.any(|attribute| attribute.value == *there) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        "the service has no such random number generator",
        "leave Random Number Generator out, or query those that there are",
    ))
}

/// Adds the attributes that the service gives, where the client gave none, and returns those.
fn implicit(shared: &Shared, object: &mut Object, facts: &Facts, now: Timestamp) -> Attributes {
    use AttributeKind as K;
    let legacy = Value::Boolean(shared.settings.legacy_algorithms);
    object.attributes.add(hidden::key(hidden::LEGACY), legacy);
    let mut set = Attributes::default();
    let mut add = |kind: K, value: Value| {
        if object.attributes.get(kind).is_none() {
            object.attributes.add(AttributeKey::Standard(kind), value.clone());
            set.add(AttributeKey::Standard(kind), value);
        }
    };
    add(K::LastChangeDate, date_time(now));
    if facts.object_type == ObjectType::Template {
        return set;
    }
    add(K::OperationPolicyName, Value::Text("default".to_owned()));
    if let Some(format) = facts.format {
        add(K::KeyFormatType, Value::Enumeration(format.code()));
    }
    if let Some(digest) = &facts.digest {
        add(K::Digest, digest.clone());
    }
    add(K::Fresh, Value::Boolean(true));
    if let Some(seconds) = shared.settings.lease_time {
        add(K::LeaseTime, Value::Interval(seconds));
    }
    add(K::Sensitive, Value::Boolean(false));
    add(K::Extractable, Value::Boolean(true));
    if facts.making == Making::Generated {
        add(K::OriginalCreationDate, date_time(now));
        add(K::RandomNumberGenerator, shared.settings.random_number_generator.clone());
    }
    const SOFTWARE: i32 = 1;
    add(K::ProtectionStorageMask, Value::Integer(SOFTWARE));
    let sensitive = flag(&object.attributes, K::Sensitive) == Some(true);
    let extractable = flag(&object.attributes, K::Extractable) == Some(true);
    for (kind, value) in [(K::AlwaysSensitive, sensitive), (K::NeverExtractable, !extractable)] {
        if object.attributes.get(kind).is_none() {
            object.attributes.add(AttributeKey::Standard(kind), Value::Boolean(value));
            set.add(AttributeKey::Standard(kind), Value::Boolean(value));
        }
    }
    set
}

/// What is to withstand a quantum computer must have a key for it: 256 bits of a symmetric one (KMIP 2.1 §4.45).
pub(super) fn check_strength(object: &Object) -> Result<(), Error> {
    if flag(&object.attributes, AttributeKind::QuantumSafe) != Some(true) {
        return Ok(());
    }
    let symmetric = !matches!(object.object_type, ObjectType::PrivateKey | ObjectType::PublicKey);
    let bits = object.attributes.get(AttributeKind::CryptographicLength);
    let long = bits.and_then(Value::as_integer).is_none_or(|bits| bits >= 256);
    if symmetric && long {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotQuantumSafe,
        "the key would not be safe against quantum computers",
        "ask for a symmetric key of 256 bits, or leave Quantum Safe out",
    ))
}

/// The algorithm that an object's attributes name.
pub(super) fn algorithm_of(
    attributes: &Attributes,
) -> Result<Option<CryptographicAlgorithm>, Error> {
    let Some(value) = attributes.get(AttributeKind::CryptographicAlgorithm) else {
        return Ok(None);
    };
    let kind = AttributeKind::CryptographicAlgorithm;
    let code = value.as_enumeration().ok_or_else(|| invalid(kind))?;
    // Algorithms that have no name here are kept all the same.
    Ok(CryptographicAlgorithm::from_code(code))
}

/// The length that an object's attributes name, in bits.
pub(super) fn bits_of(attributes: &Attributes) -> Result<Option<u32>, Error> {
    /// Longer than any key: half a megabyte.
    const LIMIT: i32 = 1 << 22;
    let kind = AttributeKind::CryptographicLength;
    let Some(value) = attributes.get(kind) else { return Ok(None) };
    let bits = value.as_integer().filter(|bits| (0..=LIMIT).contains(bits));
    Ok(Some(bits.ok_or_else(|| invalid(kind))?.unsigned_abs()))
}

/// The attribute Cryptographic Length.
pub(super) fn length(bits: u32) -> Value {
    Value::Integer(i32::try_from(bits).unwrap_or(i32::MAX))
}

/// The usage mask's bits that the service knows.
pub(super) fn usage_of(attributes: &Attributes) -> Usage {
    let mask = attributes.get(AttributeKind::CryptographicUsageMask).and_then(Value::as_integer);
    Usage::from_bits_truncate(mask.unwrap_or(0).cast_unsigned())
}

/// A yes or no.
pub(super) fn flag(attributes: &Attributes, kind: AttributeKind) -> Option<bool> {
    attributes.get(kind).and_then(Value::as_boolean)
}

/// The first of an object's names.
pub(super) fn first_name(attributes: &Attributes) -> Option<&str> {
    attributes.get(AttributeKind::Name).and_then(|value| name_value(value).ok())
}
