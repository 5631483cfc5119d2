//! The options of the KMIP door, put together.

use std::path::PathBuf;

use super::error::ConfigurationError;
use super::values::{Permission, RngSeed, Settings};

/// What an operator decided about the KMIP door.
pub(crate) struct KmipDoorConfiguration {
    /// What becomes of clients' seeds.
    pub(crate) rng_seed: RngSeed,
    /// Whether new objects may be used with algorithms out of use.
    pub(crate) legacy_algorithms: bool,
    /// The lease time of objects, in seconds.
    pub(crate) lease_time: u32,
    /// Whether one-time pads may be read.
    pub(crate) one_time_pad_get: bool,
    /// Whether clients are sent Put and Notify.
    pub(crate) push: bool,
    /// What Query answers.
    pub(crate) query_file: Option<PathBuf>,
    /// Who may prove itself by a credential.
    pub(crate) users_file: Option<PathBuf>,
    /// The certificate and the key that Certify signs with.
    pub(crate) authority: Option<(PathBuf, PathBuf)>,
}

/// Puts the options together, and checks that none is missing.
pub(super) fn complete(
    settings: &mut Settings,
) -> Result<KmipDoorConfiguration, ConfigurationError> {
    let certificate = settings.kmip_certify_certificate.take();
    let authority = match (certificate, settings.kmip_certify_key.take()) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => {
            return Err(ConfigurationError::Combination {
                problem: "--kmip-certify-certificate and --kmip-certify-key belong together; give both or neither",
            });
        }
    };
    Ok(KmipDoorConfiguration {
        rng_seed: settings.kmip_rng_seed_policy,
        legacy_algorithms: settings.kmip_legacy_algorithms,
        lease_time: settings.kmip_lease_time,
        one_time_pad_get: settings.kmip_one_time_pad_get == Permission::Allow,
        push: settings.kmip_push,
        query_file: settings.kmip_query_file.take(),
        users_file: settings.kmip_users_file.take(),
        authority,
    })
}
