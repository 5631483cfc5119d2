//! PKCS#12 (RFC 7292): a private key and its certificates in one file, under a password.
//!
//! What is read: files of OpenSSL 1 to 3, of Java and of old devices (PBES2 with AES, and RC2, RC4 and triple DES for those that
//! know nothing else). What is written: AES-256 by default, or triple DES for those that read nothing else.

use p12_keystore::error::Error;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12Archive,
    PrivateKey, PrivateKeyChain,
};
use zeroize::Zeroizing;

use crate::error::CertificateError;

/// How often the password is hashed for files that are written.
const ITERATIONS: u32 = 100_000;

/// What was in a file.
pub struct Contents {
    /// The private key, PKCS#8 in DER.
    pub key: Zeroizing<Vec<u8>>,
    /// All certificates in DER. If the file says which belongs to the key, it comes first.
    pub certificates: Vec<Vec<u8>>,
}

/// How a file is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// AES-256 and HMAC-SHA-256.
    Aes256,
    /// Triple DES and HMAC-SHA-1, for devices that read nothing else. The file protects little more than its place does.
    TripleDes,
}

/// Reads a file. Where it has several private keys, the first is taken.
///
/// # Errors
/// [`CertificateError::Pkcs12`] says whether the password or the file is wrong.
pub fn read(file: &[u8], password: &str) -> Result<Contents, CertificateError> {
    let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(|error| refused(&error))?;
    let Some(bag) = archive.keys.first() else {
        return Err(CertificateError::Pkcs12 { problem: "it holds no private key" });
    };
    let belongs = |linked: &Option<Vec<u8>>| match (linked, &bag.local_key_id) {
        (Some(linked), Some(own)) => linked.as_slice() == own.as_ref(),
        _ => false,
    };
    let (own, others): (Vec<_>, Vec<_>) =
        archive.certs.iter().partition(|certificate| belongs(&certificate.local_key_id));
    let certificates: Vec<Vec<u8>> = own
        .into_iter()
        .chain(others)
        .map(|certificate| certificate.cert.as_der().to_vec())
        .collect();
    if certificates.is_empty() {
        return Err(CertificateError::Pkcs12 { problem: "it holds no certificate" });
    }
    Ok(Contents { key: Zeroizing::new(bag.key.as_der().to_vec()), certificates })
}

/// Writes a file with one private key (PKCS#8 in DER) and its chain of certificates in DER, its own first.
///
/// # Errors
/// [`CertificateError::Pkcs12`] if the key or a certificate isn't one.
pub fn write(
    name: &str,
    key: &[u8],
    chain: &[&[u8]],
    password: &str,
    encryption: Encryption,
) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    let failed = |error: Error| refused(&error);
    let certificates: Vec<Certificate> = chain
        .iter()
        .map(|certificate| Certificate::from_der(certificate).map_err(failed))
        .collect::<Result<_, _>>()?;
    let key = PrivateKey::from_der(key).map_err(failed)?;
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(name, key, certificates);
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
    let (algorithm, mac) = match encryption {
        Encryption::Aes256 => {
            (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256)
        }
        Encryption::TripleDes => {
            (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1)
        }
    };
    let file = store
        .writer(password)
        .encryption_algorithm(algorithm)
        .encryption_iterations(ITERATIONS)
        .mac_algorithm(mac)
        .mac_iterations(ITERATIONS)
        .write()
        .map_err(failed)?;
    Ok(Zeroizing::new(file))
}

/// The parser's words are left out: they may repeat what was read.
fn refused(error: &Error) -> CertificateError {
    let problem = match error {
        Error::MacError(_) | Error::UnpadError => "the password is wrong, or the file was altered",
        Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm => {
            "it is encrypted in a way that is not supported; export it again with AES"
        }
        _ => "it is not PKCS#12, or was altered",
    };
    CertificateError::Pkcs12 { problem }
}
