//! Activate a version of a key.

use claviger_model::KeyName;

use super::{ACTIVATE, Description, KeyDescription, Operation};
use crate::Error;
use crate::change::Touched;
use crate::pipeline::Authorized;

/// Activates a pre-active version.
#[derive(Clone, Debug)]
pub struct ActivateKey {
    /// Which key.
    pub name: KeyName,
    /// Which version; the latest if none.
    pub version: Option<u32>,
}

impl Operation for ActivateKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = ACTIVATE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let now = authorized.now();
        let touched = self.version.map_or(Touched::Latest, Touched::Version);
        authorized
            .change(touched, |draft| {
                let number = self.version.unwrap_or(draft.keyset().latest);
                let object = &mut draft.version_mut(number)?.object;
                object.state = object.state.activate()?;
                object.dates.activation = Some(now);
                Ok(())
            })
            .await
    }
}
