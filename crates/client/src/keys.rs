//! Keys: creation, lists, changes and their end.

use claviger_wire_native::{
    ActivateKeyRequest, CancelDeletionRequest, ChangeKeyRequest, CreateKeyRequest,
    DeleteKeyRequest, KeyListReply, KeyReply, ListKeysQuery, ListVersionsQuery, RevokeKeyRequest,
    RotateKeyRequest, VersionListReply, VersionReply,
};
use reqwest::{Method, Request};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// Creates a key.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn create_key(&self, request: &CreateKeyRequest) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys"], request).await
    }

    /// One page of keys.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn list_keys(&self, query: &ListKeysQuery) -> Result<KeyListReply, Error> {
        let mut url = self.path(&["api", "v1", "keys"])?;
        let parameters = query.parameters();
        if !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(parameters);
        }
        self.get(url).await
    }

    /// Describes a key.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn describe_key(&self, key: &str) -> Result<KeyReply, Error> {
        self.get(self.path(&["api", "v1", "keys", key])?).await
    }

    /// One page of a key's versions.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn list_versions(
        &self,
        key: &str,
        query: &ListVersionsQuery,
    ) -> Result<VersionListReply, Error> {
        let mut url = self.path(&["api", "v1", "keys", key, "versions"])?;
        for (name, number) in [("limit", query.limit), ("cursor", query.cursor)] {
            if let Some(number) = number {
                url.query_pairs_mut().append_pair(name, &number.to_string());
            }
        }
        self.get(url).await
    }

    /// Changes a key's policy, tags, attributes and dates.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn change_key(
        &self,
        key: &str,
        request: &ChangeKeyRequest,
    ) -> Result<KeyReply, Error> {
        self.send(Method::PATCH, self.path(&["api", "v1", "keys", key])?, request).await
    }

    /// Adds a version.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn rotate_key(&self, key: &str) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "rotate"], &RotateKeyRequest::default()).await
    }

    /// Activates a version.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn activate_key(
        &self,
        key: &str,
        request: &ActivateKeyRequest,
    ) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "activate"], request).await
    }

    /// Deactivates versions, or marks them as compromised.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn revoke_key(
        &self,
        key: &str,
        request: &RevokeKeyRequest,
    ) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "revoke"], request).await
    }

    /// Schedules a key's deletion.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn delete_key(
        &self,
        key: &str,
        request: &DeleteKeyRequest,
    ) -> Result<KeyReply, Error> {
        self.send(Method::DELETE, self.path(&["api", "v1", "keys", key])?, request).await
    }

    /// Cancels a scheduled deletion.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn cancel_deletion(&self, key: &str) -> Result<KeyReply, Error> {
        self.post(&["api", "v1", "keys", key, "cancel-deletion"], &CancelDeletionRequest::default())
            .await
    }

    /// Destroys the material of one version.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn destroy_version(&self, key: &str, version: u32) -> Result<VersionReply, Error> {
        let version = version.to_string();
        let url = self.path(&["api", "v1", "keys", key, "versions", &version])?;
        self.answer(Request::new(Method::DELETE, url)).await
    }
}
