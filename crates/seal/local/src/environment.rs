//! The root key from an environment variable.

use async_trait::async_trait;
use claviger_ports::{RootKey, RootKeySource, SealDescription, SealError, SealKind};
use claviger_secret::SecretBytes;

use crate::text;

/// A root key that the server found in its environment.
pub struct EnvironmentSeal {
    variable: String,
    value: SecretBytes,
}

impl EnvironmentSeal {
    /// The root key whose base64 is `value`, found in `variable`. Who hands it in takes it out of the environment, so that no
    /// child process inherits it.
    #[must_use]
    pub fn new(variable: &str, value: SecretBytes) -> Self {
        Self { variable: variable.to_owned(), value }
    }

    fn place(&self) -> String {
        format!("the environment variable {}", self.variable)
    }
}

#[async_trait]
impl RootKeySource for EnvironmentSeal {
    async fn root_key(&self) -> Result<RootKey, SealError> {
        text::decode(self.value.expose("the root key is decoded"), &self.place())
    }

    fn describe(&self) -> SealDescription {
        SealDescription { kind: SealKind::Environment, place: self.place() }
    }
}
