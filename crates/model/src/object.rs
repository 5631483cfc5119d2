//! One managed object: one version of a key.

use std::fmt;

use crate::{Attributes, KeySpec, KeysetId, ObjectId, State, Timestamp, Usage};

/// The type of a managed object (KMIP 2.1 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectType {
    /// One secret for a symmetric algorithm.
    SymmetricKey,
    /// The public half of a pair.
    PublicKey,
    /// The private half of a pair, from which the public one follows.
    PrivateKey,
    /// Secret bytes that aren't a key of an algorithm.
    SecretData,
    /// A certificate.
    Certificate,
    /// A request for a certificate.
    CertificateRequest,
    /// One part of a key that was split.
    SplitKey,
    /// Bytes that mean nothing to the service.
    OpaqueObject,
    /// A PGP key.
    PgpKey,
    /// Attributes for objects to come (KMIP 1.x).
    Template,
}

impl ObjectType {
    /// All types.
    pub const ALL: [Self; 10] = [
        Self::SymmetricKey,
        Self::PublicKey,
        Self::PrivateKey,
        Self::SecretData,
        Self::Certificate,
        Self::CertificateRequest,
        Self::SplitKey,
        Self::OpaqueObject,
        Self::PgpKey,
        Self::Template,
    ];

    /// The name, as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SymmetricKey => "symmetric-key",
            Self::PublicKey => "public-key",
            Self::PrivateKey => "private-key",
            Self::SecretData => "secret-data",
            Self::Certificate => "certificate",
            Self::CertificateRequest => "certificate-request",
            Self::SplitKey => "split-key",
            Self::OpaqueObject => "opaque-object",
            Self::PgpKey => "pgp-key",
            Self::Template => "template",
        }
    }

    /// The type of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|object_type| object_type.name() == name)
    }
}

impl fmt::Display for ObjectType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Why an object was revoked (KMIP 2.1 §11.44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RevocationReason {
    /// No reason given.
    Unspecified,
    /// The key is or may be known to somebody else.
    KeyCompromise,
    /// The authority that issued it is or may be compromised.
    CaCompromise,
    /// The owner's affiliation changed.
    AffiliationChanged,
    /// Another key took its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// Its privileges were withdrawn.
    PrivilegeWithdrawn,
}

impl RevocationReason {
    /// All reasons, in the order of KMIP's enumeration.
    pub const ALL: [Self; 7] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
    ];

    /// Whether the reason puts the key's confidentiality in doubt, so that revoking compromises instead of deactivating.
    #[must_use]
    pub const fn compromises(self) -> bool {
        matches!(self, Self::KeyCompromise | Self::CaCompromise)
    }

    /// The name, as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::CaCompromise => "ca-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
            Self::PrivilegeWithdrawn => "privilege-withdrawn",
        }
    }

    /// The reason of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The dates of an object. Those that lie ahead act when they come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// When it becomes, or became, active.
    pub activation: Option<Timestamp>,
    /// Before this, it may not process what was protected.
    pub process_start: Option<Timestamp>,
    /// From this on, it may protect nothing new.
    pub protect_stop: Option<Timestamp>,
    /// When it becomes, or became, deactivated.
    pub deactivation: Option<Timestamp>,
    /// When it became compromised.
    pub compromise: Option<Timestamp>,
    /// When its material was destroyed.
    pub destroy: Option<Timestamp>,
}

/// One managed object: one version of a key, without its material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its identifier, never used again.
    pub id: ObjectId,
    /// The keyset that it belongs to.
    pub keyset: KeysetId,
    /// Its place in the keyset, from 1.
    pub version: u32,
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// What its material is.
    pub spec: KeySpec,
    /// The state that was stored last; see [`Object::state_at`].
    pub state: State,
    /// When it was made or imported.
    pub created: Timestamp,
    /// Whether its material came from outside.
    pub imported: bool,
    /// Its dates.
    pub dates: Dates,
    /// Why it was revoked, if it was.
    pub revocation_reason: Option<RevocationReason>,
    /// What else is known of it; empty for a version of a key that only native clients know.
    pub attributes: Attributes,
    /// How often its row has been changed: the expected value of the next change.
    pub sequence: u64,
}

impl Object {
    /// The state at `now`: dates that have come count, whether or not they were stored yet.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let reached = |date: Option<Timestamp>| date.is_some_and(|date| date <= now);
        match self.state {
            State::PreActive | State::Active if reached(self.dates.deactivation) => {
                State::Deactivated
            }
            State::PreActive if reached(self.dates.activation) => State::Active,
            state => state,
        }
    }

    /// Whether the object may be used in this way at `now`, by its state and dates.
    #[must_use]
    pub fn may(&self, usage: Usage, now: Timestamp) -> bool {
        let state = self.state_at(now);
        if Usage::PROTECT.contains(usage) {
            return state.may_protect() && self.dates.protect_stop.is_none_or(|date| now < date);
        }
        if Usage::PROCESS.contains(usage) {
            return state.may_process() && self.dates.process_start.is_none_or(|date| now >= date);
        }
        state.may_protect()
    }

    /// When the stored state will next have to change by itself.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            State::PreActive => {
                [self.dates.activation, self.dates.deactivation].into_iter().flatten().min()
            }
            State::Active => self.dates.deactivation,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dates, Object, ObjectType};
    use crate::{Attributes, KeySpec, KeysetId, ObjectId, State, Timestamp, Usage};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_milliseconds(second * 1000)
    }

    fn object() -> Object {
        Object {
            id: ObjectId::from_bytes([1; 16]),
            keyset: KeysetId::from_bytes([2; 16]),
            version: 1,
            object_type: ObjectType::SymmetricKey,
            spec: KeySpec::Aes256,
            state: State::PreActive,
            created: at(0),
            imported: false,
            dates: Dates {
                activation: Some(at(10)),
                process_start: Some(at(20)),
                protect_stop: Some(at(30)),
                deactivation: Some(at(40)),
                ..Dates::default()
            },
            revocation_reason: None,
            attributes: Attributes::default(),
            sequence: 0,
        }
    }

    #[test]
    fn dates_act_when_they_come() {
        let object = object();
        for (second, state, encrypt, decrypt) in [
            (9, State::PreActive, false, false),
            (10, State::Active, true, false),
            (20, State::Active, true, true),
            (30, State::Active, false, true),
            (40, State::Deactivated, false, true),
        ] {
            assert_eq!(object.state_at(at(second)), state, "{second}");
            assert_eq!(object.may(Usage::ENCRYPT, at(second)), encrypt, "{second}");
            assert_eq!(object.may(Usage::DECRYPT, at(second)), decrypt, "{second}");
        }
        assert_eq!(object.due(), Some(at(10)));
    }

    #[test]
    fn a_destroyed_object_does_nothing() {
        let mut object = object();
        object.state = State::Destroyed;
        for usage in [Usage::ENCRYPT, Usage::DECRYPT, Usage::DERIVE_KEY] {
            assert!(!object.may(usage, at(25)));
        }
        assert_eq!(object.due(), None);
    }
}
