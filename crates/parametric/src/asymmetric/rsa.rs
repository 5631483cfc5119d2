//! RSA keys: OAEP and PKCS#1 v1.5 encryption, PKCS#1 v1.5 and PSS signatures (RFC 8017), bare RSA.

use std::os::raw::c_int;
use std::sync::Arc;

use claviger_model::{CryptographicParameters, HashingAlgorithm, PaddingMethod};
use claviger_ports::{
    CryptoError, Direction, KeyComponents, ParametricCipher, ParametricCiphertext, ParametricKey,
    ParametricMessage, ParametricStream, StreamKind,
};
use claviger_secret::SecretBytes;

use super::rsa_numbers::{exponent_of, modulus_of, numbers_of, public_of};
use super::stream::SignatureStream;
use super::unsupported;
use crate::foreign::Rsa;
use crate::legacy::{Fence, Use};
use crate::symmetric::refuse_input;
use crate::{defaults, hash};

/// An RSA key, ready to act.
pub(crate) struct RsaKey {
    inner: Arc<Inner>,
}

struct Inner {
    rsa: Rsa,
    is_private: bool,
    public: KeyComponents,
    bits: u32,
    fence: Fence,
}

/// How a signature is made.
#[derive(Clone, Copy, Debug)]
enum Scheme {
    /// PKCS#1 v1.5 with a DigestInfo.
    Pkcs1(HashingAlgorithm),
    /// PKCS#1 v1.5 over bytes as they are.
    Pkcs1Bare,
    /// PSS: the hash, that of the mask generator, the salt's length if it is named.
    Pss(HashingAlgorithm, HashingAlgorithm, Option<c_int>),
    /// The bare number.
    Bare,
}

impl RsaKey {
    /// Makes a key ready.
    pub(crate) fn new(components: &KeyComponents, fence: Fence) -> Result<Self, CryptoError> {
        let invalid = |error| match error {
            CryptoError::Failed => CryptoError::InvalidKey(
                "the RSA key is not valid: its numbers do not belong together",
            ),
            error => error,
        };
        let (rsa, is_private) = match components {
            KeyComponents::RsaPublic { modulus, public_exponent } => {
                let (n, e) = (modulus_of(modulus)?, exponent_of(public_exponent)?);
                (Rsa::public(&n, &e).map_err(invalid)?, false)
            }
            _ => (Rsa::private(&numbers_of(components)?).map_err(invalid)?, true),
        };
        let public = public_of(components)?;
        let KeyComponents::RsaPublic { modulus, .. } = &public else {
            return Err(CryptoError::Internal);
        };
        let bits = u32::try_from(modulus_of(modulus)?.bits()).map_err(|_| CryptoError::Internal)?;
        Ok(Self { inner: Arc::new(Inner { rsa, is_private, public, bits, fence }) })
    }
}

impl Inner {
    /// The scheme that the parameters name for a message, or for its digest.
    fn scheme(
        &self,
        parameters: &CryptographicParameters,
        digested: bool,
    ) -> Result<Scheme, CryptoError> {
        self.fence.check(Use::Modulus(self.bits))?;
        let hash = defaults::signature_hash(parameters, None);
        let check = |hash| self.fence.check(Use::SignatureHash(hash));
        match defaults::signature_padding(parameters) {
            PaddingMethod::Pkcs1V15
                if digested && defaults::named_signature_hash(parameters).is_none() =>
            {
                Ok(Scheme::Pkcs1Bare)
            }
            PaddingMethod::Pkcs1V15 => check(hash).map(|()| Scheme::Pkcs1(hash)),
            PaddingMethod::Pss => {
                check_generator(parameters)?;
                if parameters.trailer_field.is_some_and(|field| field != 1) {
                    return Err(CryptoError::InvalidParameter("the trailer field of PSS is 1"));
                }
                let mask_hash = parameters.mask_generator_hashing_algorithm.unwrap_or(hash);
                check(hash)?;
                check(mask_hash)?;
                let most = self.rsa.length().saturating_sub(hash::length_of(hash) + 2);
                if let Some(length) = parameters.salt_length
                    && !usize::try_from(length).is_ok_and(|length| length <= most)
                {
                    return Err(CryptoError::InvalidParameter(
                        "the salt is longer than the modulus leaves room for, or negative",
                    ));
                }
                Ok(Scheme::Pss(hash, mask_hash, parameters.salt_length))
            }
            PaddingMethod::None => self.fence.check(Use::BareRsa).map(|()| Scheme::Bare),
            PaddingMethod::X931 => unsupported(),
            _ => Err(CryptoError::InvalidParameter(
                "this padding is not for signatures: name PKCS1v1.5 or PSS",
            )),
        }
    }

