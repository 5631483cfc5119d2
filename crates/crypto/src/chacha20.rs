//! ChaCha20 keys of 256 bits (RFC 8439), for ChaCha20-Poly1305 and XChaCha20-Poly1305. Material: the bytes themselves.

use std::sync::OnceLock;

use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Ciphered, CryptoError, Key};
use claviger_secret::{SealBuffer, SecretBytes};

use crate::aead::Aead;
use crate::lazy::get_or_try_init;
use crate::record::{RecordKey, Suite};
use crate::{chacha20_poly1305, xchacha20_poly1305};

/// A ChaCha20 key, ready to act.
pub(crate) struct ChaCha20Key {
    material: SecretBytes,
    record: OnceLock<RecordKey>,
    chacha20: OnceLock<Aead>,
    xchacha20: OnceLock<Aead>,
}

impl ChaCha20Key {
    /// Takes over material of 32 bytes.
    pub(crate) const fn new(material: SecretBytes) -> Self {
        Self {
            material,
            record: OnceLock::new(),
            chacha20: OnceLock::new(),
            xchacha20: OnceLock::new(),
        }
    }

    fn record(&self) -> &RecordKey {
        self.record.get_or_init(|| RecordKey::new(self.material.expose("key records with it")))
    }

    fn aead(&self, algorithm: Algorithm) -> Result<&Aead, CryptoError> {
        let key = self.material.expose("key the cipher");
        match algorithm {
            Algorithm::ChaCha20Poly1305 => {
                get_or_try_init(&self.chacha20, || chacha20_poly1305::cipher(key))
            }
            Algorithm::XChaCha20Poly1305 => {
                get_or_try_init(&self.xchacha20, || xchacha20_poly1305::cipher(key))
            }
            _ => Err(CryptoError::Unsupported),
        }
    }
}

impl Key for ChaCha20Key {
    fn spec(&self) -> KeySpec {
        KeySpec::ChaCha20
    }

    fn seal(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        let suite = Suite::new(algorithm, KeySpec::ChaCha20).ok_or(CryptoError::Unsupported)?;
        self.record().seal(suite, context, plaintext)
    }

    fn open(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        record: Vec<u8>,
    ) -> Result<SecretBytes, CryptoError> {
        let suite = Suite::new(algorithm, KeySpec::ChaCha20).ok_or(CryptoError::Unsupported)?;
        self.record().open(suite, context, record)
    }

    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        self.aead(request.algorithm)?.encrypt(request)
    }

    fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        self.aead(request.algorithm)?.decrypt(request)
    }
}
