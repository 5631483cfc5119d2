//! Cryptographic parameters that a caller names (KMIP 2.1 §4.16).

use crate::coded::{
    BlockCipherMode, CryptographicAlgorithm, DigitalSignatureAlgorithm, HashingAlgorithm,
    PaddingMethod,
};

/// What a caller says, or an object's owner said, about how its key is used. What is `None` is left to the key's algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CryptographicParameters {
    /// How a block cipher handles more than one block.
    pub block_cipher_mode: Option<BlockCipherMode>,
    /// How data are filled up.
    pub padding_method: Option<PaddingMethod>,
    /// The hash of a signature, of OAEP or of a MAC.
    pub hashing_algorithm: Option<HashingAlgorithm>,
    /// KMIP's key role; kept, never acted upon.
    pub key_role_type: Option<u32>,
    /// Signature algorithm and hash in one.
    pub digital_signature_algorithm: Option<DigitalSignatureAlgorithm>,
    /// The algorithm, where the key doesn't say it.
    pub cryptographic_algorithm: Option<CryptographicAlgorithm>,
    /// Whether the service makes the IV or nonce.
    pub random_iv: Option<bool>,
    /// The length of the IV or nonce, in bytes (KMIP says bits for some modes; a door translates).
    pub iv_length: Option<i32>,
    /// The length of the authentication tag, in bytes.
    pub tag_length: Option<i32>,
    /// The length of the fixed field of a counter-mode nonce, in bits.
    pub fixed_field_length: Option<i32>,
    /// The length of the invocation field, in bits.
    pub invocation_field_length: Option<i32>,
    /// The length of the counter, in bits.
    pub counter_length: Option<i32>,
    /// The counter's first value.
    pub initial_counter_value: Option<i32>,
    /// The length of the salt of RSASSA-PSS, in bytes.
    pub salt_length: Option<i32>,
    /// The mask generator of OAEP and PSS; 1 is MGF1, the only one.
    pub mask_generator: Option<u32>,
    /// The hash of the mask generator.
    pub mask_generator_hashing_algorithm: Option<HashingAlgorithm>,
    /// The trailer field of PSS; 1 is 0xBC, the only one.
    pub trailer_field: Option<i32>,
}
