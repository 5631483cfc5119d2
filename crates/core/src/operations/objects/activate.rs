//! Activate (KMIP 2.1 §6.1.1).

use claviger_model::{ObjectType, UniqueIdentifier};

use super::lifecycle::{refuse, refuse_archived};
use crate::Error;
use crate::operations::{Description, OBJECT_ACTIVATE, Operation};
use crate::pipeline::Authorized;

/// Activates a pre-active object.
pub struct ActivateObject {
    /// Which one.
    pub identifier: UniqueIdentifier,
}

impl Operation for ActivateObject {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_ACTIVATE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        let now = authorized.now();
        authorized
            .change_object(|draft, number| {
                let object = &mut draft.version_mut(number)?.object;
                refuse(object, ObjectType::Template)?;
                refuse_archived(object)?;
                object.state = object.state.activate()?;
                object.dates.activation = Some(now);
                Ok(())
            })
            .await?;
        Ok(self.identifier)
    }
}
