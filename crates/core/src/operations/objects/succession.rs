//! One object taking another's place: new material, the old one's attributes, links between the two (KMIP 2.1 §6.1.45 to
//! §6.1.47). The native doors' rotation of an object that a protocol's client made is the same act.

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, CryptographicAlgorithm, Dates, KeySpec, Keyset,
    LinkType, Object, ObjectType, State, Timestamp, UniqueIdentifier, Value,
};

use super::content::{hidden, identifier_of};
use super::digest::of_generated;
use super::given::{Sorted, date_time, too_many};
use super::kind::default_format;
use super::lifecycle::refuse_destroyed;
use super::links;
use super::making::{flag, usage_of};
use super::rotate::{check_rotation, rotation_period};
use super::usage_limits::Limits;
use crate::change::Draft;
use crate::codec::Material;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

use AttributeKind as K;

/// What a request says of the replacement.
pub(super) struct Request {
    /// How long after now it becomes active, in seconds; the old one's dates count if nothing is said.
    pub(super) offset: Option<i64>,
    /// The attributes of the request.
    pub(super) sorted: Sorted,
}

impl Request {
    /// Checks that the new dates can be told: by an offset from the old ones, or one by one (KMIP 1.4 §11.5, §11.6, §11.9).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidMessage`] if they are given in both ways; [`ErrorKind::NoActivationDate`] if there is nothing that
    /// the offset could shift the other dates by.
    pub(super) fn check_offset(&self, old: &Dates) -> Result<(), Error> {
        if self.offset.is_none() {
            return Ok(());
        }
        let others = |dates: &Dates| {
            dates.process_start.or(dates.protect_stop).or(dates.deactivation).is_some()
        };
        let given = &self.sorted.dates;
        if given.activation.is_some() || others(given) {
            return Err(Error::new(
                ErrorKind::InvalidMessage,
                "the request has an offset and dates of the new object",
                "leave out the offset, or the dates that it makes",
            ));
        }
        if old.activation.is_none() && others(old) {
            return Err(Error::new(
                ErrorKind::NoActivationDate,
                "the offset is to shift dates of an object that has no Activation Date",
                "activate the object first, or give the new object's dates instead of an offset",
            ));
        }
        Ok(())
    }
}

/// Attributes that the old object keeps to itself, or that are made anew.
const NOT_COPIED: [AttributeKind; 17] = [
    K::ArchiveDate,
    K::CompromiseOccurrenceDate,
    K::Digest,
    K::Fresh,
    K::KeyFormatType,
    K::KeyValueLocation,
    K::KeyValuePresent,
    K::LastChangeDate,
    K::Link,
    K::Name,
    K::OriginalCreationDate,
    K::RandomNumberGenerator,
    K::RevocationReason,
    K::RotateDate,
    K::RotateGeneration,
    K::RotateLatest,
    K::UsageLimits,
];

/// Hidden attributes that describe the old object's content.
const NOT_COPIED_HIDDEN: [&str; 6] = [
    hidden::ARCHIVED,
    hidden::BLOCK_ALGORITHM,
    hidden::BLOCK_LENGTH,
    hidden::IDENTIFIER,
    hidden::KEY_VALUE_ATTRIBUTES,
    hidden::LEGACY,
];

/// What takes another's place: its material, and the attributes that follow from it.
pub(super) struct Successor {
    spec: KeySpec,
    material: Material,
    described: Attributes,
}

impl Successor {
    /// A key that the service has made.
    pub(super) fn new(
        shared: &Shared,
        object_type: ObjectType,
        algorithm: Option<CryptographicAlgorithm>,
        spec: KeySpec,
        material: Material,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut described = Attributes::default();
        if let Some(format) = default_format(object_type, algorithm) {
            described.set(K::KeyFormatType, Value::Enumeration(format.code()));
            if let Some(digest) = of_generated(shared, algorithm, spec, &material, format)? {
                described.set(K::Digest, digest);
            }
        }
        described.set(K::OriginalCreationDate, date_time(now));
        let generator = shared.settings.random_number_generator.clone();
        described.set(K::RandomNumberGenerator, generator);
        Ok(Self { spec, material, described })
    }

    /// A certificate, with the attributes that it says itself.
    pub(super) fn of_certificate(material: Material, described: Attributes) -> Self {
        Self { spec: KeySpec::Other, material, described }
    }

