//! The operations, one file per verb, and the one table of them.
//!
//! Each file holds a request, its reply and what happens. An operation runs only with an [`Authorized`] that only the
//! pipeline can make. Doors, metrics, the authorization tests and the documentation follow from [`OPERATIONS`].

mod activate;
mod agree;
mod back_up;
mod cancel_deletion;
mod change;
mod create;
mod decapsulate;
mod decipher;
mod decrypt;
mod delete;
mod derive;
mod describe;
mod destroy_version;
mod encapsulate;
mod encipher;
mod encrypt;
mod export;
mod generate_data_key;
mod hash;
mod import;
mod list;
mod mac;
mod mac_verify;
pub mod objects;
mod random;
mod read_public_key;
mod restore;
mod revoke;
mod rewrap;
mod rotate;
mod set_grant;
mod sign;
mod unwrap;
mod verify;
mod versions;
mod wrap;

use std::future::Future;

use claviger_model::{KeyName, Permissions, UniqueIdentifier};
use claviger_ports::Durability;

use crate::Error;
use crate::pipeline::Authorized;

pub use activate::ActivateKey;
pub use agree::Agree;
pub use back_up::{BackUpKey, Backup};
pub use cancel_deletion::CancelDeletion;
pub use change::{ChangeKey, DatesChange, PolicyChange};
pub use create::{Activation, CreateKey, KeySettings};
pub use decapsulate::Decapsulate;
pub use decipher::Decipher;
pub use decrypt::{Decrypt, Decrypted};
pub use delete::DeleteKey;
pub use derive::{Derive, DerivedSecret};
pub use describe::{DescribeKey, KeyDescription};
pub use destroy_version::DestroyVersion;
pub use encapsulate::{Encapsulate, EncapsulatedSecret};
pub use encipher::{Encipher, Enciphered};
pub use encrypt::{Encrypt, Encrypted};
pub use export::{ExportKey, ExportedKey};
pub use generate_data_key::{DataKey, GenerateDataKey};
pub use hash::HashData;
pub use import::ImportKey;
pub use list::{KeyPage, KeySummary, ListKeys};
pub use mac::{Mac, MacCode};
pub use mac_verify::MacVerify;
pub use random::GenerateRandom;
pub use read_public_key::{PublicKey, ReadPublicKey};
pub use restore::RestoreKey;
pub use revoke::RevokeKey;
pub use rewrap::Rewrap;
pub use rotate::RotateKey;
pub(crate) use rotate::rotate as rotate_keyset;
pub use set_grant::SetGrant;
pub use sign::{Sign, SignatureMessage, Signed};
pub use unwrap::{Unwrap, Unwrapped};
pub use verify::{Verdict, Verify};
pub use versions::{ListVersions, VersionPage};
pub use wrap::{Wrap, WrapSource, Wrapped};

/// What is known of an operation besides its code: one row of [`OPERATIONS`].
#[derive(Debug, PartialEq, Eq)]
pub struct Description {
    /// Its place in the table.
    pub index: usize,
    /// The stable name, for the audit log and metrics.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What somebody who doesn't own the key must have been granted. Empty where it isn't about an existing key.
    pub permissions: Permissions,
    /// How durable its audit record is before the reply leaves.
    pub durability: Durability,
    /// Whether it changes what is stored, so that it is carried to its end even if the caller goes away.
    pub changes: bool,
}

