//! Cryptographic parameters, for the core.

use claviger_core::ErrorKind;
use claviger_model as model;
use claviger_wire_kmip::{CryptographicParameters, MessageError};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{HashingAlgorithm, PaddingMethod};

use crate::batch::Batch;
use crate::errors::Outcome;

/// Parameters of a request. A code that nobody knows is refused; nothing is left to a default that the client didn't mean.
pub(crate) fn to_core(
    batch: &Batch<'_>,
    parameters: &CryptographicParameters,
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
    let mask_hash =
        mask_generator_hashing_algorithm.or_else(|| unsaid_mask_hash(parameters, batch.version));
    Ok(model::CryptographicParameters {
        block_cipher_mode: known(batch, *block_cipher_mode, "block cipher mode", |mode| {
            model::BlockCipherMode::from_code(mode.code())
        })?,
        padding_method: known(batch, *padding_method, "padding method", |padding| {
            model::PaddingMethod::from_code(padding.code())
        })?,
        hashing_algorithm: hash(batch, *hashing_algorithm)?,
        key_role_type: key_role_type.map(Into::into),
        digital_signature_algorithm: known(
            batch,
            *digital_signature_algorithm,
            "digital signature algorithm",
            |algorithm| model::DigitalSignatureAlgorithm::from_code(algorithm.code()),
        )?,
        cryptographic_algorithm: known(
            batch,
            *cryptographic_algorithm,
            "cryptographic algorithm",
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
        mask_generator_hashing_algorithm: hash(batch, mask_hash)?,
        trailer_field: *trailer_field,
    })
}

/// The hash of OAEP's mask generator that parameters of a version mean if they don't name one: SHA-1, whatever the other hash
/// is, in those versions that have the field (KMIP 1.4 §3.6, KMIP 2.1 §4.14). Versions without it mean one hash for both.
pub(crate) fn unsaid_mask_hash(
    parameters: &CryptographicParameters,
    version: Version,
) -> Option<HashingAlgorithm> {
    let is_unsaid = version >= Version::V1_4
        && parameters.padding_method == Some(PaddingMethod::OAEP)
        && parameters.hashing_algorithm.is_some()
        && parameters.mask_generator_hashing_algorithm.is_none();
    is_unsaid.then_some(HashingAlgorithm::SHA_1)
}

fn hash(
    batch: &Batch<'_>,
    algorithm: Option<HashingAlgorithm>,
) -> Outcome<Option<model::HashingAlgorithm>> {
    known(batch, algorithm, "hashing algorithm", |algorithm| {
        model::HashingAlgorithm::from_code(algorithm.code())
    })
}

/// What the core calls a value of a request.
fn known<Wire, Core>(
    batch: &Batch<'_>,
    value: Option<Wire>,
    what: &str,
    find: impl FnOnce(Wire) -> Option<Core>,
) -> Outcome<Option<Core>> {
    value.map(|value| find(value).ok_or_else(|| unknown(batch, what))).transpose()
}

fn unknown(batch: &Batch<'_>, what: &str) -> MessageError {
    batch.refusal(
        ErrorKind::Unsupported,
        format!("the service knows no such {what}; see the specification's enumeration"),
    )
}
