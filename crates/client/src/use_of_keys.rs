//! Signatures, authentication codes, wrapping, derivation and encapsulation.

use claviger_wire_native::{
    DecapsulateReply, DecapsulateRequest, DeriveReply, DeriveRequest, EncapsulateReply,
    EncapsulateRequest, MacReply, MacRequest, MacVerifyRequest, SignReply, SignRequest,
    UnwrapReply, UnwrapRequest, VerifyReply, VerifyRequest, WrapReply, WrapRequest,
};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// Signs a message or a digest.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn sign(&self, key: &str, request: &SignRequest) -> Result<SignReply, Error> {
        self.post(&["api", "v1", "keys", key, "sign"], request).await
    }

    /// Verifies a signature. That it is not valid is an answer and no error.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn verify(&self, key: &str, request: &VerifyRequest) -> Result<VerifyReply, Error> {
        self.post(&["api", "v1", "keys", key, "verify"], request).await
    }

    /// Makes a message authentication code.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn mac(&self, key: &str, request: &MacRequest) -> Result<MacReply, Error> {
        self.post(&["api", "v1", "keys", key, "mac"], request).await
    }

    /// Checks a message authentication code. That it is not valid is an answer and no error.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn mac_verify(
        &self,
        key: &str,
        request: &MacVerifyRequest,
    ) -> Result<VerifyReply, Error> {
        self.post(&["api", "v1", "keys", key, "mac-verify"], request).await
    }

    /// Wraps material or another key.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn wrap(&self, key: &str, request: &WrapRequest) -> Result<WrapReply, Error> {
        self.post(&["api", "v1", "keys", key, "wrap"], request).await
    }

    /// Unwraps material.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn unwrap(&self, key: &str, request: &UnwrapRequest) -> Result<UnwrapReply, Error> {
        self.post(&["api", "v1", "keys", key, "unwrap"], request).await
    }

    /// Derives a secret, or agrees on one.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn derive(&self, key: &str, request: &DeriveRequest) -> Result<DeriveReply, Error> {
        self.post(&["api", "v1", "keys", key, "derive"], request).await
    }

    /// Makes a shared secret and its encapsulation.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn encapsulate(
        &self,
        key: &str,
        request: &EncapsulateRequest,
    ) -> Result<EncapsulateReply, Error> {
        self.post(&["api", "v1", "keys", key, "encapsulate"], request).await
    }

    /// Gets the shared secret out of an encapsulation.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn decapsulate(
        &self,
        key: &str,
        request: &DecapsulateRequest,
    ) -> Result<DecapsulateReply, Error> {
        self.post(&["api", "v1", "keys", key, "decapsulate"], request).await
    }
}
