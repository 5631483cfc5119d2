//! The nouns of key management: what a key is, what it is for, what state it is in and who may use it.
//!
//! Nothing here does input or output, waits, reads a clock or knows a wire format. Enumerations are closed on purpose: a
//! `match` without a wildcard in every door makes the compiler list the places that a new member touches.

mod algorithm;
mod attribute;
mod coded;
mod context;
mod id;
mod key_format;
mod key_spec;
mod keyset;
mod name;
mod object;
mod parameters;
mod policy;
mod principal;
mod state;
mod template;
mod time;
mod usage;

pub use algorithm::{Algorithm, AlgorithmClass, Hash};
pub use attribute::{
    ATTRIBUTES, Attribute, AttributeKey, AttributeKind, AttributeRule, Attributes, Field,
    Modifiable, SetBy, Value,
};
pub use coded::{
    BlockCipherMode, CryptographicAlgorithm, DerivationMethod, DigitalSignatureAlgorithm,
    HashingAlgorithm, KeyFormatType, LinkType, PaddingMethod, RecommendedCurve, SplitKeyMethod,
};
pub use context::{ContextError, EncryptionContext};
pub use id::{KeysetId, ObjectId, RequestId, TenantId};
pub use key_format::KeyFormat;
pub use key_spec::KeySpec;
pub use keyset::{Grant, Keyset};
pub use name::{AttributeName, KeyName, NameError, Tag, UniqueIdentifier};
pub use object::{Dates, Object, ObjectType, RevocationReason};
pub use parameters::CryptographicParameters;
pub use policy::{DAY, Policy, PolicyError};
pub use principal::{Permissions, Principal};
pub use state::{InvalidTransition, State};
pub use template::{KeyTemplate, TEMPLATES};
pub use time::Timestamp;
pub use usage::Usage;
