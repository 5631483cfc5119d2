//! Destroy (KMIP 2.1 §6.1.15).

use claviger_model::{ObjectType, State, UniqueIdentifier};
use claviger_ports::KeysetSelector;

use super::lifecycle::{refuse_archived, refuse_destroyed};
use crate::change::Touched;
use crate::codec::Material;
use crate::operations::{Description, OBJECT_DESTROY, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Destroys an object's material; its attributes stay. An active object must be revoked first. One object only: its public or
/// private half stays as it is.
pub struct DestroyObject {
    /// Which one.
    pub identifier: UniqueIdentifier,
}

impl Operation for DestroyObject {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_DESTROY;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        let (shared, now) = (authorized.shared(), authorized.now());
        authorized
            .change_object(|draft, number| {
                if !draft.keyset().policy.deletion_allowed {
                    return Err(Error::new(
                        ErrorKind::PolicyForbids,
                        format!("the key {} may not be deleted", draft.keyset().name),
                        "allow deletion in the key's policy first",
                    ));
                }
                let only = draft.keyset().latest == 1;
                let stored = draft.version_mut(number)?;
                refuse_destroyed(&stored.object)?;
                refuse_archived(&stored.object)?;
                stored.object.state = match stored.object.object_type {
                    // Nothing forbids to destroy what is never used with data.
                    ObjectType::Template => State::Destroyed,
                    _ => stored.object.state.destroy()?,
                };
                stored.object.dates.destroy = Some(now);
                stored.material = Material::Destroyed;
                draft.keyset_mut().destroyed = only;
                Ok(())
            })
            .await?;
        let keyset = authorized.keyset()?.keyset();
        if keyset.latest > 1 {
            let selector = KeysetSelector::Id(keyset.id);
            let all = Touched::All;
            // Nothing is wrong with the object if there are too many versions to look at.
            let marked = shared.change(authorized.caller(), selector, all, now, |draft| {
                let destroyed = draft.versions_mut().all(|one| one.object.state.is_destroyed());
                draft.keyset_mut().destroyed = destroyed;
                Ok(())
            });
            match marked.await {
                Err(error) if error.kind() != ErrorKind::LimitReached => return Err(error),
                _ => {}
            }
        }
        Ok(self.identifier)
    }
}
