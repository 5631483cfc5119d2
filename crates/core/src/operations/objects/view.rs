//! All attributes of an object as KMIP has them: those that it keeps as such, and those that it acts upon and keeps in another
//! form (its dates, its state …). Keys that native clients made have them as well.
//!
//! The view is that of the latest version of the protocol. A door leaves out what its request's version doesn't know.

use claviger_model::{
    Attribute, AttributeKey, AttributeKind, CryptographicAlgorithm, Hash, KeyFormatType, Keyset,
    Object, ObjectType, RevocationReason, State, Timestamp, Value,
};

use super::content::{hidden, identifier_of};
use super::given::date_time;
use super::kind::{default_format, native_length};
use super::parametric::algorithm_of;
use super::rotate::rotates;
use super::usage_limits::Limits;
use super::{digest, fields};
use crate::Error;
use crate::codec::Material;
use crate::kms::Shared;
use crate::operations::Operation;
use crate::pipeline::Authorized;

/// Kept in this service's software: the only bit of Protection Storage Mask that it has (KMIP 2.1 §12.3).
const SOFTWARE: i32 = 1;
/// The type of a name that means nothing but itself (KMIP 2.1 §11.31).
const UNINTERPRETED_TEXT: u32 = 1;

/// An object to look at.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The service.
    pub(crate) shared: &'a Shared,
    /// The keyset.
    pub(crate) keyset: &'a Keyset,
    /// The object.
    pub(crate) object: &'a Object,
    /// Its material.
    pub(crate) material: &'a Material,
    /// At this time.
    pub(crate) now: Timestamp,
}

impl<'a> View<'a> {
    /// The object that an operation is about.
    pub(crate) fn of_operation<O: Operation>(
        authorized: &'a Authorized<'a, O>,
    ) -> Result<Self, Error> {
        let version = authorized.object()?;
        Ok(Self {
            shared: authorized.shared(),
            keyset: authorized.keyset()?.keyset(),
            object: version.object(),
            material: version.material(),
            now: authorized.now(),
        })
    }

    /// All attributes, in the order of [`AttributeKind`], then those of vendors in the order in which they were added.
    pub(crate) fn all(&self) -> Result<Vec<Attribute>, Error> {
        let mut all = Vec::new();
        for rule in claviger_model::ATTRIBUTES {
            self.append_standard(rule.kind, &mut all)?;
        }
        let vendors = self.object.attributes.iter().filter(|attribute| {
            matches!(attribute.key, AttributeKey::Vendor { .. })
                && !hidden::is_hidden(&attribute.key)
        });
        all.extend(vendors.cloned());
        Ok(all)
    }

    /// The attributes of one key.
    pub(crate) fn of(&self, key: &AttributeKey) -> Result<Vec<Attribute>, Error> {
        let mut found = Vec::new();
        match key {
            AttributeKey::Standard(kind) => self.append_standard(*kind, &mut found)?,
            key if hidden::is_hidden(key) => {}
            key => found.extend(self.object.attributes.of(key).cloned()),
        }
        Ok(found)
    }

    /// The first value of a standard attribute.
    pub(crate) fn value(&self, kind: AttributeKind) -> Result<Option<Value>, Error> {
        let found = self.of(&AttributeKey::Standard(kind))?;
        Ok(found.into_iter().next().map(|attribute| attribute.value))
    }

    fn append_standard(&self, kind: AttributeKind, all: &mut Vec<Attribute>) -> Result<(), Error> {
        let key = AttributeKey::Standard(kind);
        if let Some(value) = self.acted_upon(kind) {
            all.push(Attribute { key, index: 0, value });
            return Ok(());
        }
        let before = all.len();
        if kind == AttributeKind::Name
            && let Some(value) = self.own_name()
        {
            all.push(Attribute { key: key.clone(), index: 0, value });
        }
        all.extend(self.object.attributes.of(&key).cloned());
        if all.len() == before
            && let Some(value) = self.worked_out(kind)?
        {
            all.push(Attribute { key, index: 0, value });
        }
        Ok(())
    }

