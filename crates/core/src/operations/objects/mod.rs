//! Operations on managed objects in KMIP's sense: whatever a protocol does with one object rather than with a key of versions.
//!
//! Every object belongs to a keyset all the same, mostly to one of its own: the keyset's row is what the object's row is bound
//! to (see `docs/adr/0002-rows-bound-to-each-other.md`), grants are given on it, and replacing an object appends to it.

mod check_mac;
mod content;
mod decrypt_data;
mod encrypt_data;
pub(crate) mod fields;
mod formats;
mod given;
mod hash_message;
mod index;
mod make_mac;
mod parameters;
pub(crate) mod parametric;
mod sign_data;
mod streams;
mod templates;
mod transparent;
mod ttlv;
mod usage;
mod usage_limits;
mod use_object;
mod validity;
mod verify_signature;

pub use check_mac::CheckMac;
pub use decrypt_data::{DecryptData, Decrypted};
pub use encrypt_data::{EncryptData, Encrypted};
pub use hash_message::{HashMessage, Hashed};
pub use make_mac::{MadeMac, MakeMac};
pub use parameters::{NamedParameters, read_parameters, write_parameters};
pub use sign_data::{SignData, Signed, SignedData};
pub use streams::Part;
pub(crate) use streams::Streams;
pub use validity::Validity;
pub use verify_signature::{Verified, VerifySignature};
pub use content::{Content, Created, CreatedPair, Generation, Given, KeyBytes, KeyContent};
pub(crate) use content::hidden;
pub(crate) use index::AttributeIndex;
pub(crate) use usage_limits::Blocks;
