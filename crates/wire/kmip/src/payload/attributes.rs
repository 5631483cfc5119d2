//! Payloads of the operations on attributes.

use claviger_wire_ttlv::enumeration::AdjustmentType;

use crate::attribute::{AttributeEntry, AttributeReference};
use crate::field::UniqueIdentifier;
use crate::value::Value;

structure! {
    /// Get Attributes (KMIP 1.4, section 4.12; 2.1, section 6.1.20).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct GetAttributesRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// Which attributes; none means all.
        references: repeated AttributeReference = ATTRIBUTE_NAME / ATTRIBUTE_REFERENCE,
    }
}

structure! {
    /// The answer to Get Attributes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GetAttributesResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        attributes: entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
    }
}

structure! {
    /// The answer to Get Attribute List (KMIP 1.4, section 4.13; 2.1, section 6.1.21).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GetAttributeListResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        references: references AttributeReference = ATTRIBUTE_NAME / ATTRIBUTE_REFERENCE,
    }
}

structure! {
    /// Add Attribute (KMIP 1.4, section 4.14; 2.1, section 6.1.2), and Set Attribute (2.1, section 6.1.51).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AddAttributeRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        attribute: required AttributeEntry = ATTRIBUTE / NEW_ATTRIBUTE,
    }
}

structure! {
    /// Modify Attribute (KMIP 1.4, section 4.15; 2.1, section 6.1.34).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ModifyAttributeRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// Which instance, by its value. In 1.x the attribute's index says it.
        current_attribute: optional AttributeEntry = CURRENT_ATTRIBUTE [since V2_0],
        attribute: required AttributeEntry = ATTRIBUTE / NEW_ATTRIBUTE,
    }
}

structure! {
    /// Delete Attribute (KMIP 1.4, section 4.16; 2.1, section 6.1.13).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct DeleteAttributeRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// Which instance, by its value.
        current_attribute: optional AttributeEntry = CURRENT_ATTRIBUTE [since V2_0],
        /// Which attribute. It must be there in 1.x; in 2.x, this or the current attribute.
        reference: optional AttributeReference = ATTRIBUTE_NAME / ATTRIBUTE_REFERENCE,
        /// Which instance; absent is 0.
        attribute_index: optional i32 = ATTRIBUTE_INDEX [until V1_4],
    }
}

structure! {
    /// The answer to Add Attribute, Modify Attribute and Delete Attribute.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AttributeResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// What was added, modified or deleted. It must be there in 1.x.
        attribute: optional AttributeEntry = ATTRIBUTE [until V1_4],
    }
}

structure! {
    /// Adjust Attribute (KMIP 2.1, section 6.1.3).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AdjustAttributeRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        reference: required AttributeReference = ATTRIBUTE_REFERENCE,
        adjustment_type: required AdjustmentType = ADJUSTMENT_TYPE,
        /// By how much; absent is 1.
        adjustment_value: optional Value = ADJUSTMENT_VALUE,
    }
}
