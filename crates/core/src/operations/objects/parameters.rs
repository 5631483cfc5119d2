//! Cryptographic Parameters: reading and writing the structure, and finding the ones that an operation goes by.
//!
//! The request's come first, as a whole: what a client names is not mixed with what the object says. Without them those of the
//! object's Cryptographic Parameters attributes decide that make sense for the operation. Without such, a key that the native
//! doors made is used with the algorithm that it serves, and any other as [`complete`] says, which also fills in what
//! parameters leave open.

use claviger_model::{
    Algorithm, AlgorithmClass, BlockCipherMode, CryptographicAlgorithm, CryptographicParameters,
    DigitalSignatureAlgorithm, Field, Hash, HashingAlgorithm, PaddingMethod, Value,
};

use super::fields;
use super::parametric::Prepared;
use crate::{Error, ErrorKind};

/// Cryptographic Parameters with the field that isn't a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedParameters {
    /// How.
    pub parameters: CryptographicParameters,
    /// P Source: the label of OAEP; mostly empty.
    pub label: Vec<u8>,
}

/// What parameters are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Encrypting and decrypting data.
    Cipher,
    /// Signing and verifying.
    Signature,
    /// Making and checking message authentication codes.
    Mac,
    /// Wrapping and unwrapping keys.
    Wrap,
}

/// Reads a Cryptographic Parameters structure (KMIP 2.1 §4.16). Fields that the service doesn't know are left aside.
///
/// # Errors
/// [`ErrorKind::InvalidParameters`] if a field has the wrong type or a member of an enumeration is unknown.
pub fn read_parameters(value: &Value) -> Result<NamedParameters, Error> {
    let Value::Structure(given) = value else { return Err(unreadable()) };
    let mut read = NamedParameters::default();
    let parameters = &mut read.parameters;
    for (field, value) in given {
        match *field {
            fields::BLOCK_CIPHER_MODE => {
                parameters.block_cipher_mode = Some(coded(value, BlockCipherMode::from_code)?);
            }
            fields::PADDING_METHOD => {
                parameters.padding_method = Some(coded(value, PaddingMethod::from_code)?);
            }
            fields::HASHING_ALGORITHM => {
                parameters.hashing_algorithm = Some(coded(value, HashingAlgorithm::from_code)?);
            }
            fields::KEY_ROLE_TYPE => parameters.key_role_type = Some(coded(value, Some)?),
            fields::DIGITAL_SIGNATURE_ALGORITHM => {
                parameters.digital_signature_algorithm =
                    Some(coded(value, DigitalSignatureAlgorithm::from_code)?);
            }
            fields::CRYPTOGRAPHIC_ALGORITHM => {
                parameters.cryptographic_algorithm =
                    Some(coded(value, CryptographicAlgorithm::from_code)?);
            }
            fields::RANDOM_IV => {
                parameters.random_iv = Some(value.as_boolean().ok_or_else(unreadable)?);
            }
            fields::IV_LENGTH => parameters.iv_length = Some(integer(value)?),
            fields::TAG_LENGTH => parameters.tag_length = Some(integer(value)?),
            fields::FIXED_FIELD_LENGTH => parameters.fixed_field_length = Some(integer(value)?),
            fields::INVOCATION_FIELD_LENGTH => {
                parameters.invocation_field_length = Some(integer(value)?);
            }
            fields::COUNTER_LENGTH => parameters.counter_length = Some(integer(value)?),
            fields::INITIAL_COUNTER_VALUE => {
                parameters.initial_counter_value = Some(integer(value)?);
            }
            fields::SALT_LENGTH => parameters.salt_length = Some(integer(value)?),
            fields::MASK_GENERATOR => parameters.mask_generator = Some(coded(value, Some)?),
            fields::MASK_GENERATOR_HASHING_ALGORITHM => {
                parameters.mask_generator_hashing_algorithm =
                    Some(coded(value, HashingAlgorithm::from_code)?);
            }
            fields::TRAILER_FIELD => parameters.trailer_field = Some(integer(value)?),
            fields::P_SOURCE => {
                read.label = value.as_bytes().ok_or_else(unreadable)?.to_vec();
            }
            _ => {}
        }
    }
    Ok(read)
}

