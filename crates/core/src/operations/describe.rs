//! Describe a key.

use claviger_model::{KeyName, Keyset, Object, State, Timestamp};

use super::{DESCRIBE, Description, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// What is known of a key, without its material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// The keyset.
    pub keyset: Keyset,
    /// Its latest version.
    pub latest: Object,
    /// The latest version's state now.
    pub state: State,
}

impl KeyDescription {
    pub(crate) fn new(keyset: Keyset, latest: Object, now: Timestamp) -> Self {
        let state = latest.state_at(now);
        Self { keyset, latest, state }
    }
}

/// Describes a key.
#[derive(Clone, Debug)]
pub struct DescribeKey {
    /// Which key.
    pub name: KeyName,
}

impl Operation for DescribeKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = DESCRIBE;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let loaded = authorized.keyset()?;
        Ok(KeyDescription::new(
            loaded.keyset().clone(),
            loaded.latest().object().clone(),
            authorized.now(),
        ))
    }
}
