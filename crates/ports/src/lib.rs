//! The holes in the core's wall: traits that the core needs and adapters implement.
//!
//! Each trait states its contract in its documentation; `claviger-testkit` holds one conformance suite per port, which every
//! implementation passes. Nothing here knows a database, a web framework, a file or a vendor.

mod audit;
mod certificates;
mod clock;
mod crypto;
mod parametric;
mod seal;
mod store;

pub use audit::{AuditError, AuditLog, AuditRecord, Durability, Outcome, Target};
pub use certificates::{
    CertificateFacts, Certificates, CertificationSubject, CheckedRequest, ClientCertificateError,
    ClientCertificates, ContainerContents, Issuer, SubjectName,
};
pub use clock::Clock;
pub use crypto::{
    CipherRequest, Ciphered, Crypto, CryptoError, DerivationRequest, Encapsulated, ImportedKey,
    Key, SignatureInput,
};
pub use parametric::{
    DERIVED_TOO_LONG, Direction, GeneratedMaterial, INVALID_TAG_LENGTH, KeyComponents, KeyPart,
    MISSING_NONCE, ParametricCipher, ParametricCiphertext, ParametricCrypto, ParametricDerivation,
    ParametricKey, ParametricMaterial, ParametricMessage, ParametricStream, SplitRequest,
    StreamKind,
};
pub use seal::{RootKey, RootKeySource, SealDescription, SealError, SealKind};
pub use store::{
    Change, Due, Fingerprint, KeysetQuery, KeysetRow, KeysetSelector, ObjectOrder, ObjectQuery,
    ObjectRow, ReadAccess, Store, StoreCounts, StoreError, WrappedKeyKind, WrappedKeyRow,
};
