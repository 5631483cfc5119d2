//! Undo: what a batch changed, if one of its items fails and the client wants all or nothing (KMIP 2.1 §9.3).

use std::sync::Arc;

use crate::Error;
use crate::journal::Journal;
use crate::operations::{Description, OBJECT_UNDO, Operation};
use crate::pipeline::Authorized;

/// Undoes what is written down in a journal; see [`Kms::undo`](crate::Kms::undo).
pub(crate) struct UndoChanges {
    pub(crate) journal: Arc<Journal>,
}

impl Operation for UndoChanges {
    type Reply = ();

    const DESCRIPTION: &'static Description = OBJECT_UNDO;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<(), Error> {
        let (shared, now) = (authorized.shared(), authorized.now());
        shared.undo(self.journal.take(), now).await
    }
}
