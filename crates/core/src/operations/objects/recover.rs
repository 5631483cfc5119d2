//! Recover (KMIP 2.1 §6.1.42).

use claviger_model::{AttributeKey, AttributeKind, UniqueIdentifier};

use super::content::hidden;
use crate::Error;
use crate::operations::{Description, OBJECT_RECOVER, Operation};
use crate::pipeline::Authorized;

/// Brings an archived object back. One that isn't archived stays as it is.
pub struct RecoverObject {
    /// Which one.
    pub identifier: UniqueIdentifier,
}

impl Operation for RecoverObject {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_RECOVER;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        authorized
            .change_object(|draft, number| {
                let object = &mut draft.version_mut(number)?.object;
                object.attributes.clear(&hidden::key(hidden::ARCHIVED));
                // KMIP 2.1 §4.4.
                object.attributes.clear(&AttributeKey::Standard(AttributeKind::ArchiveDate));
                Ok(())
            })
            .await?;
        Ok(self.identifier)
    }
}
