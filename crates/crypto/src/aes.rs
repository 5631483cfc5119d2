//! AES keys of 128, 192 and 256 bits (FIPS 197), for every algorithm that takes one.
//!
//! Material: the bytes themselves. What an algorithm needs is made when it is first used.

use std::sync::OnceLock;

use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Ciphered, CryptoError, Key};
use claviger_secret::{SealBuffer, SecretBytes};
use subtle::ConstantTimeEq;

use crate::aead::Aead;
use crate::aes_cmac::Cmac;
use crate::lazy::get_or_try_init;
use crate::record::{RecordKey, Suite};
use crate::{aes_cbc, aes_ctr, aes_ecb, aes_gcm, aes_gcm_siv, aes_kw};

/// An AES key, ready to act.
pub(crate) struct AesKey {
    spec: KeySpec,
    material: SecretBytes,
    record: OnceLock<RecordKey>,
    gcm: OnceLock<Aead>,
    gcm_siv: OnceLock<Aead>,
    cmac: OnceLock<Cmac>,
}

impl AesKey {
    /// Takes over material whose length fits `spec`.
    pub(crate) fn new(spec: KeySpec, material: SecretBytes) -> Self {
        Self {
            spec,
            material,
            record: OnceLock::new(),
            gcm: OnceLock::new(),
            gcm_siv: OnceLock::new(),
            cmac: OnceLock::new(),
        }
    }

    fn record(&self) -> &RecordKey {
        self.record.get_or_init(|| RecordKey::new(self.material.expose("key records with it")))
    }

    fn aead(&self, algorithm: Algorithm) -> Result<&Aead, CryptoError> {
        let key = self.material.expose("expand the AES key");
        match algorithm {
            Algorithm::AesGcm => get_or_try_init(&self.gcm, || aes_gcm::cipher(key)),
            Algorithm::AesGcmSiv => get_or_try_init(&self.gcm_siv, || aes_gcm_siv::cipher(key)),
            _ => Err(CryptoError::Unsupported),
        }
    }

    fn cmac(&self) -> Result<&Cmac, CryptoError> {
        get_or_try_init(&self.cmac, || Cmac::new(self.material.expose("key CMAC")))
    }
}

impl Key for AesKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn seal(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        plaintext: SealBuffer,
    ) -> Result<Vec<u8>, CryptoError> {
        let suite = Suite::new(algorithm, self.spec).ok_or(CryptoError::Unsupported)?;
        self.record().seal(suite, context, plaintext)
    }

    fn open(
        &self,
        algorithm: Algorithm,
        context: &[u8],
        record: Vec<u8>,
    ) -> Result<SecretBytes, CryptoError> {
        let suite = Suite::new(algorithm, self.spec).ok_or(CryptoError::Unsupported)?;
        self.record().open(suite, context, record)
    }

    fn encrypt(&self, request: CipherRequest<'_>) -> Result<Ciphered, CryptoError> {
        let key = self.material.expose("encrypt with the AES key");
        match request.algorithm {
            Algorithm::AesCbc => aes_cbc::encrypt(key, &request),
            Algorithm::AesCtr => aes_ctr::encrypt(key, &request),
            Algorithm::AesEcb => aes_ecb::encrypt(key, &request),
            algorithm => self.aead(algorithm)?.encrypt(request),
        }
    }

    fn decrypt(&self, request: CipherRequest<'_>) -> Result<SecretBytes, CryptoError> {
        let key = self.material.expose("decrypt with the AES key");
        match request.algorithm {
            Algorithm::AesCbc => aes_cbc::decrypt(key, &request),
            Algorithm::AesCtr => aes_ctr::decrypt(key, &request),
            Algorithm::AesEcb => aes_ecb::decrypt(key, &request),
            algorithm => self.aead(algorithm)?.decrypt(request),
        }
    }

    fn wrap(&self, algorithm: Algorithm, material: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let key = self.material.expose("wrap a key");
        match algorithm {
            Algorithm::AesKw => aes_kw::wrap(key, material),
            Algorithm::AesKwp => aes_kw::wrap_padded(key, material),
            _ => Err(CryptoError::Unsupported),
        }
    }

    fn unwrap(&self, algorithm: Algorithm, wrapped: &[u8]) -> Result<SecretBytes, CryptoError> {
        let key = self.material.expose("unwrap a key");
        match algorithm {
            Algorithm::AesKw => aes_kw::unwrap(key, wrapped),
            Algorithm::AesKwp => aes_kw::unwrap_padded(key, wrapped),
            _ => Err(CryptoError::Unsupported),
        }
    }

    fn mac(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        match algorithm {
            Algorithm::AesCmac => self.cmac()?.mac(message),
            _ => Err(CryptoError::Unsupported),
        }
    }

    fn mac_verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), CryptoError> {
        let expected = self.mac(algorithm, message)?;
        if bool::from(expected.ct_eq(mac)) { Ok(()) } else { Err(CryptoError::Failed) }
    }
}
