//! Structures that describe keys and what is done with them.

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, DRBGAlgorithm, DigitalSignatureAlgorithm,
    FIPS186Variation, HashingAlgorithm, KeyRoleType, MaskGenerator, NameType, PaddingMethod,
    RNGAlgorithm, RecommendedCurve, RevocationReasonCode, UsageLimitsUnit,
};

structure! {
    /// How a key is used (KMIP 1.4, section 3.6; 2.1, section 4.16).
    ///
    /// Lengths are in bits, but for Tag Length, IV Length and Salt Length, which are in bytes, as the test cases have them.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CryptographicParameters {
        block_cipher_mode: optional BlockCipherMode = BLOCK_CIPHER_MODE,
        padding_method: optional PaddingMethod = PADDING_METHOD,
        hashing_algorithm: optional HashingAlgorithm = HASHING_ALGORITHM,
        key_role_type: optional KeyRoleType = KEY_ROLE_TYPE,
        digital_signature_algorithm: optional DigitalSignatureAlgorithm = DIGITAL_SIGNATURE_ALGORITHM [since V1_2 tolerated],
        cryptographic_algorithm: optional CryptographicAlgorithm = CRYPTOGRAPHIC_ALGORITHM [since V1_2 tolerated],
        random_iv: optional bool = RANDOM_IV [since V1_2 tolerated],
        iv_length: optional i32 = IV_LENGTH [since V1_2 tolerated],
        tag_length: optional i32 = TAG_LENGTH [since V1_2 tolerated],
        fixed_field_length: optional i32 = FIXED_FIELD_LENGTH [since V1_2 tolerated],
        invocation_field_length: optional i32 = INVOCATION_FIELD_LENGTH [since V1_2 tolerated],
        counter_length: optional i32 = COUNTER_LENGTH [since V1_2 tolerated],
        initial_counter_value: optional i32 = INITIAL_COUNTER_VALUE [since V1_2 tolerated],
        salt_length: optional i32 = SALT_LENGTH [since V1_4],
        mask_generator: optional MaskGenerator = MASK_GENERATOR [since V1_4],
        mask_generator_hashing_algorithm: optional HashingAlgorithm = MASK_GENERATOR_HASHING_ALGORITHM [since V1_4],
        p_source: optional Vec<u8> = P_SOURCE [since V1_4],
        trailer_field: optional i32 = TRAILER_FIELD [since V1_4],
    }
}

structure! {
    /// What a key is derived from, besides other keys (KMIP 1.4, section 4.6; 2.1, section 7.12).
    pub struct DerivationParameters {
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
        initialization_vector: optional Vec<u8> = INITIALIZATION_VECTOR,
        derivation_data: repeated SecretBytes = DERIVATION_DATA,
        salt: optional Vec<u8> = SALT,
        iteration_count: optional i32 = ITERATION_COUNT,
    }
}

structure! {
    /// A name (KMIP 1.4, section 3.2; 2.1, section 4.32).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Name {
        name_value: required String = NAME_VALUE,
        name_type: required NameType = NAME_TYPE,
    }
}

structure! {
    /// Why an object was revoked (KMIP 1.4, section 3.31; 2.1, section 4.47).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RevocationReason {
        revocation_reason_code: required RevocationReasonCode = REVOCATION_REASON_CODE,
        revocation_message: optional String = REVOCATION_MESSAGE,
    }
}

structure! {
    /// How random numbers are made (KMIP 1.4, section 2.1.18; 2.1, section 7.36). Lengths are in bits.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RngParameters {
        rng_algorithm: required RNGAlgorithm = RNG_ALGORITHM,
        cryptographic_algorithm: optional CryptographicAlgorithm = CRYPTOGRAPHIC_ALGORITHM,
        cryptographic_length: optional i32 = CRYPTOGRAPHIC_LENGTH,
        hashing_algorithm: optional HashingAlgorithm = HASHING_ALGORITHM,
        drbg_algorithm: optional DRBGAlgorithm = DRBG_ALGORITHM,
        recommended_curve: optional RecommendedCurve = RECOMMENDED_CURVE,
        fips186_variation: optional FIPS186Variation = FIPS186_VARIATION,
        prediction_resistance: optional bool = PREDICTION_RESISTANCE,
    }
}

structure! {
    /// How much a key, or a ticket, may be used (KMIP 1.4, section 3.21; 2.1, sections 4.59 and 7.40).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UsageLimits {
        usage_limits_total: required i64 = USAGE_LIMITS_TOTAL,
        /// A client that sets the limits need not send it.
        usage_limits_count: optional i64 = USAGE_LIMITS_COUNT,
        usage_limits_unit: required UsageLimitsUnit = USAGE_LIMITS_UNIT,
    }
}
