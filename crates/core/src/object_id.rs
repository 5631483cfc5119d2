//! From what a client calls an object to the object's identifier.

use claviger_model::{Hash, ObjectId, TenantId, UniqueIdentifier};

use crate::Error;
use crate::kms::Shared;

/// Keeps these hashes apart from all others.
const DOMAIN: &[u8] = b"claviger/unique-identifier/1";

impl Shared {
    /// The identifier of the object that a client calls so: the identifier itself in the form that the service writes, or else
    /// a hash of the tenant and the text (a version 8 UUID, RFC 9562), so that a text that a client chose needs no index.
    pub(crate) fn object_id(
        &self,
        tenant: &TenantId,
        identifier: &UniqueIdentifier,
    ) -> Result<ObjectId, Error> {
        let text = identifier.as_str();
        if let Ok(id) = text.parse::<ObjectId>() {
            let mut buffer = [0; ObjectId::TEXT_LENGTH];
            if id.encode(&mut buffer) == text {
                return Ok(id);
            }
        }
        let parts = [DOMAIN, tenant.as_str().as_bytes(), &[0], text.as_bytes()];
        let hash = self.crypto.hash(Hash::Sha256, &parts.concat())?;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Ok(ObjectId::from_bytes(bytes))
    }
}
