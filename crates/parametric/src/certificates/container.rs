//! PKCS#12 containers (RFC 7292): a private key with its certificates, under a password.

use claviger_ports::{ContainerContents, CryptoError};
use claviger_secret::SecretBytes;
use p12_keystore::error::Error;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12Archive,
    PrivateKey, PrivateKeyBag, PrivateKeyChain,
};

/// The largest container, in bytes.
const LIMIT: usize = 1 << 20;
/// How often the password is hashed for containers that are made.
const ITERATIONS: u32 = 100_000;

/// What a private key is called that has no name (KMIP 1.4 §3.45).
const USUAL_NAME: &str = "alias";

/// Opens a container and takes its private key: of several, the one of this name, or without a name the first.
pub(super) fn open(
    container: &[u8],
    password: &str,
    name: Option<&str>,
) -> Result<ContainerContents, CryptoError> {
    if container.len() > LIMIT {
        return Err(CryptoError::TooLong { limit: LIMIT });
    }
    let archive =
        Pkcs12Archive::from_pkcs12(container, password).map_err(|error| refused(&error))?;
    let bag = match (archive.keys.as_slice(), name) {
        ([], _) => {
            return Err(CryptoError::InvalidKey("the PKCS#12 container holds no private key"));
        }
        ([first], _) | ([first, ..], None) => first,
        (several, Some(name)) => several.iter().find(|bag| is_called(bag, name)).ok_or(
            CryptoError::InvalidKey("the PKCS#12 container holds no private key of this name"),
        )?,
    };
    let belongs = |linked: &Option<Vec<u8>>| match (linked, &bag.local_key_id) {
        (Some(linked), Some(own)) => linked.as_slice() == own.as_ref(),
        _ => false,
    };
    let (own, others): (Vec<_>, Vec<_>) =
        archive.certs.iter().partition(|certificate| belongs(&certificate.local_key_id));
    Ok(ContainerContents {
        name: bag.friendly_name.clone(),
        private_key: SecretBytes::copy_from(bag.key.as_der()),
        certificates: own
            .into_iter()
            .chain(others)
            .map(|certificate| certificate.cert.as_der().to_vec())
            .collect(),
    })
}

/// Whether a private key has a name: the case of letters doesn't count (RFC 2985 §5.5.1).
fn is_called(bag: &PrivateKeyBag, name: &str) -> bool {
    let own = bag.friendly_name.as_deref();
    own.is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

/// Makes a container: AES-256 and HMAC-SHA-256.
pub(super) fn make(
    contents: &ContainerContents,
    password: &str,
) -> Result<SecretBytes, CryptoError> {
    let certificates: Vec<Certificate> = contents
        .certificates
        .iter()
        .map(|certificate| Certificate::from_der(certificate).map_err(|error| refused(&error)))
        .collect::<Result<_, _>>()?;
    let key = contents.private_key.expose("putting a private key into a PKCS#12 container");
    let key = PrivateKey::from_der(key).map_err(|error| refused(&error))?;
    let name = contents.name.as_deref().unwrap_or(USUAL_NAME);
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(name, key, certificates);
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
    let container = store
        .writer(password)
        .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
        .encryption_iterations(ITERATIONS)
        .mac_algorithm(MacAlgorithm::HmacSha256)
        .mac_iterations(ITERATIONS)
        .write()
        .map_err(|error| refused(&error))?;
    Ok(SecretBytes::new(container))
}

/// The parser's words are left out: they may repeat what was read.
fn refused(error: &Error) -> CryptoError {
    match error {
        Error::MacError(_) | Error::UnpadError => CryptoError::Failed,
        Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm => {
            CryptoError::Unsupported
        }
        _ => CryptoError::InvalidKey("this is no PKCS#12 container, or it was altered"),
    }
}