/// Writes a Cryptographic Parameters structure, in the order of the specification.
#[must_use]
pub fn write_parameters(named: &NamedParameters) -> Value {
    let NamedParameters { parameters, label } = named;
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
        trailer_field,
    } = *parameters;
    let code = |code: Option<u32>| code.map(Value::Enumeration);
    let number = |number: Option<i32>| number.map(Value::Integer);
    let all: [(Field, Option<Value>); 18] = [
        (fields::BLOCK_CIPHER_MODE, code(block_cipher_mode.map(BlockCipherMode::code))),
        (fields::PADDING_METHOD, code(padding_method.map(PaddingMethod::code))),
        (fields::HASHING_ALGORITHM, code(hashing_algorithm.map(HashingAlgorithm::code))),
        (fields::KEY_ROLE_TYPE, code(key_role_type)),
        (
            fields::DIGITAL_SIGNATURE_ALGORITHM,
            code(digital_signature_algorithm.map(DigitalSignatureAlgorithm::code)),
        ),
        (
            fields::CRYPTOGRAPHIC_ALGORITHM,
            code(cryptographic_algorithm.map(CryptographicAlgorithm::code)),
        ),
        (fields::RANDOM_IV, random_iv.map(Value::Boolean)),
        (fields::IV_LENGTH, number(iv_length)),
        (fields::TAG_LENGTH, number(tag_length)),
        (fields::FIXED_FIELD_LENGTH, number(fixed_field_length)),
        (fields::INVOCATION_FIELD_LENGTH, number(invocation_field_length)),
        (fields::COUNTER_LENGTH, number(counter_length)),
        (fields::INITIAL_COUNTER_VALUE, number(initial_counter_value)),
        (fields::SALT_LENGTH, number(salt_length)),
        (fields::MASK_GENERATOR, code(mask_generator)),
        (
            fields::MASK_GENERATOR_HASHING_ALGORITHM,
            code(mask_generator_hashing_algorithm.map(HashingAlgorithm::code)),
        ),
        (fields::P_SOURCE, (!label.is_empty()).then(|| Value::Bytes(label.clone()))),
        (fields::TRAILER_FIELD, number(trailer_field)),
    ];
    let given = all.into_iter().filter_map(|(field, value)| Some((field, value?)));
    Value::Structure(given.collect())
}

fn coded<T>(value: &Value, member: impl FnOnce(u32) -> Option<T>) -> Result<T, Error> {
    value.as_enumeration().and_then(member).ok_or_else(unreadable)
}

fn integer(value: &Value) -> Result<i32, Error> {
    value.as_integer().ok_or_else(unreadable)
}

fn unreadable() -> Error {
    Error::new(
        ErrorKind::InvalidParameters,
        "the cryptographic parameters have a field of the wrong type or with an unknown member",
        "use the types and members of the specification that the request names",
    )
}

/// The parameters that an operation goes by, completed, and the label of OAEP that comes with them.
pub(crate) fn choose<'a>(
    prepared: &Prepared<'a>,
    own: Algorithm,
    purpose: Purpose,
    given: Option<&CryptographicParameters>,
) -> Result<(CryptographicParameters, &'a [u8]), Error> {
    let given = given.filter(|given| **given != CryptographicParameters::default());
    let (mut parameters, label): (_, &[u8]) = match given {
        Some(given) => (*given, &[]),
        None => {
            match prepared.parameters().iter().find(|named| suits(purpose, &named.parameters)) {
                Some(named) => (named.parameters, &named.label),
                None if prepared.has_unreadable_parameters() => {
                    return Err(Error::new(
                        ErrorKind::Unsupported,
                        "the object's cryptographic parameters are none that the service knows",
                        "name others in the request, or change the object's attribute",
                    ));
                }
                None if prepared.is_native() && serves(own, purpose) => (defaults(own), &[]),
                None => (CryptographicParameters::default(), &[]),
            }
        }
    };
    complete(purpose, prepared.algorithm(), &mut parameters);
    Ok((parameters, label))
}

/// Whether an object's parameters are meant for such an operation.
fn suits(purpose: Purpose, parameters: &CryptographicParameters) -> bool {
    use BlockCipherMode as Mode;
    use PaddingMethod as Padding;
    let mode = parameters.block_cipher_mode;
    let padding = parameters.padding_method;
    let makes_macs = parameters.cryptographic_algorithm.is_some_and(is_hmac)
        || matches!(mode, Some(Mode::Cmac | Mode::CbcMac));
    let wraps = matches!(
        mode,
        Some(
            Mode::AesKeyWrapPadding
                | Mode::NistKeyWrap
                | Mode::X9102Aeskw
                | Mode::X9102Tdkw
                | Mode::X9102Akw1
                | Mode::X9102Akw2
        )
    );
    let signs = matches!(padding, Some(Padding::Pss | Padding::X931))
        || parameters.digital_signature_algorithm.is_some();
    match purpose {
        Purpose::Cipher => !makes_macs && !wraps && !signs,
        Purpose::Wrap => !makes_macs && !signs,
        Purpose::Mac => !wraps && !signs && (makes_macs || mode.is_none()) && padding.is_none(),
        Purpose::Signature => {
            mode.is_none()
                && !makes_macs
                && !matches!(padding, Some(Padding::Oaep | Padding::Pkcs5))
        }
    }
}

