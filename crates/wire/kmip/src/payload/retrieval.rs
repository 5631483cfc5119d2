//! Payloads of the operations that find and return objects: Locate, Get, Export.

use claviger_wire_ttlv::enumeration::{
    KeyCompressionType, KeyFormatType, KeyWrapType, ObjectGroupMember, ObjectType,
};

use crate::attribute::AttributeEntry;
use crate::field::UniqueIdentifier;
use crate::object::{KeyWrappingSpecification, ManagedObject};

structure! {
    /// Locate (KMIP 1.4, section 4.9; 2.1, section 6.1.28).
    #[derive(Default)]
    pub struct LocateRequest {
        maximum_items: optional i32 = MAXIMUM_ITEMS,
        offset_items: optional i32 = OFFSET_ITEMS [since V1_3 tolerated],
        /// A bit mask.
        storage_status_mask: optional i32 = STORAGE_STATUS_MASK,
        object_group_member: optional ObjectGroupMember = OBJECT_GROUP_MEMBER [since V1_1 tolerated],
        /// What the objects must have.
        attributes: entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
    }
}

structure! {
    /// The answer to Locate.
    #[derive(Default)]
    pub struct LocateResponse {
        /// How many objects there are, beside those that are returned.
        located_items: optional i32 = LOCATED_ITEMS [since V1_3],
        unique_identifiers: repeated UniqueIdentifier = UNIQUE_IDENTIFIER,
    }
}

structure! {
    /// Get (KMIP 1.4, section 4.11; 2.1, section 6.1.19), and Export (1.4, section 4.40; 2.1, section 6.1.18).
    #[derive(Default)]
    pub struct GetRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        key_format_type: optional KeyFormatType = KEY_FORMAT_TYPE,
        key_wrap_type: optional KeyWrapType = KEY_WRAP_TYPE [since V1_4],
        key_compression_type: optional KeyCompressionType = KEY_COMPRESSION_TYPE,
        key_wrapping_specification: optional KeyWrappingSpecification = KEY_WRAPPING_SPECIFICATION,
    }
}

structure! {
    /// The answer to Get.
    pub struct GetResponse {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        object: object ManagedObject,
    }
}

structure! {
    /// The answer to Export.
    pub struct ExportResponse {
        object_type: required ObjectType = OBJECT_TYPE,
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        attributes: entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
        object: object ManagedObject,
    }
}