    /// The bytes that a scheme works on.
    fn digest(&self, scheme: Scheme, data: &[u8], digested: bool) -> Result<Vec<u8>, CryptoError> {
        match scheme {
            Scheme::Pkcs1(hash) | Scheme::Pss(hash, ..) => {
                if !digested {
                    return Ok(hash::hash(hash, data));
                }
                if data.len() != hash::length_of(hash) {
                    return Err(CryptoError::InvalidParameter(
                        "the digest has not the length of the hash that is named",
                    ));
                }
                Ok(data.to_vec())
            }
            Scheme::Pkcs1Bare => {
                let limit = self.rsa.length().saturating_sub(11);
                if data.len() > limit {
                    Err(CryptoError::TooLong { limit })
                } else {
                    Ok(data.to_vec())
                }
            }
            Scheme::Bare => self.whole(data),
        }
    }

    /// The number that the bytes make, as long as the modulus.
    fn whole(&self, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let limit = self.rsa.length();
        let missing = limit.checked_sub(data.len()).ok_or(CryptoError::TooLong { limit })?;
        let mut whole = vec![0; missing];
        whole.extend_from_slice(data);
        Ok(whole)
    }

    fn sign(&self, scheme: Scheme, digest: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if !self.is_private {
            return unsupported();
        }
        match scheme {
            Scheme::Pkcs1(hash) => self.rsa.sign(hash, digest),
            Scheme::Pkcs1Bare => self.rsa.sign_raw(true, digest),
            Scheme::Pss(hash, mask_hash, salt_length) => {
                let usual = c_int::try_from(hash::length_of(hash));
                let salt_length =
                    salt_length.map_or(usual, Ok).map_err(|_| CryptoError::Internal)?;
                self.rsa.sign_pss(hash, mask_hash, salt_length, digest)
            }
            Scheme::Bare => self.rsa.sign_raw(false, digest),
        }
        .map_err(|error| match error {
            CryptoError::Failed => {
                CryptoError::InvalidParameter("the key is too small for this hash and padding")
            }
            error => error,
        })
    }

    fn verify(&self, scheme: Scheme, digest: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        match scheme {
            Scheme::Pkcs1(hash) => self.rsa.verify(hash, digest, signature),
            Scheme::Pss(hash, mask_hash, salt_length) => {
                self.rsa.verify_pss(hash, mask_hash, salt_length, digest, signature)
            }
            Scheme::Pkcs1Bare | Scheme::Bare => {
                let padded = matches!(scheme, Scheme::Pkcs1Bare);
                let signed = self.rsa.recover(padded, signature)?;
                if signed == digest { Ok(()) } else { Err(CryptoError::Failed) }
            }
        }
    }

    /// Checks what RSA doesn't have.
    fn check_request(&self, request: &ParametricCipher<'_>) -> Result<(), CryptoError> {
        self.fence.check(Use::Modulus(self.bits))?;
        if request.nonce.is_some_and(|nonce| !nonce.is_empty()) || request.tag.is_some() {
            return Err(CryptoError::InvalidParameter("RSA has no IV and no tag: leave them out"));
        }
        Ok(())
    }

    fn encrypt(&self, request: &ParametricCipher<'_>) -> Result<Vec<u8>, CryptoError> {
        self.check_request(request)?;
        let input = request.input;
        match padding(request)? {
            Padding::Oaep(hash, mask_hash) => {
                self.fence.check(Use::Oaep(hash, mask_hash))?;
                let limit = self.rsa.length().saturating_sub(2 * hash::length_of(hash) + 2);
                if input.len() > limit {
                    return Err(CryptoError::TooLong { limit });
                }
                self.rsa.encrypt_oaep(hash, mask_hash, request.additional_data, input)
            }
            Padding::Pkcs1 => {
                self.fence.check(Use::RsaEncryptionPkcs1)?;
                let limit = self.rsa.length().saturating_sub(11);
                if input.len() > limit {
                    return Err(CryptoError::TooLong { limit });
                }
                self.rsa.encrypt(true, input)
            }
            Padding::None => {
                self.fence.check(Use::BareRsa)?;
                self.rsa.encrypt(false, &self.whole(input)?)
            }
        }
        .map_err(|error| match error {
            CryptoError::Failed => CryptoError::InvalidParameter(
                "the key is too small for this padding, or the number above its modulus",
            ),
            error => error,
        })
    }

