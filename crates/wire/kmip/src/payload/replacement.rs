//! Payloads of the operations that replace keys and issue certificates.

use claviger_wire_ttlv::enumeration::CertificateRequestType;

use crate::attribute::Attributes;
use crate::field::{Interval, UniqueIdentifier};
use crate::object::{Certificate, CertificateRequest};
use crate::structure::ProtectionStorageMasks;

structure! {
    /// Re-key (KMIP 1.4, section 4.4; 2.1, section 6.1.46).
    #[derive(Default)]
    pub struct ReKeyRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// From the initial date of the new key to its activation.
        offset: optional Interval = OFFSET,
        attributes: either Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// Re-key Key Pair (KMIP 1.4, section 4.5; 2.1, section 6.1.47).
    #[derive(Default)]
    pub struct ReKeyKeyPairRequest {
        private_key_unique_identifier: optional UniqueIdentifier = PRIVATE_KEY_UNIQUE_IDENTIFIER,
        /// From the initial date of the new keys to their activation.
        offset: optional Interval = OFFSET,
        common_attributes: optional Attributes = COMMON_TEMPLATE_ATTRIBUTE / COMMON_ATTRIBUTES,
        private_key_attributes: optional Attributes = PRIVATE_KEY_TEMPLATE_ATTRIBUTE / PRIVATE_KEY_ATTRIBUTES,
        public_key_attributes: optional Attributes = PUBLIC_KEY_TEMPLATE_ATTRIBUTE / PUBLIC_KEY_ATTRIBUTES,
        common_protection_storage_masks: optional ProtectionStorageMasks = COMMON_PROTECTION_STORAGE_MASKS [since V2_0],
        private_protection_storage_masks: optional ProtectionStorageMasks = PRIVATE_PROTECTION_STORAGE_MASKS [since V2_0],
        public_protection_storage_masks: optional ProtectionStorageMasks = PUBLIC_PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// Certify (KMIP 1.4, section 4.7; 2.1, section 6.1.6).
    #[derive(Default)]
    pub struct CertifyRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        certificate_request_type: optional CertificateRequestType = CERTIFICATE_REQUEST_TYPE,
        certificate_request: optional Vec<u8> = CERTIFICATE_REQUEST / CERTIFICATE_REQUEST_VALUE,
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// Re-certify (KMIP 1.4, section 4.8; 2.1, section 6.1.45).
    #[derive(Default)]
    pub struct ReCertifyRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        certificate_request_unique_identifier: optional UniqueIdentifier = CERTIFICATE_REQUEST_UNIQUE_IDENTIFIER [since V2_0],
        certificate_request_type: optional CertificateRequestType = CERTIFICATE_REQUEST_TYPE,
        certificate_request: optional Vec<u8> = CERTIFICATE_REQUEST / CERTIFICATE_REQUEST_VALUE,
        /// From the initial date of the new certificate to its activation.
        offset: optional Interval = OFFSET,
        attributes: optional Attributes = TEMPLATE_ATTRIBUTE / ATTRIBUTES,
        protection_storage_masks: optional ProtectionStorageMasks = PROTECTION_STORAGE_MASKS [since V2_0],
    }
}

structure! {
    /// Re-Provision: new credentials for the client (KMIP 2.1, section 6.1.48).
    #[derive(Default)]
    pub struct ReProvisionRequest {
        certificate_request: optional CertificateRequest = CERTIFICATE_REQUEST,
        certificate: optional Certificate = CERTIFICATE,
    }
}

structure! {
    /// The answer to Re-Provision.
    #[derive(Default)]
    pub struct ReProvisionResponse {
        /// The certificate; the private key when the server made it.
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
    }
}
