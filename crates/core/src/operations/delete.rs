//! Schedule a key's deletion.

use std::time::Duration;

use claviger_model::{KeyName, Keyset, Policy, Timestamp};

use super::{DELETE, Description, KeyDescription, Operation};
use crate::change::Touched;
use crate::pipeline::Authorized;
use crate::schedule;
use crate::{Error, ErrorKind};

/// Schedules a key's deletion. It can't be used from now on; when the waiting period has passed, the material of all its
/// versions is destroyed. Its name is not given again, since ciphertexts name it.
#[derive(Clone, Debug)]
pub struct DeleteKey {
    /// Which key.
    pub name: KeyName,
    /// A waiting period longer than the policy's.
    pub waiting_period: Option<Duration>,
}

impl Operation for DeleteKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = DELETE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let now = authorized.now();
        let scheduled = authorized
            .change(Touched::Latest, |draft| schedule_deletion(draft.keyset_mut(), &self, now))
            .await?;
        if scheduled.keyset.deletion.is_none_or(|date| date > now) {
            return Ok(scheduled);
        }
        let destroyed = schedule::destroy(authorized.shared(), &scheduled.keyset, now).await?;
        authorized.note(&destroyed.latest);
        Ok(KeyDescription::new(destroyed.keyset, destroyed.latest, now))
    }
}

fn schedule_deletion(keyset: &mut Keyset, delete: &DeleteKey, now: Timestamp) -> Result<(), Error> {
    if !keyset.policy.deletion_allowed {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {} may not be deleted", keyset.name),
            "allow deletion in the key's policy first",
        ));
    }
    if keyset.destroyed || keyset.deletion.is_some() {
        return Err(Error::new(
            ErrorKind::WrongState,
            format!("the key {} is scheduled for deletion or was destroyed already", keyset.name),
            "see the key's deletion date; cancel the deletion to schedule another one",
        ));
    }
    let period = waiting_period(&keyset.policy, delete.waiting_period)?;
    keyset.deletion = Some(now.plus(period));
    Ok(())
}

fn waiting_period(policy: &Policy, asked: Option<Duration>) -> Result<Duration, Error> {
    let asked = asked.unwrap_or(policy.deletion_waiting_period);
    if asked < policy.deletion_waiting_period || asked > Policy::LONGEST_PERIOD {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!(
                "the waiting period must be at least the {} seconds of the key's policy and at most 10 years",
                policy.deletion_waiting_period.as_secs()
            ),
            "wait longer, or shorten the waiting period in the key's policy first",
        ));
    }
    Ok(asked)
}
