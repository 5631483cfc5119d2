//! Cryptographic parameters, for the core.

use claviger_model as model;
use claviger_wire_kmip::{CryptographicParameters, MessageError};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::ResultReason;

use crate::errors::Outcome;

/// Parameters of a request. A code that nobody knows is refused; nothing is left to a default that the client didn't mean.
pub(crate) fn to_core(
    parameters: &CryptographicParameters,
    version: Version,
) -> Outcome<model::CryptographicParameters> {
    let CryptographicParameters {
        block_cipher_mode,
        padding_method,
        hashing_algorithm,
        key_role_type,
        digital_signature_algorithm,
        cryptographic_algorithm,
        random_iv,
        iv_length,
        tag_length,
        fixed_field_length,
        invocation_field_length,
        counter_length,
        initial_counter_value,
        salt_length,
        mask_generator,
        mask_generator_hashing_algorithm,
        p_source: _,
        trailer_field,
    } = parameters;
    Ok(model::CryptographicParameters {
        block_cipher_mode: known(*block_cipher_mode, "block cipher mode", version, |mode| {
            model::BlockCipherMode::from_code(mode.code())
        })?,
        padding_method: known(*padding_method, "padding method", version, |padding| {
            model::PaddingMethod::from_code(padding.code())
        })?,
        hashing_algorithm: hash(*hashing_algorithm, version)?,
        key_role_type: key_role_type.map(Into::into),
        digital_signature_algorithm: known(
            *digital_signature_algorithm,
            "digital signature algorithm",
            version,
            |algorithm| model::DigitalSignatureAlgorithm::from_code(algorithm.code()),
        )?,
        cryptographic_algorithm: known(
            *cryptographic_algorithm,
            "cryptographic algorithm",
            version,
            |algorithm| model::CryptographicAlgorithm::from_code(algorithm.code()),
        )?,
        random_iv: *random_iv,
        iv_length: *iv_length,
        tag_length: *tag_length,
        fixed_field_length: *fixed_field_length,
        invocation_field_length: *invocation_field_length,
        counter_length: *counter_length,
        initial_counter_value: *initial_counter_value,
        salt_length: *salt_length,
        mask_generator: mask_generator.map(Into::into),
        mask_generator_hashing_algorithm: hash(*mask_generator_hashing_algorithm, version)?,
        trailer_field: *trailer_field,
    })
}

fn hash(
    algorithm: Option<claviger_wire_ttlv::enumeration::HashingAlgorithm>,
    version: Version,
) -> Outcome<Option<model::HashingAlgorithm>> {
    known(algorithm, "hashing algorithm", version, |algorithm| {
        model::HashingAlgorithm::from_code(algorithm.code())
    })
}

/// What the core calls a value of a request.
fn known<Wire, Core>(
    value: Option<Wire>,
    what: &str,
    version: Version,
    find: impl FnOnce(Wire) -> Option<Core>,
) -> Outcome<Option<Core>> {
    value.map(|value| find(value).ok_or_else(|| unknown(what, version))).transpose()
}

fn unknown(what: &str, version: Version) -> MessageError {
    let reason = if version.major >= 2 {
        ResultReason::UnsupportedCryptographicParameters
    } else {
        ResultReason::InvalidField
    };
    MessageError::new(
        reason,
        format!("the service knows no such {what}; see the specification's enumeration"),
    )
}