    /// What the object keeps in another form; it wins over what may be among its attributes.
    fn acted_upon(&self, kind: AttributeKind) -> Option<Value> {
        use AttributeKind as K;
        let Self { object, now, .. } = self;
        let date = |date: Option<Timestamp>| date.map(date_time);
        match kind {
            K::UniqueIdentifier => Some(Value::Text(identifier_of(object).as_str().to_owned())),
            K::ObjectType => Some(Value::Enumeration(object_type_code(object.object_type))),
            // Templates are in no state (KMIP 1.4 appendix B).
            K::State if object.object_type == ObjectType::Template => None,
            K::State => Some(Value::Enumeration(state_code(object.state_at(*now)))),
            K::InitialDate => date(Some(object.created)),
            K::ActivationDate => date(object.dates.activation),
            K::ProcessStartDate => date(object.dates.process_start),
            K::ProtectStopDate => date(object.dates.protect_stop),
            K::DeactivationDate => date(object.dates.deactivation),
            K::DestroyDate => date(object.dates.destroy),
            K::CompromiseDate => date(object.dates.compromise),
            K::RotateAutomatic | K::RotateInterval => self.rotation(kind),
            K::UsageLimits => {
                let limits = Limits::of(object)?;
                let unspent = self.shared.usage.unspent(object.id);
                Some(Limits { count: limits.count.saturating_add(unspent), ..limits }.value())
            }
            _ => None,
        }
    }

    /// How the keyset is rotated by itself, which is what its policy says, for its latest object.
    fn rotation(&self, kind: AttributeKind) -> Option<Value> {
        let Self { keyset, object, .. } = self;
        if object.version != keyset.latest || !rotates(object) {
            return None;
        }
        let said = |kind| object.attributes.get(kind).is_some();
        let has_ended = said(AttributeKind::RotateInterval) && said(AttributeKind::RotateAutomatic);
        match (kind, keyset.policy.rotation_period) {
            (AttributeKind::RotateAutomatic, Some(_)) => Some(Value::Boolean(true)),
            (AttributeKind::RotateAutomatic, None) => has_ended.then_some(Value::Boolean(false)),
            (_, Some(period)) => {
                Some(Value::Interval(u32::try_from(period.as_secs()).unwrap_or(u32::MAX)))
            }
            (_, None) => None,
        }
    }

    /// What an object has that doesn't keep it.
    fn worked_out(&self, kind: AttributeKind) -> Result<Option<Value>, Error> {
        use AttributeKind as K;
        let Self { shared, object, .. } = self;
        let template = object.object_type == ObjectType::Template;
        Ok(match kind {
            K::ShortUniqueIdentifier => Some(Value::Bytes(
                shared.crypto.hash(Hash::Sha256, identifier_of(object).as_str().as_bytes())?,
            )),
            K::LastChangeDate => Some(date_time(object.created)),
            K::RevocationReason => object.revocation_reason.map(|reason| {
                let code = Value::Enumeration(reason_code(reason));
                Value::Structure(vec![(fields::REVOCATION_REASON_CODE, code)])
            }),
            _ if template => None,
            K::OperationPolicyName => Some(Value::Text("default".to_owned())),
            K::LeaseTime => shared.settings.lease_time.map(Value::Interval),
            K::Fresh => Some(Value::Boolean(true)),
            K::Sensitive => Some(Value::Boolean(false)),
            K::Extractable => Some(Value::Boolean(self.is_extractable())),
            K::AlwaysSensitive => Some(Value::Boolean(self.is_sensitive())),
            K::NeverExtractable => Some(Value::Boolean(!self.is_extractable())),
            // Where the material is here, nothing is said of that.
            K::KeyValuePresent if self.is_absent() => Some(Value::Boolean(false)),
            K::ProtectionStorageMask => Some(Value::Integer(SOFTWARE)),
            K::OriginalCreationDate if !object.imported => Some(date_time(object.created)),
            K::RandomNumberGenerator if !object.imported && self.is_native() => {
                Some(shared.settings.random_number_generator.clone())
            }
            K::CryptographicUsageMask if self.is_native() => {
                Some(Value::Integer(self.keyset.policy.usage.bits().cast_signed()))
            }
            K::CryptographicAlgorithm => {
                self.algorithm().map(|algorithm| Value::Enumeration(algorithm.code()))
            }
            K::CryptographicLength => native_length(object.spec).map(Value::Integer),
            K::KeyFormatType => self.format().map(|format| Value::Enumeration(format.code())),
            K::Digest => self.digest()?,
            _ => None,
        })
    }

