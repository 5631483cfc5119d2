//! The messages of the native protocol: JSON over HTTP, shared by the door and by clients.
//!
//! Requests refuse members that they don't know, so that a misspelt option is never silently ignored. Names, lists and maps
//! are bounded while they are read. Bytes are base64 (RFC 4648 §4, with padding) and are decoded straight into their final
//! buffer: secret ones into memory that is wiped. Enumerations are written with the service's own names, dates as RFC 3339
//! text in UTC, durations as whole seconds.
//!
//! No value of unknown shape occurs in any request, so nesting is bounded by the types themselves.

mod base64_text;
mod data_key;
mod date;
mod decryption;
mod derivation;
mod encapsulation;
mod encryption;
mod key;
mod key_change;
mod key_list;
mod list;
mod mac;
mod names;
mod problem;
mod random;
mod rewrapping;
mod service;
mod signature;
mod text;
mod text_map;
mod transfer;
mod wrapping;
mod write;

pub use base64_text::{Base64Bytes, Base64Plaintext, Base64Secret, InvalidBase64};
pub use data_key::{DataKeyReply, DataKeyRequest, GenerateKeyRequest};
pub use date::{Date, InvalidDate};
pub use decryption::{
    DecryptBatchReply, DecryptItem, DecryptItemReply, DecryptReply, DecryptRequest,
    KeyDecryptRequest,
};
pub use derivation::{DeriveReply, DeriveRequest};
pub use encapsulation::{
    DecapsulateReply, DecapsulateRequest, EncapsulateReply, EncapsulateRequest,
};
pub use encryption::{
    EncryptBatchReply, EncryptItem, EncryptItemReply, EncryptReply, EncryptRequest, KeyEncryptItem,
    KeyEncryptReply, KeyEncryptRequest,
};
pub use key::{CreateKeyRequest, KeyReply, Policy, PolicyRequest, VersionReply};
pub use key_change::{
    ActivateKeyRequest, CancelDeletionRequest, ChangeKeyRequest, DeleteKeyRequest,
    RevokeKeyRequest, RotateKeyRequest,
};
pub use key_list::{KeyListReply, KeySummary, ListKeysQuery, ListVersionsQuery, VersionListReply};
pub use list::{BATCH_LIMIT, List};
pub use mac::{MacReply, MacRequest, MacVerifyRequest};
pub use names::{
    Algorithm, DataKeySpec, Hash, KeyFormat, KeySpec, ObjectType, PublicKeyFormat,
    RevocationReason, State, UnknownName, Usage,
};
pub use problem::{ItemError, PROBLEM_MEDIA_TYPE, Problem};
pub use random::{HashReply, HashRequest, RandomReply, RandomRequest};
pub use rewrapping::{
    KeyRewrapItem, KeyRewrapRequest, RewrapBatchReply, RewrapItem, RewrapItemReply, RewrapReply,
    RewrapRequest,
};
pub use service::{
    HealthReply, OperationCounts, SealStatus, StatusReply, StoreStatus, VersionInformation,
};
pub use signature::{SignReply, SignRequest, VerifyReply, VerifyRequest};
pub use text::Text;
pub use text_map::TextMap;
pub use transfer::{
    BackupKeyRequest, BackupReply, ExportKeyReply, ExportKeyRequest, ImportKeyRequest,
    PublicKeyQuery, PublicKeyReply, RestoreKeyRequest,
};
pub use wrapping::{UnwrapReply, UnwrapRequest, WrapReply, WrapRequest};
pub use write::{
    Keyed, WriteCiphertext, write_decrypt_batch_reply, write_decrypt_reply,
    write_encrypt_batch_reply, write_encrypt_reply,
};
