//! Lists that limit who may do what, and what holds by default (KMIP 2.x).

use claviger_wire_ttlv::enumeration::{ObjectType, Operation, ProcessingStage, TicketType};

use crate::attribute::Attributes;
use crate::field::{DateTimeExtended, UniqueIdentifier};
use crate::structure::UsageLimits;

structure! {
    /// Proof of a login (KMIP 2.1, section 7.39). The value is as good as a password: it is not shown by `Debug`.
    pub struct Ticket {
        ticket_type: required TicketType = TICKET_TYPE,
        ticket_value: required claviger_secret::SecretBytes = TICKET_VALUE,
    }
}

structure! {
    /// What the holder of a ticket may do (KMIP 2.1, section 7.35).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Rights {
        rights: repeated Right = RIGHT,
    }
}

structure! {
    /// One thing that the holder of a ticket may do (KMIP 2.1, section 7.34). What is absent does not limit.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Right {
        usage_limits: optional UsageLimits = USAGE_LIMITS,
        operations: optional Operations = OPERATIONS,
        objects: optional Objects = OBJECTS,
        object_groups: optional ObjectGroups = OBJECT_GROUPS [since V2_1],
    }
}

structure! {
    /// Operations (KMIP 2.1, section 7.25).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Operations {
        operations: repeated Operation = OPERATION,
    }
}

structure! {
    /// Objects (KMIP 2.1, section 7.21).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Objects {
        unique_identifiers: repeated UniqueIdentifier = UNIQUE_IDENTIFIER,
    }
}

structure! {
    /// Groups of objects (KMIP 2.1, section 7.23).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ObjectGroups {
        object_groups: repeated String = OBJECT_GROUP,
    }
}

structure! {
    /// Types of objects (KMIP 2.1, section 7.24).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ObjectTypes {
        object_types: repeated ObjectType = OBJECT_TYPE,
    }
}

structure! {
    /// What new objects must be like (KMIP 2.1, section 7.7).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Constraints {
        constraints: repeated Constraint = CONSTRAINT,
    }
}

structure! {
    /// What new objects of some types or groups must be like (KMIP 2.1, section 7.6).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Constraint {
        object_types: optional ObjectTypes = OBJECT_TYPES,
        object_groups: optional ObjectGroups = OBJECT_GROUPS,
        attributes: optional Attributes = ATTRIBUTES,
    }
}

structure! {
    /// What new objects are like when a request does not say it (KMIP 2.1, section 7.11).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct DefaultsInformation {
        object_defaults: repeated ObjectDefaults = OBJECT_DEFAULTS,
    }
}

structure! {
    /// What new objects of some types or groups are like (KMIP 2.1, section 7.22). One of the two fields with types is there.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ObjectDefaults {
        object_type: optional ObjectType = OBJECT_TYPE,
        object_types: optional ObjectTypes = OBJECT_TYPES [since V2_1],
        attributes: required Attributes = ATTRIBUTES,
        object_groups: optional ObjectGroups = OBJECT_GROUPS [since V2_1],
    }
}

structure! {
    /// The alternatives of storage that are acceptable for an object, each a bit mask (KMIP 2.1, section 7.33).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ProtectionStorageMasks {
        protection_storage_masks: repeated i32 = PROTECTION_STORAGE_MASK,
    }
}

structure! {
    /// A request whose answer is still to come (KMIP 2.1, section 7.2).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AsynchronousRequest {
        asynchronous_correlation_value: required Vec<u8> = ASYNCHRONOUS_CORRELATION_VALUE,
        operation: required Operation = OPERATION,
        submission_date: required DateTimeExtended = SUBMISSION_DATE,
        processing_stage: required ProcessingStage = PROCESSING_STAGE,
    }
}
