//! Archive (KMIP 2.1 §6.1.4).

use claviger_model::{AttributeKey, AttributeKind, UniqueIdentifier, Value};

use super::content::hidden;
use super::given::date_time;
use super::lifecycle::{refuse_archived, refuse_destroyed};
use crate::Error;
use crate::operations::{Description, OBJECT_ARCHIVE, Operation};
use crate::pipeline::Authorized;

/// Archives an object: it isn't used and not found by default until it is recovered.
pub struct ArchiveObject {
    /// Which one.
    pub identifier: UniqueIdentifier,
}

impl Operation for ArchiveObject {
    type Reply = UniqueIdentifier;

    const DESCRIPTION: &'static Description = OBJECT_ARCHIVE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<UniqueIdentifier, Error> {
        let now = authorized.now();
        authorized
            .change_object(|draft, number| {
                let object = &mut draft.version_mut(number)?.object;
                refuse_destroyed(object)?;
                refuse_archived(object)?;
                let attributes = &mut object.attributes;
                attributes.clear(&AttributeKey::Standard(AttributeKind::ArchiveDate));
                attributes.set(AttributeKind::ArchiveDate, date_time(now));
                attributes.clear(&hidden::key(hidden::ARCHIVED));
                attributes.add(hidden::key(hidden::ARCHIVED), Value::Boolean(true));
                Ok(())
            })
            .await?;
        Ok(self.identifier)
    }
}
