//! Change a key's policy, tags, attributes or dates.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use claviger_model::{
    Algorithm, AttributeName, Dates, KeyName, Keyset, Policy, PolicyError, Tag, Timestamp, Usage,
};

use super::create::check_dates;
use super::{CHANGE, Description, KeyDescription, Operation};
use crate::change::Touched;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Changes to a policy; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// What the key may be used for.
    pub usage: Option<Usage>,
    /// Algorithms permitted besides its own.
    pub permitted_algorithms: Option<BTreeSet<Algorithm>>,
    /// Whether the material may be exported. What was made non-exportable stays so.
    pub exportable: Option<bool>,
    /// Whether callers may choose the nonce of counter-based modes.
    pub caller_nonce: Option<bool>,
    /// Whether it may be deleted.
    pub deletion_allowed: Option<bool>,
    /// How long a deletion waits, in whole seconds.
    pub deletion_waiting_period: Option<Duration>,
    /// After what time it rotates by itself, in whole seconds; `Some(None)` ends that.
    pub rotation_period: Option<Option<Duration>>,
    /// The oldest version that protects; 0 for the latest only.
    pub minimum_encryption_version: Option<u32>,
    /// The oldest version that processes.
    pub minimum_decryption_version: Option<u32>,
}

impl PolicyChange {
    /// Applies the changes to a policy.
    pub(super) fn apply(self, policy: &mut Policy) {
        let Self {
            usage,
            permitted_algorithms,
            exportable,
            caller_nonce,
            deletion_allowed,
            deletion_waiting_period,
            rotation_period,
            minimum_encryption_version,
            minimum_decryption_version,
        } = self;
        let seconds = |duration: Duration| Duration::from_secs(duration.as_secs());
        set(&mut policy.usage, usage);
        set(&mut policy.permitted_algorithms, permitted_algorithms);
        set(&mut policy.exportable, exportable);
        set(&mut policy.caller_nonce, caller_nonce);
        set(&mut policy.deletion_allowed, deletion_allowed);
        set(&mut policy.deletion_waiting_period, deletion_waiting_period.map(seconds));
        set(&mut policy.rotation_period, rotation_period.map(|period| period.map(seconds)));
        set(&mut policy.minimum_encryption_version, minimum_encryption_version);
        set(&mut policy.minimum_decryption_version, minimum_decryption_version);
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Changes to the dates of the latest version; `Some(None)` removes a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatesChange {
    /// Before this date it may not process what was protected.
    pub process_start: Option<Option<Timestamp>>,
    /// From this date on it may protect nothing new.
    pub protect_stop: Option<Option<Timestamp>>,
    /// When it becomes deactivated.
    pub deactivation: Option<Option<Timestamp>>,
}

/// Changes a key's policy, tags, attributes or dates.
#[derive(Clone, Debug)]
pub struct ChangeKey {
    /// Which key.
    pub name: KeyName,
    /// Changes to the policy.
    pub policy: PolicyChange,
    /// Replaces all tags.
    pub tags: Option<BTreeSet<Tag>>,
    /// Replaces all custom attributes.
    pub attributes: Option<BTreeMap<AttributeName, String>>,
    /// Changes to the latest version's dates.
    pub dates: DatesChange,
}

impl Operation for ChangeKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = CHANGE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        if let Some(tags) = &self.tags {
            check_tags(tags)?;
        }
        if let Some(attributes) = &self.attributes {
            check_attributes(attributes)?;
        }
        authorized
            .change(Touched::Latest, |draft| {
                edit_keyset(draft.keyset_mut(), &self)?;
                edit_dates(&mut draft.latest_mut()?.object.dates, self.dates)
            })
            .await
    }
}

fn edit_keyset(keyset: &mut Keyset, change: &ChangeKey) -> Result<(), Error> {
    if keyset.destroyed {
        return Err(Error::new(
            ErrorKind::WrongState,
            format!("the key {} was destroyed", keyset.name),
            "create another key",
        ));
    }
    if change.policy.exportable == Some(true) && !keyset.policy.exportable {
        return Err(PolicyError::ExportStaysForbidden.into());
    }
    change.policy.clone().apply(&mut keyset.policy);
    keyset.policy.check(keyset.spec, keyset.latest)?;
    set(&mut keyset.tags, change.tags.clone());
    set(&mut keyset.attributes, change.attributes.clone());
    Ok(())
}

fn edit_dates(dates: &mut Dates, change: DatesChange) -> Result<(), Error> {
    set(&mut dates.process_start, change.process_start);
    set(&mut dates.protect_stop, change.protect_stop);
    set(&mut dates.deactivation, change.deactivation);
    check_dates(dates)
}

pub(super) fn check_tags(tags: &BTreeSet<Tag>) -> Result<(), Error> {
    if tags.len() <= Keyset::TAG_LIMIT {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::LimitReached,
        format!("a key has at most {} tags", Keyset::TAG_LIMIT),
        "leave some out",
    ))
}

pub(super) fn check_attributes(attributes: &BTreeMap<AttributeName, String>) -> Result<(), Error> {
    if attributes.len() > Keyset::ATTRIBUTE_LIMIT {
        return Err(Error::new(
            ErrorKind::LimitReached,
            format!("a key has at most {} attributes", Keyset::ATTRIBUTE_LIMIT),
            "leave some out",
        ));
    }
    let fine = |value: &String| value.len() <= AttributeName::VALUE_LIMIT && !value.contains('\0');
    if attributes.values().all(fine) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidInput,
        format!(
            "an attribute's value is longer than {} bytes or has a NUL",
            AttributeName::VALUE_LIMIT
        ),
        "shorten the value",
    ))
}