    fn decrypt(&self, request: &ParametricCipher<'_>) -> Result<SecretBytes, CryptoError> {
        self.check_request(request)?;
        if !self.is_private {
            return unsupported();
        }
        let padding = padding(request)?;
        self.fence.check(match padding {
            Padding::Oaep(hash, mask_hash) => Use::Oaep(hash, mask_hash),
            Padding::Pkcs1 => Use::RsaEncryptionPkcs1,
            Padding::None => Use::BareRsa,
        })?;
        if request.input.len() != self.rsa.length() {
            return Err(CryptoError::Failed);
        }
        match padding {
            Padding::Oaep(hash, mask_hash) => {
                self.rsa.decrypt_oaep(hash, mask_hash, request.additional_data, request.input)
            }
            Padding::Pkcs1 => self.rsa.decrypt(true, request.input),
            Padding::None => self.rsa.decrypt(false, request.input),
        }
    }
}

/// The padding of an encryption.
#[derive(Clone, Copy, Debug)]
enum Padding {
    Oaep(HashingAlgorithm, HashingAlgorithm),
    Pkcs1,
    None,
}

fn padding(request: &ParametricCipher<'_>) -> Result<Padding, CryptoError> {
    let padding = match defaults::encryption_padding(request.parameters) {
        PaddingMethod::Oaep => {
            check_generator(request.parameters)?;
            let (hash, mask_hash) = defaults::oaep_hashes(request.parameters);
            return Ok(Padding::Oaep(hash, mask_hash));
        }
        PaddingMethod::Pkcs1V15 => Padding::Pkcs1,
        PaddingMethod::None => Padding::None,
        _ => {
            return Err(CryptoError::InvalidParameter(
                "this padding is not for RSA encryption: name OAEP or PKCS1v1.5",
            ));
        }
    };
    if !request.additional_data.is_empty() {
        return Err(CryptoError::InvalidParameter("only OAEP has a label: leave it out"));
    }
    Ok(padding)
}

/// The mask generator is MGF1.
const fn check_generator(parameters: &CryptographicParameters) -> Result<(), CryptoError> {
    match parameters.mask_generator {
        None | Some(1) => Ok(()),
        Some(_) => Err(CryptoError::InvalidParameter("the mask generator is MGF1 (1)")),
    }
}

impl ParametricKey for RsaKey {
    fn encrypt(&self, request: ParametricCipher<'_>) -> Result<ParametricCiphertext, CryptoError> {
        let output = self.inner.encrypt(&request)?;
        Ok(ParametricCiphertext { output, nonce: None, tag: None })
    }

    fn decrypt(&self, request: ParametricCipher<'_>) -> Result<SecretBytes, CryptoError> {
        self.inner.decrypt(&request)
    }

    fn sign(&self, message: ParametricMessage<'_>) -> Result<Vec<u8>, CryptoError> {
        let scheme = self.inner.scheme(message.parameters, message.digested)?;
        let digest = self.inner.digest(scheme, message.data, message.digested)?;
        self.inner.sign(scheme, &digest)
    }

    fn verify(&self, message: ParametricMessage<'_>, signature: &[u8]) -> Result<(), CryptoError> {
        let scheme = self.inner.scheme(message.parameters, message.digested)?;
        let digest = self.inner.digest(scheme, message.data, message.digested)?;
        self.inner.verify(scheme, &digest, signature)
    }

    fn wrap(
        &self,
        direction: Direction,
        request: ParametricCipher<'_>,
    ) -> Result<ParametricCiphertext, CryptoError> {
        let output = match direction {
            Direction::Wrap => self.inner.encrypt(&request)?,
            Direction::Unwrap => self.inner.decrypt(&request)?.expose("unwrapped").to_vec(),
        };
        Ok(ParametricCiphertext { output, nonce: None, tag: None })
    }

    fn stream(
        &self,
        kind: StreamKind,
        request: ParametricCipher<'_>,
    ) -> Result<Box<dyn ParametricStream>, CryptoError> {
        refuse_input(request.input)?;
        let verifies = match kind {
            StreamKind::Sign if self.inner.is_private => false,
            StreamKind::Verify => true,
            _ => return unsupported(),
        };
        let scheme = self.inner.scheme(request.parameters, false)?;
        let hash = match scheme {
            Scheme::Pkcs1(hash) | Scheme::Pss(hash, ..) => Some(hash),
            Scheme::Pkcs1Bare | Scheme::Bare => None,
        };
        let (signer, verifier) = (Arc::clone(&self.inner), Arc::clone(&self.inner));
        let whole = move |inner: &Inner, data: &[u8]| match hash {
            Some(_) => Ok(data.to_vec()),
            None => inner.digest(scheme, data, false),
        };
        Ok(Box::new(SignatureStream::new(
            hash,
            verifies,
            Box::new(move |data| signer.sign(scheme, &whole(&signer, data)?)),
            Box::new(move |data, signature| {
                verifier.verify(scheme, &whole(&verifier, data)?, signature)
            }),
        )))
    }

    fn public_components(&self) -> Result<KeyComponents, CryptoError> {
        public_of(&self.inner.public)
    }
}
