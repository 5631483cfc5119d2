//! Payloads of the operations on the server itself: what it can do, what it may do, and what it is told.

use claviger_wire_ttlv::enumeration::{
    AttestationType, ClientRegistrationMethod, EndpointRole, InteropFunction, ObjectType,
    Operation, QueryFunction,
};

use crate::message::ProtocolVersion;
use crate::structure::{
    CapabilityInformation, Constraints, DefaultsInformation, ExtensionInformation, ObjectGroups,
    Pkcs11Function, Pkcs11ReturnCode, ProfileInformation, ProtectionStorageMasks, RngParameters,
    ServerInformation, ValidationInformation,
};

structure! {
    /// Query (KMIP 1.4, section 4.25; 2.1, section 6.1.40).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct QueryRequest {
        query_functions: many QueryFunction = QUERY_FUNCTION,
        object_groups: optional ObjectGroups = OBJECT_GROUPS [since V2_1],
    }
}

structure! {
    /// The answer to Query.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct QueryResponse {
        operations: repeated Operation = OPERATION,
        object_types: repeated ObjectType = OBJECT_TYPE,
        vendor_identification: optional String = VENDOR_IDENTIFICATION,
        server_information: optional ServerInformation = SERVER_INFORMATION,
        application_namespaces: repeated String = APPLICATION_NAMESPACE,
        extension_information: repeated ExtensionInformation = EXTENSION_INFORMATION [since V1_1],
        attestation_types: repeated AttestationType = ATTESTATION_TYPE [since V1_2],
        rng_parameters: repeated RngParameters = RNG_PARAMETERS [since V1_3],
        profile_information: repeated ProfileInformation = PROFILE_INFORMATION [since V1_3],
        validation_information: repeated ValidationInformation = VALIDATION_INFORMATION [since V1_3],
        capability_information: repeated CapabilityInformation = CAPABILITY_INFORMATION [since V1_3],
        client_registration_methods: repeated ClientRegistrationMethod = CLIENT_REGISTRATION_METHOD [since V1_3],
        defaults_information: optional DefaultsInformation = DEFAULTS_INFORMATION [since V2_0],
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// Discover Versions, the request and the answer (KMIP 1.4, section 4.26; 2.1, section 6.1.16). The best version stands
    /// first; a request without any asks for all.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct DiscoverVersionsPayload {
        protocol_versions: repeated ProtocolVersion = PROTOCOL_VERSION,
    }
}

structure! {
    /// Interop: a test begins or ends (KMIP 2.1, section 6.1.26).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InteropRequest {
        interop_function: required InteropFunction = INTEROP_FUNCTION,
        /// Absent from Reset.
        interop_identifier: optional String = INTEROP_IDENTIFIER,
    }
}

structure! {
    /// Log (KMIP 2.1, section 6.1.29).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LogRequest {
        log_message: required String = LOG_MESSAGE,
    }
}

structure! {
    /// Set Constraints, and the answer to Get Constraints (KMIP 2.1, sections 6.1.52 and 6.1.22).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ConstraintsPayload {
        constraints: required Constraints = CONSTRAINTS,
    }
}

structure! {
    /// Set Defaults (KMIP 2.1, section 6.1.53).
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct SetDefaultsRequest {
        /// Absent removes all defaults.
        defaults_information: optional DefaultsInformation = DEFAULTS_INFORMATION,
    }
}

structure! {
    /// Set Endpoint Role, the request and the answer (KMIP 2.1, section 6.1.54).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SetEndpointRolePayload {
        endpoint_role: required EndpointRole = ENDPOINT_ROLE,
    }
}

structure! {
    /// PKCS#11: a call of its interface (KMIP 2.1, section 6.1.37). Parameters may contain PINs: `Debug` does not show them.
    pub struct Pkcs11Request {
        /// Absent is that of PKCS#11 3.0.
        pkcs11_interface: optional String = PKCS_11_INTERFACE,
        pkcs11_function: required Pkcs11Function = PKCS_11_FUNCTION,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE,
        input_parameters: optional claviger_secret::SecretBytes = PKCS_11_INPUT_PARAMETERS,
    }
}

structure! {
    /// The answer to PKCS#11.
    pub struct Pkcs11Response {
        /// Absent is that of PKCS#11 3.0.
        pkcs11_interface: optional String = PKCS_11_INTERFACE,
        pkcs11_function: required Pkcs11Function = PKCS_11_FUNCTION,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE,
        output_parameters: optional claviger_secret::SecretBytes = PKCS_11_OUTPUT_PARAMETERS,
        return_code: required Pkcs11ReturnCode = PKCS_11_RETURN_CODE,
    }
}
