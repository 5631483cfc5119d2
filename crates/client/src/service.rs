//! The service itself: status, health, version, random bytes and hashes.

use claviger_wire_native::{
    HashReply, HashRequest, HealthReply, RandomReply, RandomRequest, StatusReply,
    VersionInformation,
};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// How the service is doing.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn status(&self) -> Result<StatusReply, Error> {
        self.get(self.path(&["api", "v1", "kms", "status"])?).await
    }

    /// Whether requests can be served.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Refused`] with the status 503 if they can't.
    pub async fn health(&self) -> Result<HealthReply, Error> {
        self.get(self.path(&["api", "v1", "kms", "health"])?).await
    }

    /// Which service it is.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn version(&self) -> Result<VersionInformation, Error> {
        self.get(self.path(&["version"])?).await
    }

    /// Random bytes.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn random(&self, request: &RandomRequest) -> Result<RandomReply, Error> {
        self.post(&["api", "v1", "random"], request).await
    }

    /// The hash of data.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn hash(&self, request: &HashRequest) -> Result<HashReply, Error> {
        self.post(&["api", "v1", "hash"], request).await
    }
}