/// Whether the algorithm that a key serves is one of this purpose.
const fn serves(own: Algorithm, purpose: Purpose) -> bool {
    use AlgorithmClass as Class;
    match purpose {
        Purpose::Cipher => matches!(
            own.class(),
            Class::AuthenticatedEncryption
                | Class::UnauthenticatedEncryption
                | Class::AsymmetricEncryption
        ),
        Purpose::Wrap => matches!(own.class(), Class::KeyWrap | Class::AsymmetricEncryption),
        Purpose::Signature => matches!(own.class(), Class::Signature),
        Purpose::Mac => matches!(own.class(), Class::Mac),
    }
}

/// The parameters of a key that serves this algorithm, where nobody names any.
fn defaults(own: Algorithm) -> CryptographicParameters {
    use Algorithm as A;
    let hash = match own {
        A::RsaOaepSha1 => Some(HashingAlgorithm::Sha1),
        A::RsaOaepSha256 | A::RsaPssSha256 | A::RsaPkcs1Sha256 | A::EcdsaSha256 => {
            Some(HashingAlgorithm::Sha256)
        }
        A::RsaOaepSha384 | A::RsaPssSha384 | A::RsaPkcs1Sha384 | A::EcdsaSha384 => {
            Some(HashingAlgorithm::Sha384)
        }
        A::RsaOaepSha512 | A::RsaPssSha512 | A::RsaPkcs1Sha512 | A::EcdsaSha512 => {
            Some(HashingAlgorithm::Sha512)
        }
        _ => None,
    };
    let mode = match own {
        A::AesGcm | A::AesGcmSiv => Some(BlockCipherMode::Gcm),
        A::ChaCha20Poly1305 | A::XChaCha20Poly1305 => Some(BlockCipherMode::Aead),
        A::AesKw => Some(BlockCipherMode::NistKeyWrap),
        A::AesKwp => Some(BlockCipherMode::AesKeyWrapPadding),
        A::AesCbc => Some(BlockCipherMode::Cbc),
        A::AesCtr => Some(BlockCipherMode::Ctr),
        A::AesEcb => Some(BlockCipherMode::Ecb),
        A::AesXts => Some(BlockCipherMode::Xts),
        A::AesCmac => Some(BlockCipherMode::Cmac),
        _ => None,
    };
    let padding = match own {
        A::AesCbc | A::AesEcb => Some(PaddingMethod::Pkcs5),
        A::RsaOaepSha1 | A::RsaOaepSha256 | A::RsaOaepSha384 | A::RsaOaepSha512 => {
            Some(PaddingMethod::Oaep)
        }
        A::RsaPssSha256 | A::RsaPssSha384 | A::RsaPssSha512 => Some(PaddingMethod::Pss),
        A::RsaPkcs1Sha256 | A::RsaPkcs1Sha384 | A::RsaPkcs1Sha512 => Some(PaddingMethod::Pkcs1V15),
        _ => None,
    };
    CryptographicParameters {
        block_cipher_mode: mode,
        padding_method: padding,
        hashing_algorithm: hash,
        ..CryptographicParameters::default()
    }
}

