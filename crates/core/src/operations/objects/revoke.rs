//! Revoke (KMIP 2.1 §6.1.44).

use claviger_model::{
    AttributeKind, Object, ObjectType, RevocationReason, State, Timestamp, UniqueIdentifier, Value,
};

use super::fields;
use super::given::{date_time, reason_of};
use super::lifecycle::{refuse, refuse_archived};
use crate::operations::{Description, OBJECT_REVOKE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Deactivates an object, or marks it as compromised, as the reason says. One object only: its public or private half stays
/// as it is.
pub struct RevokeObject {
    /// Which one.
    pub identifier: UniqueIdentifier,
    /// Revocation Reason Code.
    pub reason: u32,
    /// Revocation Message: for people.
    pub message: Option<String>,
    /// When the compromise happened, in seconds since 1970; only of a compromise.
    pub occurrence: Option<i64>,
    /// Whether the compromise of an authority deactivates rather than compromises, as in KMIP 1.0 to 1.2.
    pub only_keys_are_compromised: bool,
}

/// The longest message, in bytes.
const MESSAGE_LIMIT: usize = 4096;

impl Operation for RevokeObject {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_REVOKE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        let now = authorized.now();
        self.check()?;
        authorized
            .change_object(|draft, number| {
                let object = &mut draft.version_mut(number)?.object;
                refuse(object, ObjectType::Template)?;
                refuse_archived(object)?;
                self.revoke(object, now)
            })
            .await?;
        Ok(self.identifier)
    }
}

impl RevokeObject {
    /// Revokes an object for this reason, without saying more.
    #[must_use]
    pub const fn new(identifier: UniqueIdentifier, reason: u32) -> Self {
        Self {
            identifier,
            reason,
            message: None,
            occurrence: None,
            only_keys_are_compromised: false,
        }
    }

    /// Whether a reason compromises the object.
    fn compromises(&self, reason: RevocationReason) -> bool {
        let is_of_authority = reason == RevocationReason::CaCompromise;
        reason.compromises() && !(is_of_authority && self.only_keys_are_compromised)
    }

    fn check(&self) -> Result<(), Error> {
        let invalid = |what, remedy| Err(Error::new(ErrorKind::InvalidInput, what, remedy));
        let Some(reason) = reason_of(self.reason) else {
            return invalid("there is no such revocation reason", "name one of KMIP's reasons");
        };
        if self.message.as_ref().is_some_and(|message| message.len() > MESSAGE_LIMIT) {
            return invalid("the revocation message is too long", "shorten it to 4096 bytes");
        }
        if self.occurrence.is_some() && !self.compromises(reason) {
            return invalid(
                "only a compromise has a Compromise Occurrence Date",
                "leave the date out, or name a compromise as the reason",
            );
        }
        Ok(())
    }

    fn revoke(&self, object: &mut Object, now: Timestamp) -> Result<(), Error> {
        // Checked before; a wrong code comes no further than that.
        let reason = reason_of(self.reason).unwrap_or(RevocationReason::Unspecified);
        if self.compromises(reason) {
            object.state = object.state.compromise()?;
            object.dates.compromise = Some(now);
            let occurrence =
                self.occurrence.map_or_else(|| date_time(object.created), Value::DateTime);
            object.attributes.set(AttributeKind::CompromiseOccurrenceDate, occurrence);
        } else {
            // What was never active is revoked as well: it must not become active later.
            let state = object.state;
            let active = if state == State::PreActive { state.activate()? } else { state };
            object.state = active.deactivate()?;
            object.dates.deactivation = Some(now);
        }
        object.revocation_reason = Some(reason);
        let mut content = vec![(fields::REVOCATION_REASON_CODE, Value::Enumeration(self.reason))];
        if let Some(message) = &self.message {
            content.push((fields::REVOCATION_MESSAGE, Value::Text(message.clone())));
        }
        object.attributes.set(AttributeKind::RevocationReason, Value::Structure(content));
        Ok(())
    }
}
