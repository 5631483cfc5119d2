//! Hashes.

use claviger_model::Hash;

use super::{Description, HASH, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Hashes data.
#[derive(Clone, Debug)]
pub struct HashData {
    /// The hash function.
    pub hash: Hash,
    /// The data.
    pub data: Vec<u8>,
}

impl Operation for HashData {
    type Reply = Vec<u8>;

    const DESCRIPTION: &'static Description = HASH;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Vec<u8>, Error> {
        Ok(authorized.shared().crypto.hash(self.hash, &self.data)?)
    }
}
