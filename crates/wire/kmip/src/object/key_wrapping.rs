//! How a key is wrapped, and how it is to be wrapped (KMIP 1.4, sections 2.1.5 and 2.1.6; 2.1, sections 3.3 and 7.18).

use claviger_wire_ttlv::enumeration::{EncodingOption, WrappingMethod};

use crate::field::UniqueIdentifier;
use crate::structure::CryptographicParameters;

structure! {
    /// How a key was wrapped.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeyWrappingData {
        wrapping_method: required WrappingMethod = WRAPPING_METHOD,
        encryption_key_information: optional KeyInformation = ENCRYPTION_KEY_INFORMATION,
        mac_signature_key_information: optional KeyInformation = MAC_SIGNATURE_KEY_INFORMATION,
        mac_signature: optional Vec<u8> = MAC_SIGNATURE,
        iv_counter_nonce: optional Vec<u8> = IV_COUNTER_NONCE,
        /// Absent means that the key value was encoded as TTLV before it was wrapped.
        encoding_option: optional EncodingOption = ENCODING_OPTION [since V1_1 tolerated],
    }
}

structure! {
    /// How a key is to be wrapped.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeyWrappingSpecification {
        wrapping_method: required WrappingMethod = WRAPPING_METHOD,
        encryption_key_information: optional KeyInformation = ENCRYPTION_KEY_INFORMATION,
        mac_signature_key_information: optional KeyInformation = MAC_SIGNATURE_KEY_INFORMATION,
        /// The attributes that are to be wrapped with the key, by their names, in 2.x as well.
        attribute_names: repeated String = ATTRIBUTE_NAME,
        /// Absent means that the key value is encoded as TTLV before it is wrapped.
        encoding_option: optional EncodingOption = ENCODING_OPTION [since V1_1 tolerated],
    }
}

structure! {
    /// The key that wraps, or that makes a MAC or a signature.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeyInformation {
        unique_identifier: required UniqueIdentifier = UNIQUE_IDENTIFIER,
        cryptographic_parameters: optional CryptographicParameters = CRYPTOGRAPHIC_PARAMETERS,
    }
}
