//! Payloads of the cryptographic operations (KMIP 1.4, sections 4.29 to 4.37; 2.1, section 6.1).
//!
//! An operation in one part carries the data. One in several parts, since 1.3, begins with the Init Indicator, goes on with
//! the Correlation Value that the server returned, and ends with the Final Indicator.

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::enumeration::ValidityIndicator;

use crate::field::{Data, UniqueIdentifier};
use crate::structure::CryptographicParameters;

structure! {
    /// Encrypt (KMIP 1.4, section 4.29; 2.1, section 6.1.17).
    #[derive(Default)]
    pub struct EncryptRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        iv_counter_nonce: optional Vec<u8> = IV_COUNTER_NONCE,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
        authenticated_encryption_additional_data: optional Vec<u8> = AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA [since V1_4 tolerated],
    }
}

structure! {
    /// The answer to Encrypt.
    pub struct EncryptResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        data: optional SecretBytes = DATA,
        iv_counter_nonce: optional Vec<u8> = IV_COUNTER_NONCE,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        authenticated_encryption_tag: optional Vec<u8> = AUTHENTICATED_ENCRYPTION_TAG [since V1_4],
    }
}

structure! {
    /// Decrypt (KMIP 1.4, section 4.30; 2.1, section 6.1.11).
    #[derive(Default)]
    pub struct DecryptRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        iv_counter_nonce: optional Vec<u8> = IV_COUNTER_NONCE,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
        authenticated_encryption_additional_data: optional Vec<u8> = AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA [since V1_4 tolerated],
        authenticated_encryption_tag: optional Vec<u8> = AUTHENTICATED_ENCRYPTION_TAG [since V1_4 tolerated],
    }
}

structure! {
    /// The answer to Decrypt.
    pub struct DecryptResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        data: optional SecretBytes = DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// Sign (KMIP 1.4, section 4.31; 2.1, section 6.1.55).
    #[derive(Default)]
    pub struct SignRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        digested_data: optional Vec<u8> = DIGESTED_DATA [since V1_4],
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
    }
}

structure! {
    /// The answer to Sign.
    pub struct SignResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        signature_data: optional Vec<u8> = SIGNATURE_DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// Signature Verify (KMIP 1.4, section 4.32; 2.1, section 6.1.56).
    #[derive(Default)]
    pub struct SignatureVerifyRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        digested_data: optional Vec<u8> = DIGESTED_DATA [since V1_4],
        signature_data: optional Vec<u8> = SIGNATURE_DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
    }
}

structure! {
    /// The answer to Signature Verify.
    pub struct SignatureVerifyResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// Absent until the last part.
        validity_indicator: optional ValidityIndicator = VALIDITY_INDICATOR,
        /// What the signature contained, where the algorithm recovers it.
        data: optional SecretBytes = DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// MAC (KMIP 1.4, section 4.33; 2.1, section 6.1.32).
    #[derive(Default)]
    pub struct MacRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
    }
}

structure! {
    /// The answer to MAC.
    pub struct MacResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        mac_data: optional Vec<u8> = MAC_DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// MAC Verify (KMIP 1.4, section 4.34; 2.1, section 6.1.33).
    #[derive(Default)]
    pub struct MacVerifyRequest {
        unique_identifier: optional UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        mac_data: optional Vec<u8> = MAC_DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
    }
}

structure! {
    /// The answer to MAC Verify.
    pub struct MacVerifyResponse {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        /// Absent until the last part.
        validity_indicator: optional ValidityIndicator = VALIDITY_INDICATOR,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// Hash (KMIP 1.4, section 4.37; 2.1, section 6.1.24).
    pub struct HashRequest {
        cryptographic_parameters: required CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        data: optional Data = DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
        init_indicator: optional bool = INIT_INDICATOR [since V1_3],
        final_indicator: optional bool = FINAL_INDICATOR [since V1_3],
    }
}

structure! {
    /// The answer to Hash.
    #[derive(Default)]
    pub struct HashResponse {
        data: optional SecretBytes = DATA,
        correlation_value: optional Vec<u8> = CORRELATION_VALUE [since V1_3],
    }
}

structure! {
    /// RNG Retrieve (KMIP 1.4, section 4.35; 2.1, section 6.1.49).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RngRetrieveRequest {
        /// In bytes.
        data_length: required i32 = DATA_LENGTH,
    }
}

structure! {
    /// The answer to RNG Retrieve.
    pub struct RngRetrieveResponse {
        data: required SecretBytes = DATA,
    }
}

structure! {
    /// RNG Seed (KMIP 1.4, section 4.36; 2.1, section 6.1.50).
    pub struct RngSeedRequest {
        data: required Data = DATA,
    }
}

structure! {
    /// The answer to RNG Seed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RngSeedResponse {
        /// How many bytes of the seed were used.
        data_length: required i32 = DATA_LENGTH,
    }
}
