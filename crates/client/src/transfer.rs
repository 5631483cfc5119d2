//! Keys on their way in and out: import, export, public keys, backup and restore.

use claviger_wire_native::{
    BackupKeyRequest, BackupReply, ExportKeyReply, ExportKeyRequest, ImportKeyRequest, KeyReply,
    PublicKeyReply, RestoreKeyRequest,
};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// Creates a key from existing material.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn import_key(&self, request: &ImportKeyRequest) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", "import"], request).await
    }

    /// Key material, where the policy allows it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn export_key(
        &self,
        key: &str,
        request: &ExportKeyRequest,
    ) -> Result<ExportKeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "export"], request).await
    }

    /// A public key in both formats; the latest version unless another is named.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn public_key(
        &self,
        key: &str,
        version: Option<u32>,
    ) -> Result<PublicKeyReply, Error> {
        let mut url = self.path(&["api", "v1", "keys", key, "public-key"])?;
        if let Some(version) = version {
            url.query_pairs_mut().append_pair("version", &version.to_string());
        }
        self.get(url).await
    }

    /// A key with all its versions as one sealed blob.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn back_up_key(&self, key: &str) -> Result<BackupReply, Error> {
        self.post(&["api", "v1", "keys", key, "backup"], &BackupKeyRequest::default()).await
    }

    /// Restores a key from a backup.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn restore_key(&self, request: &RestoreKeyRequest) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", "restore"], request).await
    }
}
