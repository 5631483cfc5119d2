//! Whether an object may be used as asked: the one place where usage mask, state, dates and policy are looked at.

use claviger_model::{
    Algorithm, BlockCipherMode, CryptographicAlgorithm, CryptographicParameters,
    DigitalSignatureAlgorithm, HashingAlgorithm, Keyset, ObjectType, PaddingMethod, State,
    Timestamp, Usage,
};

use super::content::Generation;
use super::formats::{destroyed, refuse_keyless};
use super::parameters::{Purpose, native_hash};
use super::parametric::Prepared;
use crate::keyring::{LoadedKeyset, LoadedVersion};
use crate::operations::encipher::is_broken_by_repetition;
use crate::{Error, ErrorKind};

/// The bit of a usage mask that restricts nothing (KMIP 2.1 §12.1).
pub(super) const UNRESTRICTED: u32 = 0x0020_0000;

/// Checks that an object may be used in one of these ways now.
///
/// # Errors
/// [`ErrorKind::ObjectDestroyed`], [`ErrorKind::ObjectArchived`], [`ErrorKind::InvalidObjectType`] for what is no key,
/// [`ErrorKind::IncompatibleUsageMask`], [`ErrorKind::WrongState`] for states and dates, [`ErrorKind::PolicyForbids`] for
/// versions of a native key that are too old.
pub(crate) fn check_usage(
    keyset: &LoadedKeyset,
    version: &LoadedVersion,
    prepared: &Prepared<'_>,
    any_of: Usage,
    now: Timestamp,
) -> Result<(), Error> {
    let permitted = permitted_usage(keyset, version, prepared, any_of, now)?;
    check_state(version, permitted, now)?;
    check_version(keyset, version, prepared, any_of)
}

/// Checks that an object may be derived from now.
///
/// In KMIP 1.x one that was not activated yet may be, unless it says when it will be: clients of these versions register a
/// secret and derive from it.
///
/// # Errors
/// As [`check_usage`].
pub(crate) fn check_derivation(
    keyset: &LoadedKeyset,
    version: &LoadedVersion,
    prepared: &Prepared<'_>,
    generation: Generation,
    now: Timestamp,
) -> Result<(), Error> {
    match generation {
        Generation::One => check_pending_usage(keyset, version, prepared, Usage::DERIVE_KEY, now),
        Generation::Two => check_usage(keyset, version, prepared, Usage::DERIVE_KEY, now),
    }
}

/// Checks that an object may be used in one of these ways now, or could be if it were active: one that was never activated
/// passes, unless it says when it will be.
///
/// Clients of the first versions derive from keys, and wrap with them, without giving an Activation Date or activating them:
/// the published cases of KMIP 1.0 and 1.1 seldom do either.
///
/// # Errors
/// As [`check_usage`].
pub(crate) fn check_pending_usage(
    keyset: &LoadedKeyset,
    version: &LoadedVersion,
    prepared: &Prepared<'_>,
    any_of: Usage,
    now: Timestamp,
) -> Result<(), Error> {
    let permitted = permitted_usage(keyset, version, prepared, any_of, now)?;
    let object = version.object();
    let is_pending = object.state_at(now) == State::PreActive && object.dates.activation.is_none();
    if !is_pending {
        check_state(version, permitted, now)?;
    }
    check_version(keyset, version, prepared, any_of)
}

/// Those of these uses that an object's mask permits.
fn permitted_usage(
    keyset: &LoadedKeyset,
    version: &LoadedVersion,
    prepared: &Prepared<'_>,
    any_of: Usage,
    now: Timestamp,
) -> Result<Usage, Error> {
    let object = version.object();
    let keyset = keyset.keyset();
    if object.state_at(now).is_destroyed() || keyset.destroyed {
        return Err(destroyed());
    }
    if prepared.is_archived() {
        return Err(Error::new(
            ErrorKind::ObjectArchived,
            "the object is archived",
            "recover it first",
        ));
    }
    refuse_keyless(object.object_type)?;
    if keyset.deletion.is_some() {
        return Err(wrong_state("the object is scheduled for deletion"));
    }
    let mask =
        prepared.mask().unwrap_or_else(|| mask_without_attribute(object.object_type, keyset));
    let permitted = Usage::from_bits_truncate(mask) & any_of;
    if permitted.is_empty() && mask & UNRESTRICTED == 0 {
        return Err(Error::new(
            ErrorKind::IncompatibleUsageMask,
            "the object's usage mask does not have this use",
            "use an object whose Cryptographic Usage Mask permits it",
        ));
    }
    // An unrestricted key has every use that was asked about.
    Ok(if permitted.is_empty() { any_of } else { permitted })
}

