//! What a server says about itself in the answer to Query.

use claviger_wire_ttlv::enumeration::{
    DestroyAction, ProfileName, RNGMode, ShreddingAlgorithm, UnwrapMode, ValidationAuthorityType,
    ValidationType,
};
use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer};

use crate::error::MessageError;
use crate::field::Field;
use crate::value::Value;

structure! {
    /// Which server this is (KMIP 1.4, section 4.25; 2.1, section 7.37). KMIP 1.x has fields of the vendor's only.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ServerInformation {
        server_name: optional String = SERVER_NAME [since V2_0],
        server_serial_number: optional String = SERVER_SERIAL_NUMBER [since V2_0],
        server_version: optional String = SERVER_VERSION [since V2_0],
        server_load: optional String = SERVER_LOAD [since V2_0],
        product_name: optional String = PRODUCT_NAME [since V2_0],
        build_level: optional String = BUILD_LEVEL [since V2_0],
        build_date: optional String = BUILD_DATE [since V2_0],
        cluster_info: optional String = CLUSTER_INFO [since V2_0],
        alternative_failover_endpoints: repeated String = ALTERNATE_FAILOVER_ENDPOINTS [since V2_0],
        vendor_specific: rest Value,
    }
}

structure! {
    /// An extension of the protocol that a server understands (KMIP 1.4, section 2.1.9; 2.1, section 7.13).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ExtensionInformation {
        extension_name: required String = EXTENSION_NAME,
        extension_tag: optional i32 = EXTENSION_TAG,
        extension_type: optional ItemTypeCode = EXTENSION_TYPE,
        extension_enumeration: optional i32 = EXTENSION_ENUMERATION [since V2_0],
        extension_attribute: optional bool = EXTENSION_ATTRIBUTE [since V2_0],
        extension_parent_structure_tag: optional i32 = EXTENSION_PARENT_STRUCTURE_TAG [since V2_0],
        extension_description: optional String = EXTENSION_DESCRIPTION [since V2_0],
    }
}

/// The number of a type of items: an Integer in KMIP 1.x, an Enumeration in 2.x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemTypeCode(pub u32);

impl Field for ItemTypeCode {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        let code = match item.item_type() {
            ItemType::Integer => item.integer().and_then(|code| u32::try_from(code).ok()),
            _ => item.enumeration(),
        };
        code.map(Self).ok_or_else(|| MessageError::wrong_type(item.tag(), "Enumeration"))
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        match i32::try_from(self.0) {
            Ok(code) if version.major < 2 => writer.integer(tag, code),
            _ => writer.enumeration(tag, self.0),
        }
    }
}

structure! {
    /// A profile that a server supports (KMIP 1.4, section 2.1.19; 2.1, section 7.31).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProfileInformation {
        profile_name: required ProfileName = PROFILE_NAME,
        profile_version: optional ProfileVersion = PROFILE_VERSION [since V2_0],
        server_uri: optional String = SERVER_URI,
        server_port: optional i32 = SERVER_PORT,
    }
}

structure! {
    /// The version of a profile (KMIP 2.1, section 7.32).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProfileVersion {
        profile_version_major: required i32 = PROFILE_VERSION_MAJOR,
        profile_version_minor: required i32 = PROFILE_VERSION_MINOR,
    }
}

structure! {
    /// A certification that a server claims (KMIP 1.4, section 2.1.20; 2.1, section 7.41).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ValidationInformation {
        validation_authority_type: required ValidationAuthorityType = VALIDATION_AUTHORITY_TYPE,
        validation_authority_country: optional String = VALIDATION_AUTHORITY_COUNTRY,
        validation_authority_uri: optional String = VALIDATION_AUTHORITY_URI,
        validation_version_major: required i32 = VALIDATION_VERSION_MAJOR,
        validation_version_minor: optional i32 = VALIDATION_VERSION_MINOR,
        validation_type: required ValidationType = VALIDATION_TYPE,
        validation_level: required i32 = VALIDATION_LEVEL,
        validation_certificate_identifier: optional String = VALIDATION_CERTIFICATE_IDENTIFIER,
        validation_certificate_uri: optional String = VALIDATION_CERTIFICATE_URI,
        validation_vendor_uri: optional String = VALIDATION_VENDOR_URI,
        validation_profiles: repeated String = VALIDATION_PROFILE,
    }
}

structure! {
    /// What a server can do (KMIP 1.4, section 2.1.21; 2.1, section 7.5).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CapabilityInformation {
        streaming_capability: optional bool = STREAMING_CAPABILITY,
        asynchronous_capability: optional bool = ASYNCHRONOUS_CAPABILITY,
        attestation_capability: optional bool = ATTESTATION_CAPABILITY,
        batch_undo_capability: optional bool = BATCH_UNDO_CAPABILITY [since V1_4],
        batch_continue_capability: optional bool = BATCH_CONTINUE_CAPABILITY [since V1_4],
        unwrap_mode: optional UnwrapMode = UNWRAP_MODE,
        destroy_action: optional DestroyAction = DESTROY_ACTION,
        shredding_algorithm: optional ShreddingAlgorithm = SHREDDING_ALGORITHM,
        rng_mode: optional RNGMode = RNG_MODE,
        quantum_safe_capability: optional bool = QUANTUM_SAFE_CAPABILITY [since V2_0],
    }
}
