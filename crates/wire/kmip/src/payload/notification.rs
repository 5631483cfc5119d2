//! Payloads of the operations that a server sends to a client (KMIP 1.4, section 5; 2.1, section 6.2).

use claviger_wire_ttlv::enumeration::PutFunction;

use crate::attribute::{AttributeEntry, AttributeReference};
use crate::field::UniqueIdentifier;
use crate::object::ManagedObject;

structure! {
    /// Notify: attributes have changed (KMIP 1.4, section 5.1; 2.1, section 6.2.2).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct NotifyRequest {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// In 1.x, one without a value was deleted.
        attributes: any_entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
        /// The attributes that were deleted.
        references: references AttributeReference = ATTRIBUTE_REFERENCE [since V2_0],
    }
}

structure! {
    /// Put: here is an object (KMIP 1.4, section 5.2; 2.1, section 6.2.3).
    pub struct PutRequest {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        put_function: required PutFunction = PUT_FUNCTION,
        /// Only when an object is replaced.
        replaced_unique_identifier: optional UniqueIdentifier = REPLACED_UNIQUE_IDENTIFIER,
        object: object ManagedObject,
        attributes: any_entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
    }
}