    /// Appends the object that takes the place of version `number`, which loses its names and gets a link.
    pub(super) fn append(
        &self,
        shared: &Shared,
        draft: &mut Draft<'_>,
        number: u32,
        request: &Request,
        now: Timestamp,
    ) -> Result<Object, Error> {
        self.append_with(shared, draft, number, request, now, |_| {})
    }

    /// As [`Self::append`], with a last touch to the new object's attributes.
    pub(super) fn append_with(
        &self,
        shared: &Shared,
        draft: &mut Draft<'_>,
        number: u32,
        request: &Request,
        now: Timestamp,
        finish: impl FnOnce(&mut Attributes),
    ) -> Result<Object, Error> {
        check_room(draft.keyset())?;
        let (id, latest) = (draft.keyset().id, draft.keyset().latest);
        let mut object = shared.new_object(id, latest + 1, self.spec, now)?;
        let old = &mut draft.version_mut(number)?.object;
        refuse_destroyed(old)?;
        self.succeed(shared, old, &mut object, request, now)?;
        finish(&mut object.attributes);
        follow(draft.keyset_mut(), &object, &request.sorted.attributes)?;
        let material = self.material.duplicate("storing a replacement, perhaps a second time");
        draft.append(object.clone(), material);
        Ok(object)
    }

    fn succeed(
        &self,
        shared: &Shared,
        old: &mut Object,
        object: &mut Object,
        request: &Request,
        now: Timestamp,
    ) -> Result<(), Error> {
        object.object_type = old.object_type;
        object.dates = dates(&old.dates, request, now);
        object.state = State::PreActive;
        object.state = object.state_at(now);
        object.attributes = inherited(shared, old, &self.described, &request.sorted)?;
        let stamp = date_time(now);
        for (kind, value) in [
            (K::LastChangeDate, stamp.clone()),
            (K::RotateDate, stamp),
            (K::RotateGeneration, Value::Integer(generation(old).saturating_add(1))),
            (K::RotateLatest, Value::Boolean(true)),
        ] {
            object.attributes.set(kind, value);
        }
        let (old_id, new_id) = (identifier_of(old), UniqueIdentifier::from(object.id));
        links::add(&mut object.attributes, LinkType::ReplacedObject, &old_id);
        links::redirect(&mut old.attributes, LinkType::ReplacementObject, &new_id);
        old.attributes.set(K::RotateLatest, Value::Boolean(false));
        old.attributes.clear(&AttributeKey::Standard(K::Name));
        if object.attributes.len() > Attributes::LIMIT {
            return Err(too_many());
        }
        Ok(())
    }
}

/// The keyset's policy says what the request says of the new object.
fn follow(keyset: &mut Keyset, object: &Object, given: &Attributes) -> Result<(), Error> {
    let says = |kinds: &[AttributeKind]| kinds.iter().any(|&kind| given.get(kind).is_some());
    let policy = &mut keyset.policy;
    if says(&[K::CryptographicUsageMask]) {
        policy.usage = usage_of(&object.attributes);
    }
    if says(&[K::Extractable]) {
        policy.exportable = flag(&object.attributes, K::Extractable) != Some(false);
    }
    if says(&[K::RotateAutomatic, K::RotateInterval]) {
        check_rotation(object)?;
        policy.rotation_period = rotation_period(object);
    }
    Ok(())
}

fn generation(old: &Object) -> i32 {
    old.attributes.get(K::RotateGeneration).and_then(Value::as_integer).unwrap_or(0)
}

/// The new object's attributes: the old one's, what its material says, and those of the request.
fn inherited(
    shared: &Shared,
    old: &Object,
    described: &Attributes,
    sorted: &Sorted,
) -> Result<Attributes, Error> {
    let mut attributes = Attributes::default();
    // Names first, so that the new ones of the request follow the old ones.
    for name in old.attributes.all(K::Name) {
        attributes.add(AttributeKey::Standard(K::Name), name.clone());
    }
    for attribute in old.attributes.iter() {
        let copied = match &attribute.key {
            AttributeKey::Standard(kind) => {
                !NOT_COPIED.contains(kind)
                    && !said_by_certificate(*kind)
                    && described.get(*kind).is_none()
            }
            AttributeKey::Vendor { name, .. } if hidden::is_hidden(&attribute.key) => {
                !NOT_COPIED_HIDDEN.contains(&name.as_str())
            }
            AttributeKey::Vendor { .. } => true,
        };
        if copied {
            attributes.add(attribute.key.clone(), attribute.value.clone());
        }
    }
    let legacy = Value::Boolean(shared.settings.legacy_algorithms);
    attributes.add(hidden::key(hidden::LEGACY), legacy);
    if let Some(limits) = old.attributes.get(K::UsageLimits) {
        attributes.set(K::UsageLimits, Limits::new(limits)?.value());
    }
    for attribute in described.iter() {
        attributes.add(attribute.key.clone(), attribute.value.clone());
    }
    attributes.set(K::Fresh, Value::Boolean(true));
    override_by(&mut attributes, &sorted.attributes);
    Ok(attributes)
}

