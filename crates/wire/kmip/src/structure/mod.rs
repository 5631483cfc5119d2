//! Structures that stand in payloads and have no family of their own.

mod cryptographic;
mod permission;
mod pkcs11;
mod server;

pub use cryptographic::{
    CryptographicParameters, DerivationParameters, Name, RevocationReason, RngParameters,
    UsageLimits,
};
pub use permission::{
    AsynchronousRequest, Constraint, Constraints, DefaultsInformation, ObjectDefaults,
    ObjectGroups, ObjectTypes, Objects, Operations, ProtectionStorageMasks, Right, Rights, Ticket,
};
pub use pkcs11::{Pkcs11Function, Pkcs11ReturnCode};
pub use server::{
    CapabilityInformation, ExtensionInformation, ItemTypeCode, ProfileInformation, ProfileVersion,
    ServerInformation, ValidationInformation,
};