/// A verb of the service.
pub trait Operation: Send + Sized + 'static {
    /// What the caller gets.
    type Reply: Send + 'static;

    /// Its row in [`OPERATIONS`].
    const DESCRIPTION: &'static Description;

    /// The existing key that it is about, if it is about one. The pipeline finds it and checks the caller's permission.
    fn key(&self) -> Option<&KeyName> {
        None
    }

    /// The existing object that it is about, if it is about one rather than a whole key.
    fn object(&self) -> Option<&UniqueIdentifier> {
        None
    }

    /// Whether the key is made on first use if it is the keyset `default`.
    fn makes_default_key(&self) -> bool {
        false
    }

    /// What the caller is told when the key isn't there or may not be known to it.
    fn not_found(&self) -> Error {
        match self.object() {
            Some(identifier) => Error::object_not_found(identifier),
            None => Error::not_found(self.key().map_or("", KeyName::as_str)),
        }
    }

    /// What the caller is told when the object is there but it was granted nothing on it: as a rule, that there is none.
    fn denied(&self) -> Error {
        self.not_found()
    }

    /// Does the work.
    fn run(
        self,
        authorized: Authorized<'_, Self>,
    ) -> impl Future<Output = Result<Self::Reply, Error>> + Send;
}

/// The name of the keyset that serves where a request names none.
pub const DEFAULT_KEY_NAME: &str = "default";

