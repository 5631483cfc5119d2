//! Revoke a key.

use claviger_model::{KeyName, Object, RevocationReason, State, Timestamp};

use super::{Description, KeyDescription, Operation, REVOKE};
use crate::change::Touched;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Deactivates a key, or marks it as compromised, as the reason says (KMIP 2.1 §6.1.43).
#[derive(Clone, Debug)]
pub struct RevokeKey {
    /// Which key.
    pub name: KeyName,
    /// Which version; all of them if none.
    pub version: Option<u32>,
    /// Why.
    pub reason: RevocationReason,
}

impl Operation for RevokeKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = REVOKE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let now = authorized.now();
        let touched = self.version.map_or(Touched::All, Touched::Version);
        authorized
            .change(touched, |draft| {
                if let Some(number) = self.version {
                    let object = &mut draft.version_mut(number)?.object;
                    return revoke(object, self.reason, now);
                }
                let mut revoked = false;
                for stored in draft.versions_mut() {
                    revoked |= revoke(&mut stored.object, self.reason, now).is_ok();
                }
                if revoked { Ok(()) } else { Err(nothing_to_revoke(&self.name)) }
            })
            .await
    }
}

fn revoke(object: &mut Object, reason: RevocationReason, now: Timestamp) -> Result<(), Error> {
    if reason.compromises() {
        object.state = object.state.compromise()?;
        object.dates.compromise = Some(now);
    } else {
        // A key that was never active is revoked as well: it must not become active later.
        let state = object.state;
        object.state =
            if state == State::PreActive { state.activate()? } else { state }.deactivate()?;
        object.dates.deactivation = Some(now);
    }
    object.revocation_reason = Some(reason);
    Ok(())
}

fn nothing_to_revoke(name: &KeyName) -> Error {
    Error::new(
        ErrorKind::WrongState,
        format!("every version of the key {name} is revoked or destroyed already"),
        "see the versions' states; a compromise can still be reported for deactivated versions",
    )
}