/// Checks that an object's state and dates let it be used in one of these ways now.
///
/// One that has ended by its date still processes what it protected. One that somebody revoked would do so under extraordinary
/// circumstances and by special permission only (KMIP 2.1 §4.57), which nobody can give here.
fn check_state(version: &LoadedVersion, permitted: Usage, now: Timestamp) -> Result<(), Error> {
    let object = version.object();
    if object.revocation_reason.is_some() {
        return Err(wrong_state("the object was revoked"));
    }
    if permitted.iter().any(|usage| object.may(usage, now)) {
        return Ok(());
    }
    Err(wrong_state(if object.state_at(now).may_process() {
        "the object may not be used like this in its state or at this date"
    } else {
        "the object is not active"
    }))
}

/// Checks that a version of a native key is not too old.
fn check_version(
    keyset: &LoadedKeyset,
    version: &LoadedVersion,
    prepared: &Prepared<'_>,
    any_of: Usage,
) -> Result<(), Error> {
    if prepared.is_native() {
        check_minimum(keyset.keyset(), version.object().version, any_of)?;
    }
    Ok(())
}

/// What an object without a usage mask of its own may be used for.
fn mask_without_attribute(object_type: ObjectType, keyset: &Keyset) -> u32 {
    match object_type {
        // Whoever has a certificate may verify with it.
        ObjectType::Certificate => (keyset.policy.usage | Usage::VERIFY).bits(),
        _ => keyset.policy.usage.bits(),
    }
}

fn check_minimum(keyset: &Keyset, number: u32, any_of: Usage) -> Result<(), Error> {
    let policy = &keyset.policy;
    let minimum = if Usage::PROCESS.contains(any_of) {
        policy.minimum_decryption_version
    } else if policy.minimum_encryption_version == 0 {
        keyset.latest
    } else {
        policy.minimum_encryption_version
    };
    let derives = Usage::DERIVE_KEY | Usage::KEY_AGREEMENT;
    if number < minimum && !derives.contains(any_of) {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("version {number} of the key {} is below its minimum version", keyset.name),
            "use the latest version, or lower the minimum version in the key's policy",
        ));
    }
    Ok(())
}

fn wrong_state(message: &'static str) -> Error {
    Error::new(
        ErrorKind::WrongState,
        message,
        "look at its State, Process Start Date and Protect Stop Date; activate it if it is pre-active",
    )
}

/// Checks that the policy of a key that the native doors made lets it be used with these parameters. Keys of protocols that
/// name parameters are restricted by those protocols' own attributes instead.
///
/// # Errors
/// [`ErrorKind::PolicyForbids`].
pub(crate) fn check_policy(
    keyset: &LoadedKeyset,
    prepared: &Prepared<'_>,
    purpose: Purpose,
    parameters: &CryptographicParameters,
    chosen_nonce: bool,
) -> Result<(), Error> {
    if !prepared.is_native() {
        return Ok(());
    }
    let keyset = keyset.keyset();
    let asked = native_algorithm(purpose, keyset, parameters);
    let permitted = |asked: &Algorithm| {
        asked.fits(keyset.spec) && keyset.policy.permits(keyset.algorithm, *asked)
    };
    let Some(asked) = asked.filter(permitted) else {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {} may not be used with these parameters", keyset.name),
            "permit the algorithm in the key's policy if it fits the key, or use another key",
        ));
    };
    if chosen_nonce && is_broken_by_repetition(asked) && !keyset.policy.caller_nonce {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {} does not let callers choose the nonce", keyset.name),
            "leave the nonce out, or allow it with caller_nonce in the key's policy",
        ));
    }
    Ok(())
}

/// The native doors' name of what the parameters say; none if they don't offer it.
fn native_algorithm(
    purpose: Purpose,
    keyset: &Keyset,
    parameters: &CryptographicParameters,
) -> Option<Algorithm> {
    use CryptographicAlgorithm as A;
    let algorithm = parameters.cryptographic_algorithm?;
    match (purpose, algorithm) {
        (Purpose::Cipher | Purpose::Wrap, A::Aes) => aes(parameters.block_cipher_mode?),
        (Purpose::Cipher, A::ChaCha20Poly1305) => Some(Algorithm::ChaCha20Poly1305),
        (Purpose::Cipher | Purpose::Wrap, A::Rsa) => oaep(parameters),
        (Purpose::Signature, A::Rsa) => rsa_signature(parameters),
        (Purpose::Signature, A::Ec | A::Ecdsa) => match signature_hash(parameters) {
            Some(HashingAlgorithm::Sha256) => Some(Algorithm::EcdsaSha256),
            Some(HashingAlgorithm::Sha384) => Some(Algorithm::EcdsaSha384),
            Some(HashingAlgorithm::Sha512) => Some(Algorithm::EcdsaSha512),
            // The curve's own.
            None => Some(keyset.algorithm),
            Some(_) => None,
        },
        (Purpose::Signature, A::Ed25519) => Some(Algorithm::Ed25519),
        (Purpose::Mac, A::Aes) => {
            let cmac = parameters.block_cipher_mode == Some(BlockCipherMode::Cmac);
            cmac.then_some(Algorithm::AesCmac)
        }
        (Purpose::Mac, asked) => {
            let own = super::parametric::algorithm_of(keyset.spec);
            let hash = parameters.hashing_algorithm;
            let same_hash = hash.is_none_or(|hash| {
                native_hash(hash).is_some_and(|hash| {
                    super::parametric::algorithm_of(claviger_model::KeySpec::Hmac(hash)) == own
                })
            });
            (own == Some(asked) && same_hash).then_some(Algorithm::Hmac)
        }
        _ => None,
    }
}

