//! What the KMIP door and the objects behind it are given: the operator's decisions, and what their files hold.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use claviger_core::{CertificateAuthority, ObjectSettings};
use claviger_door_kmip::{Declaration, KmipOptions, NoCredentials, RngSeedPolicy};
use claviger_ports::Crypto;
use claviger_secret::SecretBytes;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use crate::config::{KmipDoorConfiguration, RngSeed};
use crate::exit::StartError;
use crate::kmip_users::Users;

/// What the door is given.
///
/// # Errors
/// [`StartError`] says what is wrong with a file.
pub(crate) fn options(
    configuration: &KmipDoorConfiguration,
    declaration: Declaration,
    crypto: Arc<dyn Crypto>,
) -> Result<KmipOptions, StartError> {
    let users = configuration.users_file.as_deref();
    Ok(KmipOptions {
        rng_seed_policy: match configuration.rng_seed {
            RngSeed::Accept => RngSeedPolicy::Accept,
            RngSeed::Partial => RngSeedPolicy::Partial,
            RngSeed::Ignore => RngSeedPolicy::Ignore,
            RngSeed::Deny => RngSeedPolicy::Deny,
        },
        push: configuration.push,
        declaration,
        credentials: match users {
            Some(path) => Arc::new(Users::read(crypto, path, &text(path)?)?),
            None => Arc::new(NoCredentials),
        },
        ..KmipOptions::default()
    })
}

/// What Query answers besides what the service says of itself.
///
/// # Errors
/// [`StartError`] says what is wrong with the file.
pub(crate) fn declaration(
    configuration: &KmipDoorConfiguration,
) -> Result<Declaration, StartError> {
    let Some(path) = &configuration.query_file else { return Ok(Declaration::default()) };
    toml::from_str(&text(path)?).map_err(|error| refused(path, error.message()))
}

/// How objects are treated.
///
/// # Errors
/// [`StartError`] says what is wrong with the certificate authority's files.
pub(crate) fn object_settings(
    configuration: &KmipDoorConfiguration,
    declaration: &Declaration,
) -> Result<ObjectSettings, StartError> {
    let mut settings = ObjectSettings {
        legacy_algorithms: configuration.legacy_algorithms,
        lease_time: Some(configuration.lease_time),
        one_time_pad_get: configuration.one_time_pad_get,
        ..ObjectSettings::default()
    };
    settings.random_number_generator = declaration.random_number_generator();
    if let Some((certificate, key)) = &configuration.authority {
        settings.certificate_authority = Some(Arc::new(authority(certificate, key)?));
    }
    Ok(settings)
}

fn authority(certificate: &Path, key: &Path) -> Result<CertificateAuthority, StartError> {
    let found = CertificateDer::from_pem_slice(text(certificate)?.as_bytes())
        .map_err(|_| refused(certificate, "there is no certificate in PEM in it"))?;
    let private = PrivatePkcs8KeyDer::from_pem_slice(text(key)?.as_bytes())
        .map_err(|_| refused(key, "there is no private key in PEM (PKCS#8) in it"))?;
    Ok(CertificateAuthority {
        certificate: found.to_vec(),
        private_key: SecretBytes::copy_from(private.secret_pkcs8_der()),
    })
}

fn text(path: &Path) -> Result<Zeroizing<String>, StartError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(|error| refused(path, &error.to_string()))
}

/// A file that can't be used. The reason quotes nothing of it.
pub(crate) fn refused(path: &Path, reason: &str) -> StartError {
    StartError::KmipFile { path: path.to_owned(), reason: reason.to_owned() }
}
