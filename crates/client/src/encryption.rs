//! Encryption, decryption, rewrapping and data keys.

use claviger_wire_native::{
    DataKeyReply, DataKeyRequest, DecryptReply, DecryptRequest, EncryptReply, EncryptRequest,
    GenerateKeyRequest, KeyDecryptRequest, KeyEncryptReply, KeyEncryptRequest, KeyRewrapRequest,
    RewrapReply, RewrapRequest,
};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// Encrypts the request's `plaintext`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn encrypt(&self, request: &EncryptRequest) -> Result<EncryptReply, Error> {
        self.post(&["api", "v1", "kms", "encrypt"], request).await
    }

    /// Decrypts the request's `ciphertext`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn decrypt(&self, request: &DecryptRequest<'_>) -> Result<DecryptReply, Error> {
        self.post(&["api", "v1", "kms", "decrypt"], request).await
    }

    /// Encrypts the request's `ciphertext` again, with the latest version or another key.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn rewrap(&self, request: &RewrapRequest<'_>) -> Result<RewrapReply, Error> {
        self.post(&["api", "v1", "kms", "rewrap"], request).await
    }

    /// A data key, in clear and encrypted.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn generate_key(&self, request: &GenerateKeyRequest) -> Result<DataKeyReply, Error> {
        self.post(&["api", "v1", "kms", "generate-key"], request).await
    }

    /// Encrypts the request's `plaintext` with this key, or with explicit parameters.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn encrypt_with_key(
        &self,
        key: &str,
        request: &KeyEncryptRequest,
    ) -> Result<KeyEncryptReply, Error> {
        self.post(&["api", "v1", "keys", key, "encrypt"], request).await
    }

    /// Decrypts the request's `ciphertext`, which must be this key's.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn decrypt_with_key(
        &self,
        key: &str,
        request: &KeyDecryptRequest<'_>,
    ) -> Result<DecryptReply, Error> {
        self.post(&["api", "v1", "keys", key, "decrypt"], request).await
    }

    /// Encrypts the request's `ciphertext` again, with this key.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn rewrap_with_key(
        &self,
        key: &str,
        request: &KeyRewrapRequest<'_>,
    ) -> Result<RewrapReply, Error> {
        self.post(&["api", "v1", "keys", key, "rewrap"], request).await
    }

    /// A data key of this key, in clear and encrypted.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn data_key(
        &self,
        key: &str,
        request: &DataKeyRequest,
    ) -> Result<DataKeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "data-key"], request).await
    }
}
