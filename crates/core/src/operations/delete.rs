//! Schedule a key's deletion.

use std::time::Duration;

use claviger_model::{KeyName, Policy};
use claviger_ports::KeysetSelector;

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
        let shared = authorized.shared();
        let tenant = &authorized.caller().tenant;
        let mut changed = shared
            .change(tenant, KeysetSelector::Name(&self.name), Touched::Latest, now, |draft| {
                let keyset = draft.keyset_mut();
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
                        format!(
                            "the key {} is scheduled for deletion or was destroyed already",
                            keyset.name
                        ),
                        "see the key's deletion date; cancel the deletion to schedule another one",
                    ));
                }
                let period = waiting_period(&keyset.policy, self.waiting_period)?;
                keyset.deletion = Some(now.plus(period));
                Ok(())
            })
            .await?;
        if changed.keyset.deletion.is_some_and(|date| date <= now) {
            changed = schedule::destroy(shared, &changed.keyset, now).await?;
        }
        authorized.note(&changed.latest);
        Ok(KeyDescription::new(changed.keyset, changed.latest, now))
    }
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
