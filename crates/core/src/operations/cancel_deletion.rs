//! Cancel a scheduled deletion.

use claviger_model::KeyName;

use super::{CANCEL_DELETION, Description, KeyDescription, Operation};
use crate::change::Touched;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Cancels a scheduled deletion: the key can be used again.
#[derive(Clone, Debug)]
pub struct CancelDeletion {
    /// Which key.
    pub name: KeyName,
}

impl Operation for CancelDeletion {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = CANCEL_DELETION;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let now = authorized.now();
        authorized
            .change(Touched::Latest, |draft| match draft.keyset_mut().deletion.take() {
                // What is due is lost, even if it wasn't destroyed yet.
                Some(date) if date > now => Ok(()),
                _ => Err(Error::new(
                    ErrorKind::WrongState,
                    format!("the key {} is not waiting for its deletion", self.name),
                    "see the key's deletion date",
                )),
            })
            .await
    }
}
