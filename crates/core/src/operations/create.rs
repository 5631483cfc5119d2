//! Create a key.

use std::collections::{BTreeMap, BTreeSet};

use claviger_model::{
    AttributeName, Dates, KeyName, KeySpec, KeyTemplate, Keyset, Object, Policy, State, Tag,
    Timestamp,
};
use claviger_ports::Crypto;
use claviger_secret::SecretBytes;

use super::change::{PolicyChange, check_attributes, check_tags};
use super::{CREATE, Description, KeyDescription, Operation};
use crate::codec::{Material, StoredKeyset, StoredObject};
use crate::kms::Shared;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// When a new key becomes active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// At once.
    #[default]
    Now,
    /// At this date; at once if it has come already.
    At(Timestamp),
    /// When it is activated by hand.
    ByHand,
}

/// What a caller may say of a new key.
#[derive(Clone, Debug, Default)]
pub struct KeySettings {
    /// Changes to the policy that a key of its template has by default.
    pub policy: PolicyChange,
    /// Tags.
    pub tags: BTreeSet<Tag>,
    /// Custom attributes.
    pub attributes: BTreeMap<AttributeName, String>,
    /// When it becomes active.
    pub activation: Activation,
    /// Before this date it may not process what was protected.
    pub process_start: Option<Timestamp>,
    /// From this date on it may protect nothing new.
    pub protect_stop: Option<Timestamp>,
    /// When it becomes deactivated.
    pub deactivation: Option<Timestamp>,
}

/// Creates a key with one version.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// Its name.
    pub name: KeyName,
    /// What it is.
    pub template: &'static KeyTemplate,
    /// What else was said of it.
    pub settings: KeySettings,
}

impl CreateKey {
    /// A key of the default template.
    #[must_use]
    pub fn new(name: KeyName, settings: KeySettings) -> Self {
        Self { name, template: KeyTemplate::DEFAULT, settings }
    }
}

impl Operation for CreateKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = CREATE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let material = generate(authorized.shared(), self.template.spec).await?;
        let new = NewKey {
            name: self.name,
            template: self.template,
            settings: self.settings,
            material: Material::Secret(material),
            imported: false,
        };
        new.insert(&mut authorized).await
    }
}

/// Makes key material; what takes long is done where it keeps nobody waiting.
pub(super) async fn generate(shared: &Shared, spec: KeySpec) -> Result<SecretBytes, Error> {
    if !matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) {
        return Ok(shared.crypto.generate(spec)?);
    }
    let crypto = shared.crypto.clone();
    let task = tokio::task::spawn_blocking(move || Crypto::generate(&*crypto, spec));
    Ok(task.await.unwrap_or(Err(claviger_ports::CryptoError::Internal))?)
}

/// A key that is about to be stored, made here or imported.
pub(super) struct NewKey {
    pub(super) name: KeyName,
    pub(super) template: &'static KeyTemplate,
    pub(super) settings: KeySettings,
    pub(super) material: Material,
    pub(super) imported: bool,
}

impl NewKey {
    pub(super) async fn insert<O: Operation>(
        self,
        authorized: &mut Authorized<'_, O>,
    ) -> Result<KeyDescription, Error> {
        let (shared, now) = (authorized.shared(), authorized.now());
        let Self { name, template, settings, material, imported } = self;
        let owner = authorized.caller().principal.identity().to_owned();
        let tenant = authorized.caller().tenant.clone();
        let id = shared.new_keyset_id(now)?;
        let mut object = shared.new_object(id, 1, template.spec, now)?;
        object.imported = imported;
        if matches!(material, Material::Public(_)) {
            object.object_type = claviger_model::ObjectType::PublicKey;
        }
        set_dates(&mut object, &settings, now)?;
        let policy = new_policy(template, &settings)?;
        check_tags(&settings.tags)?;
        check_attributes(&settings.attributes)?;
        let keyset = Keyset {
            id,
            tenant,
            name,
            owner,
            spec: template.spec,
            algorithm: template.algorithm,
            created: now,
            latest: 1,
            rotated: now,
            deletion: None,
            destroyed: false,
            policy,
            tags: settings.tags,
            attributes: settings.attributes,
            grants: Vec::new(),
            sequence: 0,
        };
        authorized.note(&object);
        let stored = StoredKeyset { keyset, latest_state: object.state, marks: BTreeMap::new() };
        let version = StoredObject { object, material, keyset_sequence: 0 };
        let changed = shared.insert(authorized.caller(), stored, vec![version]).await?;
        Ok(KeyDescription::new(changed.keyset, changed.latest, now))
    }
}

fn new_policy(template: &KeyTemplate, settings: &KeySettings) -> Result<Policy, Error> {
    let mut policy = Policy::new(template.usage);
    settings.policy.clone().apply(&mut policy);
    // Usages beyond the template's make sense only where another algorithm was permitted.
    if !template.usage.contains(policy.usage) && policy.permitted_algorithms.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("a key of the kind {} cannot have this usage", template.name),
            "leave the usage out, or choose another kind of key",
        ));
    }
    policy.check(template.spec, 1)?;
    Ok(policy)
}

fn set_dates(object: &mut Object, settings: &KeySettings, now: Timestamp) -> Result<(), Error> {
    let activation = match settings.activation {
        Activation::Now => Some(now),
        Activation::At(date) => Some(date.max(now)),
        Activation::ByHand => None,
    };
    object.dates = Dates {
        activation,
        process_start: settings.process_start,
        protect_stop: settings.protect_stop,
        deactivation: settings.deactivation,
        ..Dates::default()
    };
    object.state = match activation {
        Some(date) if date <= now => State::Active,
        _ => State::PreActive,
    };
    check_dates(&object.dates)
}

/// Dates must come in the order in which they act.
pub(super) fn check_dates(dates: &Dates) -> Result<(), Error> {
    let ordered = |first: Option<Timestamp>, second: Option<Timestamp>| match (first, second) {
        (Some(first), Some(second)) => first <= second,
        _ => true,
    };
    let fine = ordered(dates.activation, dates.protect_stop)
        && ordered(dates.activation, dates.deactivation)
        && ordered(dates.process_start, dates.deactivation)
        && ordered(dates.protect_stop, dates.deactivation);
    if fine {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidInput,
        "the dates are not in the order activation, protect stop, deactivation (process start before deactivation)",
        "correct the dates and try again",
    ))
}