/// Fills in what parameters leave open: the key's algorithm; for AES without a mode GCM, or CBC if there is a padding, key wrap
/// (RFC 3394) for keys and CMAC for codes; tags of 16 bytes; for RSA encryption OAEP over SHA-256 with the same hash in its mask
/// generator, for RSA signatures the padding of PKCS#1 v1.5. An IV Length of more than 24 is one in bits, as the specification has
/// it; smaller ones are bytes, as clients send them. Hashes of signatures are SHA-256, or as long as the curve's order.
fn complete(
    purpose: Purpose,
    own: Option<CryptographicAlgorithm>,
    parameters: &mut CryptographicParameters,
) {
    use BlockCipherMode as Mode;
    use CryptographicAlgorithm as A;
    let mode_unneeded = parameters.cryptographic_algorithm.is_some_and(is_hmac);
    let Some(algorithm) = parameters.cryptographic_algorithm.or(own) else { return };
    let has_padding =
        parameters.padding_method.is_some_and(|padding| padding != PaddingMethod::None);
    let mode = &mut parameters.block_cipher_mode;
    match (purpose, own.unwrap_or(algorithm)) {
        (Purpose::Cipher, A::Aes) => {
            mode.get_or_insert(if has_padding { Mode::Cbc } else { Mode::Gcm });
        }
        (Purpose::Cipher, A::ChaCha20Poly1305) => {
            mode.get_or_insert(Mode::Aead);
        }
        (Purpose::Wrap, A::Aes) => {
            mode.get_or_insert(Mode::NistKeyWrap);
        }
        (Purpose::Mac, A::Aes) if !mode_unneeded && parameters.hashing_algorithm.is_none() => {
            mode.get_or_insert(Mode::Cmac);
        }
        (Purpose::Cipher | Purpose::Wrap, A::Rsa) => {
            let padding = *parameters.padding_method.get_or_insert(PaddingMethod::Oaep);
            if padding == PaddingMethod::Oaep {
                parameters.hashing_algorithm.get_or_insert(HashingAlgorithm::Sha256);
            }
        }
        (Purpose::Signature, A::Rsa) if parameters.digital_signature_algorithm.is_none() => {
            parameters.padding_method.get_or_insert(PaddingMethod::Pkcs1V15);
        }
        _ => {}
    }
    if matches!(parameters.block_cipher_mode, Some(Mode::Gcm | Mode::Aead)) {
        parameters.tag_length.get_or_insert(16);
    }
    parameters.cryptographic_algorithm = Some(algorithm);
    parameters.iv_length =
        parameters.iv_length.map(|length| if length > 24 { length / 8 } else { length });
    if parameters.padding_method == Some(PaddingMethod::Oaep)
        && parameters.mask_generator_hashing_algorithm.is_none()
    {
        parameters.mask_generator_hashing_algorithm = parameters.hashing_algorithm;
    }
}

/// Whether an encryption like this takes a nonce, an initialisation vector, a counter or a tweak.
pub(crate) fn takes_nonce(parameters: &CryptographicParameters) -> bool {
    use BlockCipherMode as Mode;
    use CryptographicAlgorithm as A;
    match parameters.cryptographic_algorithm {
        Some(A::ChaCha20 | A::ChaCha20Poly1305) => true,
        Some(A::Rsa | A::OneTimePad | A::Rc4 | A::Ec | A::Ecdsa | A::Dsa) => false,
        _ => matches!(
            parameters.block_cipher_mode,
            Some(
                Mode::Cbc
                    | Mode::Pcbc
                    | Mode::Cfb
                    | Mode::Ofb
                    | Mode::Ctr
                    | Mode::Ccm
                    | Mode::Gcm
                    | Mode::Xts
                    | Mode::Aead
            )
        ),
    }
}

/// Whether a ciphertext like this has an authentication tag.
pub(crate) fn has_tag(parameters: &CryptographicParameters) -> bool {
    use BlockCipherMode as Mode;
    matches!(parameters.block_cipher_mode, Some(Mode::Gcm | Mode::Ccm | Mode::Aead))
}

const fn is_hmac(algorithm: CryptographicAlgorithm) -> bool {
    use CryptographicAlgorithm as A;
    matches!(
        algorithm,
        A::HmacSha1
            | A::HmacSha224
            | A::HmacSha256
            | A::HmacSha384
            | A::HmacSha512
            | A::HmacMd5
            | A::HmacSha3With224
            | A::HmacSha3With256
            | A::HmacSha3With384
            | A::HmacSha3With512
            | A::Poly1305
    )
}

/// The model's name of a hash, where the native doors offer it.
pub(super) const fn native_hash(hash: HashingAlgorithm) -> Option<Hash> {
    Some(match hash {
        HashingAlgorithm::Sha1 => Hash::Sha1,
        HashingAlgorithm::Sha224 => Hash::Sha224,
        HashingAlgorithm::Sha256 => Hash::Sha256,
        HashingAlgorithm::Sha384 => Hash::Sha384,
        HashingAlgorithm::Sha512 => Hash::Sha512,
        HashingAlgorithm::Sha512With256 => Hash::Sha512Truncated256,
        HashingAlgorithm::Sha3With224 => Hash::Sha3With224,
        HashingAlgorithm::Sha3With256 => Hash::Sha3With256,
        HashingAlgorithm::Sha3With384 => Hash::Sha3With384,
        HashingAlgorithm::Sha3With512 => Hash::Sha3With512,
        _ => return None,
    })
}