    /// See [`is_native`].
    pub(crate) fn is_native(&self) -> bool {
        is_native(self.object)
    }

    /// Whether the material is a one-time pad.
    pub(crate) fn is_one_time_pad(&self) -> bool {
        let kept = self.object.attributes.get(AttributeKind::CryptographicAlgorithm);
        kept.and_then(Value::as_enumeration) == Some(CryptographicAlgorithm::OneTimePad.code())
    }

    /// Whether the material may leave only wrapped.
    pub(crate) fn is_sensitive(&self) -> bool {
        let kept = self.object.attributes.get(AttributeKind::Sensitive);
        kept.and_then(Value::as_boolean).unwrap_or(false)
    }

    /// Whether the material may leave at all.
    pub(crate) fn is_extractable(&self) -> bool {
        let kept = self.object.attributes.get(AttributeKind::Extractable);
        let of_policy = !self.is_native() || self.keyset.policy.exportable;
        kept.and_then(Value::as_boolean).unwrap_or(of_policy)
    }

    fn is_absent(&self) -> bool {
        matches!(self.material, Material::Absent)
    }

    fn algorithm(&self) -> Option<CryptographicAlgorithm> {
        algorithm_of(self.object.spec)
    }

    /// A key that a native client made is called what its keyset is called; its older versions are not, as the name is given
    /// on when a key is replaced.
    fn own_name(&self) -> Option<Value> {
        let latest = self.object.version == self.keyset.latest;
        (self.is_native() && latest).then(|| name(self.keyset.name.as_str()))
    }

    fn format(&self) -> Option<KeyFormatType> {
        match self.material {
            Material::Block(block) => KeyFormatType::from_code(block.format),
            _ => default_format(self.object.object_type, self.algorithm()),
        }
    }

    fn digest(&self) -> Result<Option<Value>, Error> {
        let Some(format) = self.format() else { return Ok(None) };
        let Self { shared, object, .. } = self;
        // The crypto port's newest kinds of keys have no format in KMIP.
        if !object.spec.is_symmetric() && self.algorithm().is_none() {
            return Ok(None);
        }
        digest::of_generated(shared, self.algorithm(), object.spec, self.material, format)
    }
}

/// Whether only native clients know how an object was made: whatever a protocol's operation made says whether it is legacy.
pub(crate) fn is_native(object: &Object) -> bool {
    hidden::value(&object.attributes, hidden::LEGACY).is_none()
}

/// The attribute Name of this text.
fn name(text: &str) -> Value {
    Value::Structure(vec![
        (fields::NAME_VALUE, Value::Text(text.to_owned())),
        (fields::NAME_TYPE, Value::Enumeration(UNINTERPRETED_TEXT)),
    ])
}

/// The code of an object's type (KMIP 2.1 §11.37).
pub(crate) const fn object_type_code(object_type: ObjectType) -> u32 {
    match object_type {
        ObjectType::Certificate => 1,
        ObjectType::SymmetricKey => 2,
        ObjectType::PublicKey => 3,
        ObjectType::PrivateKey => 4,
        ObjectType::SplitKey => 5,
        ObjectType::Template => 6,
        ObjectType::SecretData => 7,
        ObjectType::OpaqueObject => 8,
        ObjectType::PgpKey => 9,
        ObjectType::CertificateRequest => 10,
    }
}

/// The type of a code.
pub(crate) fn object_type_of(code: u32) -> Option<ObjectType> {
    ObjectType::ALL.into_iter().find(|object_type| object_type_code(*object_type) == code)
}

/// The code of a state (KMIP 2.1 §11.51).
const fn state_code(state: State) -> u32 {
    match state {
        State::PreActive => 1,
        State::Active => 2,
        State::Deactivated => 3,
        State::Compromised => 4,
        State::Destroyed => 5,
        State::DestroyedCompromised => 6,
    }
}

/// The code of a reason (KMIP 2.1 §11.47).
const fn reason_code(reason: RevocationReason) -> u32 {
    match reason {
        RevocationReason::Unspecified => 1,
        RevocationReason::KeyCompromise => 2,
        RevocationReason::CaCompromise => 3,
        RevocationReason::AffiliationChanged => 4,
        RevocationReason::Superseded => 5,
        RevocationReason::CessationOfOperation => 6,
        RevocationReason::PrivilegeWithdrawn => 7,
    }
}