/// What only a certificate's content says.
fn said_by_certificate(kind: AttributeKind) -> bool {
    (K::CertificateSubjectCn..=K::CertificateType).contains(&kind)
        || (K::X509CertificateIdentifier..=K::X509CertificateSubject).contains(&kind)
        || kind == K::DigitalSignatureAlgorithm
}

/// What the request says comes before what is inherited; of what may have several values, it is added.
fn override_by(attributes: &mut Attributes, given: &Attributes) {
    for attribute in given.iter() {
        match attribute.key {
            AttributeKey::Standard(kind) if !kind.rule().multiple => {
                attributes.set(kind, attribute.value.clone());
            }
            _ => {
                let new = attributes.of(&attribute.key).all(|one| one.value != attribute.value);
                if new {
                    attributes.add(attribute.key.clone(), attribute.value.clone());
                }
            }
        }
    }
}

/// The new dates: the old ones, shifted if there is an offset (KMIP 2.1 §6.1.46, table 270), and what the request says.
pub(super) fn dates(old: &Dates, request: &Request, now: Timestamp) -> Dates {
    let given = &request.sorted.dates;
    let mut dates = Dates {
        activation: old.activation,
        process_start: old.process_start,
        protect_stop: old.protect_stop,
        deactivation: old.deactivation,
        ..Dates::default()
    };
    if let Some(offset) = request.offset {
        let now = now.milliseconds();
        let start = now.saturating_add(offset.saturating_mul(1000));
        let shift = old.activation.map_or(0, |old| start.saturating_sub(old.milliseconds()));
        let shifted = |date: Option<Timestamp>| {
            date.map(|date| Timestamp::from_milliseconds(date.milliseconds().saturating_add(shift)))
        };
        dates.activation = Some(Timestamp::from_milliseconds(start));
        dates.process_start = shifted(old.process_start);
        dates.protect_stop = shifted(old.protect_stop);
        dates.deactivation = shifted(old.deactivation);
    }
    Dates {
        activation: given.activation.or(dates.activation),
        process_start: given.process_start.or(dates.process_start),
        protect_stop: given.protect_stop.or(dates.protect_stop),
        deactivation: given.deactivation.or(dates.deactivation),
        ..Dates::default()
    }
}

/// What is the same for the old object and the new one: the request may repeat it but not change it.
pub(super) fn check_kept(old: &Attributes, given: &Attributes) -> Result<(), Error> {
    const KEPT: [AttributeKind; 3] =
        [K::CryptographicAlgorithm, K::CryptographicLength, K::CryptographicDomainParameters];
    for attribute in given.iter() {
        let AttributeKey::Standard(kind) = &attribute.key else { continue };
        if KEPT.contains(kind) && old.get(*kind).is_some_and(|present| *present != attribute.value)
        {
            return Err(Error::new(
                ErrorKind::InvalidAttributeValue,
                format!("a replacement has the {kind:?} of what it replaces"),
                "create a new object instead",
            ));
        }
    }
    Ok(())
}

/// Refuses keysets that can't have a further version.
fn check_room(keyset: &Keyset) -> Result<(), Error> {
    if keyset.deletion.is_some() {
        return Err(Error::new(
            ErrorKind::WrongState,
            format!("the key {} is scheduled for deletion", keyset.name),
            "cancel the deletion while its waiting period lasts, or use another key",
        ));
    }
    if keyset.latest >= Keyset::VERSION_LIMIT {
        return Err(Error::new(
            ErrorKind::LimitReached,
            format!("a key has at most {} versions", Keyset::VERSION_LIMIT),
            "create another key",
        ));
    }
    Ok(())
}