macro_rules! operations {
    ($($constant:ident = $name:literal, $permissions:expr, $durability:ident, $changes:literal, $summary:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the variants number the constants of the same names")]
        enum Index { $($constant,)* }

        $(pub(crate) const $constant: &Description = &TABLE[Index::$constant as usize];)*

        /// All operations.
        pub static OPERATIONS: &[Description] = &TABLE;

        const TABLE: [Description; [$($name,)*].len()] = [$(Description {
            index: Index::$constant as usize,
            name: $name,
            summary: $summary,
            permissions: $permissions,
            durability: Durability::$durability,
            changes: $changes,
        },)*];
    };
}

const NONE: Permissions = Permissions::empty();

operations! {
    ENCRYPT = "encrypt", Permissions::ENCRYPT, Written, false, "Encrypts data; the ciphertext names its key and version.";
    DECRYPT = "decrypt", Permissions::DECRYPT, Written, false, "Decrypts a ciphertext that names its key.";
    REWRAP = "rewrap", Permissions::DECRYPT, Written, false, "Decrypts a ciphertext and encrypts it again with the latest version, inside the service.";
    GENERATE_DATA_KEY = "generate-data-key", Permissions::ENCRYPT, Synced, false, "Makes a random key and returns it in clear and encrypted.";
    ENCIPHER = "encipher", Permissions::ENCRYPT, Written, false, "Encrypts data with explicit parameters, for protocols that need them.";
    DECIPHER = "decipher", Permissions::DECRYPT, Written, false, "Decrypts data with explicit parameters.";
    SIGN = "sign", Permissions::SIGN, Written, false, "Signs a message or a digest.";
    VERIFY = "verify", Permissions::VERIFY, Written, false, "Verifies a signature.";
    MAC = "mac", Permissions::MAC, Written, false, "Makes a message authentication code.";
    MAC_VERIFY = "mac-verify", Permissions::MAC_VERIFY, Written, false, "Checks a message authentication code.";
    WRAP = "wrap", Permissions::WRAP, Synced, false, "Wraps key material or an exportable key.";
    UNWRAP = "unwrap", Permissions::UNWRAP, Synced, false, "Unwraps key material.";
    DERIVE = "derive", Permissions::DERIVE, Synced, false, "Derives secret bytes from a key.";
    AGREE = "agree", Permissions::DERIVE, Synced, false, "Agrees on a shared secret with the owner of a public key.";
    ENCAPSULATE = "encapsulate", Permissions::ENCAPSULATE, Synced, false, "Makes a shared secret and its encapsulation.";
    DECAPSULATE = "decapsulate", Permissions::DECAPSULATE, Synced, false, "Gets a shared secret out of its encapsulation.";
    GENERATE_RANDOM = "generate-random", NONE, Written, false, "Returns random bytes.";
    HASH = "hash", NONE, Written, false, "Hashes data.";
    CREATE = "create", NONE, Synced, true, "Creates a key.";
    IMPORT = "import", NONE, Synced, true, "Imports existing key material as a new key.";
    DESCRIBE = "describe", Permissions::READ_ATTRIBUTES, Written, false, "Describes a key.";
    LIST = "list", NONE, Written, false, "Lists the keys that the caller may see.";
    LIST_VERSIONS = "list-versions", Permissions::READ_ATTRIBUTES, Written, false, "Lists the versions of a key.";
    CHANGE = "change", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Changes a key's policy, tags, attributes or dates.";
    SET_GRANT = "set-grant", Permissions::GRANT, Synced, true, "Says what somebody else may do with a key.";
    ROTATE = "rotate", Permissions::ROTATE, Synced, true, "Adds a version to a key.";
    ACTIVATE = "activate", Permissions::ACTIVATE, Synced, true, "Activates a version of a key.";
    REVOKE = "revoke", Permissions::REVOKE, Synced, true, "Deactivates a key or marks it as compromised.";
    DELETE = "delete", Permissions::DELETE, Synced, true, "Schedules a key's deletion.";
    CANCEL_DELETION = "cancel-deletion", Permissions::DELETE, Synced, true, "Cancels a scheduled deletion.";
    DESTROY_VERSION = "destroy-version", Permissions::DELETE, Synced, true, "Destroys the material of one version.";
    READ_PUBLIC_KEY = "read-public-key", Permissions::READ_PUBLIC_KEY, Written, false, "Returns a public key.";
    EXPORT = "export", Permissions::EXPORT, Synced, false, "Returns key material, where the policy allows it.";
    BACK_UP = "back-up", Permissions::BACK_UP, Synced, false, "Returns a key with all its versions as one sealed blob.";
    RESTORE = "restore", NONE, Synced, true, "Restores a key from a sealed blob.";
    OBJECT_LOCATE = "object-locate", NONE, Written, false, "Finds the objects with given attributes that the caller may see.";
    OBJECT_READ_ATTRIBUTES = "object-read-attributes", Permissions::READ_ATTRIBUTES, Written, false, "Returns attributes of an object.";
    OBJECT_ADD_ATTRIBUTE = "object-add-attribute", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Adds an attribute to an object.";
    OBJECT_MODIFY_ATTRIBUTE = "object-modify-attribute", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Gives an attribute of an object another value.";
    OBJECT_DELETE_ATTRIBUTE = "object-delete-attribute", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Deletes an attribute of an object.";
    OBJECT_SET_ATTRIBUTE = "object-set-attribute", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Gives an object an attribute, whether it has it or not.";
    OBJECT_ADJUST_ATTRIBUTE = "object-adjust-attribute", Permissions::CHANGE_ATTRIBUTES, Synced, true, "Increments, decrements or negates an attribute of an object.";
    OBJECT_GET = "object-get", Permissions::EXPORT, Synced, false, "Returns an object with its material, where its attributes allow it.";
    OBJECT_EXPORT = "object-export", Permissions::EXPORT, Synced, false, "Returns an object with its material and all of its attributes.";
    OBJECT_CHECK = "object-check", Permissions::READ_ATTRIBUTES, Written, false, "Says whether an object may be used as asked.";
    OBJECT_OBTAIN_LEASE = "object-obtain-lease", Permissions::READ_ATTRIBUTES, Written, false, "Says for how long an object may be used before asking again.";
    OBJECT_GET_USAGE_ALLOCATION = "object-get-usage-allocation", Permissions::EXPORT, Synced, true, "Takes units out of an object's usage limits for a client's own use.";
    SET_CONSTRAINTS = "set-constraints", NONE, Synced, true, "Says what the objects that the caller makes must be like.";
    GET_CONSTRAINTS = "get-constraints", NONE, Written, false, "Returns what the objects that the caller makes must be like.";
    SET_DEFAULTS = "set-defaults", NONE, Synced, true, "Says which attributes the objects that the caller makes get by default.";
    GET_DEFAULTS = "get-defaults", NONE, Written, false, "Returns which attributes the objects that the caller makes get by default.";
    OBJECT_ENCRYPT = "object-encrypt", Permissions::ENCRYPT, Written, false, "Encrypts data with an object's key and parameters that the caller names.";
    OBJECT_DECRYPT = "object-decrypt", Permissions::DECRYPT, Written, false, "Decrypts data with an object's key and parameters that the caller names.";
    OBJECT_SIGN = "object-sign", Permissions::SIGN, Written, false, "Signs data with an object's key and parameters that the caller names.";
    OBJECT_VERIFY = "object-verify", Permissions::VERIFY, Written, false, "Verifies a signature with an object's key, or a certificate's.";
    OBJECT_MAC = "object-mac", Permissions::MAC, Written, false, "Makes a message authentication code with an object's key.";
    OBJECT_MAC_VERIFY = "object-mac-verify", Permissions::MAC_VERIFY, Written, false, "Checks a message authentication code with an object's key.";
    OBJECT_HASH = "object-hash", NONE, Written, false, "Hashes a message with a function that the caller names.";
    OBJECT_CREATE = "object-create", NONE, Synced, true, "Makes a symmetric key or secret data.";
    OBJECT_CREATE_PAIR = "object-create-pair", NONE, Synced, true, "Makes a key pair.";
    OBJECT_REGISTER = "object-register", NONE, Synced, true, "Takes an object that the client has.";
    OBJECT_IMPORT = "object-import", NONE, Synced, true, "Takes an object that the client has, with its identifier and history.";
    OBJECT_REPLACE = "object-replace", Permissions::ROTATE, Synced, true, "Replaces a symmetric key by a new one.";
    OBJECT_REPLACE_PAIR = "object-replace-pair", Permissions::ROTATE, Synced, true, "Replaces a key pair by a new one.";
    OBJECT_DERIVE = "object-derive", NONE, Synced, true, "Derives a new object from others.";
    OBJECT_SPLIT = "object-split", NONE, Synced, true, "Splits a key into parts.";
    OBJECT_JOIN = "object-join", NONE, Synced, true, "Joins the parts of a key.";
    OBJECT_CERTIFY = "object-certify", NONE, Synced, true, "Issues a certificate for a public key.";
    OBJECT_CERTIFY_AGAIN = "object-certify-again", Permissions::ROTATE, Synced, true, "Renews a certificate.";
    RE_PROVISION = "re-provision", NONE, Synced, true, "Replaces the certificate that a client proves itself with.";
    OBJECT_VALIDATE = "object-validate", NONE, Written, false, "Checks a chain of certificates.";
    OBJECT_ACTIVATE = "object-activate", Permissions::ACTIVATE, Synced, true, "Activates an object.";
    OBJECT_REVOKE = "object-revoke", Permissions::REVOKE, Synced, true, "Deactivates an object or marks it as compromised.";
    OBJECT_DESTROY = "object-destroy", Permissions::DELETE, Synced, true, "Destroys an object's material.";
    OBJECT_ARCHIVE = "object-archive", Permissions::DELETE, Synced, true, "Archives an object.";
    OBJECT_RECOVER = "object-recover", Permissions::DELETE, Synced, true, "Brings an archived object back.";
    OBJECT_UNDO = "object-undo", NONE, Synced, true, "Undoes the changes of a batch.";
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;
    use claviger_ports::Durability;

    #[test]
    fn the_table_is_in_order_and_names_are_unique() {
        for (index, operation) in OPERATIONS.iter().enumerate() {
            assert_eq!(operation.index, index, "{}", operation.name);
            assert!(OPERATIONS[..index].iter().all(|other| other.name != operation.name));
        }
    }

    #[test]
    fn what_changes_is_synced() {
        for operation in OPERATIONS {
            assert!(
                !operation.changes || operation.durability == Durability::Synced,
                "{}",
                operation.name
            );
        }
    }
}
