//! Payloads of the operations that make objects: Create, Create Key Pair, Register, Derive Key, Import, and split keys.

use claviger_wire_ttlv::enumeration::{
    DerivationMethod, KeyWrapType, ObjectType, SecretDataType, SplitKeyMethod,
};

use crate::attribute::{AttributeEntry, Attributes};
use crate::field::{BigInteger, UniqueIdentifier};
use crate::object::ManagedObject;
use crate::structure::{DerivationParameters, ProtectionStorageMasks};

structure! {
    /// Create: a symmetric key or a secret (KMIP 1.4, section 4.1; 2.1, section 6.1.8).
    pub struct CreateRequest {
        object_type: required ObjectType = OBJECT_TYPE,
        attributes: required Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// The answer to Create.
    pub struct CreateResponse {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// What the server chose.
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE [until V1_4],
    }
}

structure! {
    /// Create Key Pair (KMIP 1.4, section 4.2; 2.1, section 6.1.9).
    #[derive(Default)]
    pub struct CreateKeyPairRequest {
        common_attributes: optional Attributes = COMMON_TEMPLATE_ATTRIBUTE / COMMON_ATTRIBUTES,
        private_key_attributes: optional Attributes = PRIVATE_KEY_TEMPLATE_ATTRIBUTE / PRIVATE_KEY_ATTRIBUTES,
        public_key_attributes: optional Attributes = PUBLIC_KEY_TEMPLATE_ATTRIBUTE / PUBLIC_KEY_ATTRIBUTES,
        common_protection_storage_masks: optional ProtectionStorageMasks = COMMON_PROTECTION_STORAGE_MASKS [since V2_0],
        private_protection_storage_masks: optional ProtectionStorageMasks = PRIVATE_PROTECTION_STORAGE_MASKS [since V2_0],
        public_protection_storage_masks: optional ProtectionStorageMasks = PUBLIC_PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// The answer to Create Key Pair, and to Re-key Key Pair.
    pub struct KeyPairResponse {
        private_key_unique_identifier: required UniqueIdentifier = PRIVATE_KEY_UNIQUE_IDENTIFIER,
        public_key_unique_identifier: required UniqueIdentifier = PUBLIC_KEY_UNIQUE_IDENTIFIER,
        /// What the server chose.
        private_key_attributes: optional Attributes = PRIVATE_KEY_TEMPLATE_ATTRIBUTE [until V1_4],
        /// What the server chose.
        public_key_attributes: optional Attributes = PUBLIC_KEY_TEMPLATE_ATTRIBUTE [until V1_4],
    }
}

structure! {
    /// Register (KMIP 1.4, section 4.3; 2.1, section 6.1.43).
    pub struct RegisterRequest {
        object_type: required ObjectType = OBJECT_TYPE,
        attributes: required Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        /// Absent when the key value is kept elsewhere, which the attributes say.
        object: optional_object ManagedObject,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// The answer to the operations that make one object: Register, Derive Key, Certify, Re-certify, Re-key.
    pub struct NewObjectResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// What the server chose.
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE [until V1_4],
    }
}

structure! {
    /// Derive Key (KMIP 1.4, section 4.6; 2.1, section 6.1.14).
    pub struct DeriveKeyRequest {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifiers: many UniqueIdentifier = UNIQUE_IDENTIFIER,
        derivation_method: required DerivationMethod = DERIVATION_METHOD,
        derivation_parameters: required DerivationParameters = DERIVATION_PARAMETERS,
        attributes: required Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
    }
}

structure! {
    /// Import (KMIP 1.4, section 4.41; 2.1, section 6.1.25).
    pub struct ImportRequest {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        object_type: optional ObjectType = OBJECT_TYPE [since V2_0 tolerated],
        replace_existing: optional bool = REPLACE_EXISTING,
        key_wrap_type: optional KeyWrapType = KEY_WRAP_TYPE,
        attributes: entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
        object: object ManagedObject,
    }
}

structure! {
    /// Create Split Key (KMIP 1.4, section 4.38; 2.1, section 6.1.10).
    pub struct CreateSplitKeyRequest {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        split_key_parts: required i32 = SPLIT_KEY_PARTS,
        split_key_threshold: required i32 = SPLIT_KEY_THRESHOLD,
        split_key_method: required SplitKeyMethod = SPLIT_KEY_METHOD,
        prime_field_size: optional BigInteger = PRIME_FIELD_SIZE,
        attributes: required Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// The answer to Create Split Key.
    pub struct CreateSplitKeyResponse {
        object_type: optional ObjectType = OBJECT_TYPE [since V1_2 until V1_2],
        unique_identifiers: many UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// What the server chose.
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE [until V1_4],
    }
}

structure! {
    /// Join Split Key (KMIP 1.4, section 4.39; 2.1, section 6.1.27).
    pub struct JoinSplitKeyRequest {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifiers: many UniqueIdentifier = UNIQUE_IDENTIFIER,
        secret_data_type: optional SecretDataType = SECRET_DATA_TYPE,
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// The answer to Join Split Key.
    pub struct JoinSplitKeyResponse {
        object_type: optional ObjectType = OBJECT_TYPE [since V1_2 until V1_2],
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// What the server chose.
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE [until V1_4],
    }
}