const fn aes(mode: BlockCipherMode) -> Option<Algorithm> {
    Some(match mode {
        BlockCipherMode::Gcm => Algorithm::AesGcm,
        BlockCipherMode::Cbc => Algorithm::AesCbc,
        BlockCipherMode::Ctr => Algorithm::AesCtr,
        BlockCipherMode::Ecb => Algorithm::AesEcb,
        BlockCipherMode::Xts => Algorithm::AesXts,
        BlockCipherMode::NistKeyWrap => Algorithm::AesKw,
        BlockCipherMode::AesKeyWrapPadding => Algorithm::AesKwp,
        _ => return None,
    })
}

fn oaep(parameters: &CryptographicParameters) -> Option<Algorithm> {
    let hash = parameters.hashing_algorithm;
    if parameters.padding_method != Some(PaddingMethod::Oaep)
        || parameters.mask_generator_hashing_algorithm != hash
    {
        return None;
    }
    Some(match hash? {
        HashingAlgorithm::Sha1 => Algorithm::RsaOaepSha1,
        HashingAlgorithm::Sha256 => Algorithm::RsaOaepSha256,
        HashingAlgorithm::Sha384 => Algorithm::RsaOaepSha384,
        HashingAlgorithm::Sha512 => Algorithm::RsaOaepSha512,
        _ => return None,
    })
}

fn rsa_signature(parameters: &CryptographicParameters) -> Option<Algorithm> {
    use HashingAlgorithm as H;
    let pss = parameters.padding_method == Some(PaddingMethod::Pss)
        || parameters.digital_signature_algorithm == Some(DigitalSignatureAlgorithm::RsassaPss);
    // Without a hash, data are hashed by SHA-256.
    Some(match (pss, signature_hash(parameters).unwrap_or(H::Sha256)) {
        (true, H::Sha256) => Algorithm::RsaPssSha256,
        (true, H::Sha384) => Algorithm::RsaPssSha384,
        (true, H::Sha512) => Algorithm::RsaPssSha512,
        (false, H::Sha256) => Algorithm::RsaPkcs1Sha256,
        (false, H::Sha384) => Algorithm::RsaPkcs1Sha384,
        (false, H::Sha512) => Algorithm::RsaPkcs1Sha512,
        _ => return None,
    })
}

/// The hash of a signature: the one that the signature algorithm says, or else the hashing algorithm.
fn signature_hash(parameters: &CryptographicParameters) -> Option<HashingAlgorithm> {
    use DigitalSignatureAlgorithm as D;
    use HashingAlgorithm as H;
    let said = match parameters.digital_signature_algorithm {
        None | Some(D::RsassaPss) => None,
        Some(D::Md2WithRsa) => Some(H::Md2),
        Some(D::Md5WithRsa) => Some(H::Md5),
        Some(D::Sha1WithRsa | D::DsaWithSha1 | D::EcdsaWithSha1) => Some(H::Sha1),
        Some(D::Sha224WithRsa | D::DsaWithSha224 | D::EcdsaWithSha224) => Some(H::Sha224),
        Some(D::Sha256WithRsa | D::DsaWithSha256 | D::EcdsaWithSha256) => Some(H::Sha256),
        Some(D::Sha384WithRsa | D::EcdsaWithSha384) => Some(H::Sha384),
        Some(D::Sha512WithRsa | D::EcdsaWithSha512) => Some(H::Sha512),
        Some(D::Sha3With256WithRsa) => Some(H::Sha3With256),
        Some(D::Sha3With384WithRsa) => Some(H::Sha3With384),
        Some(D::Sha3With512WithRsa) => Some(H::Sha3With512),
    };
    said.or(parameters.hashing_algorithm)
}
