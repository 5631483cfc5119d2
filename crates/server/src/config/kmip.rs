//! The options of the KMIP listener, put together.

use std::net::IpAddr;

use claviger_secret::SecretBytes;

use super::error::ConfigurationError;
use super::values::Settings;
use crate::tls::{OwnFiles, Password, TlsFiles};

/// KMIP's port (registered with IANA).
const PORT: u16 = 5696;

/// The KMIP listener, as far as it was configured.
pub(crate) struct KmipConfiguration {
    /// Where it listens, if somebody said so.
    pub(crate) listen: Option<KmipListen>,
    /// The certificates, if somebody said where they are.
    pub(crate) files: Option<TlsFiles>,
}

/// Where to listen for KMIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KmipListen {
    /// Nowhere.
    Off,
    /// At this address or name.
    At {
        /// The address or name.
        hostname: String,
        /// The port; 0 for a free one.
        port: u16,
    },
}

impl Default for KmipListen {
    fn default() -> Self {
        Self::At { hostname: "127.0.0.1".to_owned(), port: PORT }
    }
}

impl KmipListen {
    /// Reads `HOST`, `HOST:PORT`, `[IPV6]:PORT` or `off`; the error says so.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let refused =
            || "an address or name such as 127.0.0.1:5696 or [::1]:5696, or `off`".to_owned();
        if text == "off" {
            return Ok(Self::Off);
        }
        // An IPv6 address without brackets has colons and no port.
        let (hostname, port) = match text.rsplit_once(':') {
            Some((hostname, port)) if text.parse::<IpAddr>().is_err() && !text.ends_with(']') => {
                (hostname, port.parse().map_err(|_| refused())?)
            }
            _ => (text, PORT),
        };
        let is_name = !hostname.is_empty()
            && !hostname.contains(|one: char| one.is_whitespace() || one == '/');
        if is_name { Ok(Self::At { hostname: hostname.to_owned(), port }) } else { Err(refused()) }
    }
}

/// Puts the options together, and checks that none is missing and none too much.
pub(super) fn complete(
    settings: &mut Settings,
    password: Option<SecretBytes>,
) -> Result<KmipConfiguration, ConfigurationError> {
    let refused = |problem| Err(ConfigurationError::Combination { problem });
    let password = match (password, settings.kmip_p12_password_file.take()) {
        (Some(_), Some(_)) => return refused(TWO_PASSWORDS),
        (Some(password), None) => Some(Password::Given(password)),
        (None, Some(path)) => Some(Password::File(path)),
        (None, None) => None,
    };
    let pem = (settings.kmip_cert_file.take(), settings.kmip_key_file.take());
    let own = match (pem, settings.kmip_p12_file.take(), password) {
        ((Some(certificate), Some(key)), None, None) => Some(OwnFiles::Pem { certificate, key }),
        ((None, None), Some(file), password) => {
            Some(OwnFiles::Pkcs12 { file, password: password.unwrap_or(Password::Empty) })
        }
        ((None, None), None, None) => None,
        ((Some(_), None) | (None, Some(_)), None, _) => return refused(HALF_A_PAIR),
        ((_, _), Some(_), _) => return refused(TWO_CERTIFICATES),
        ((_, _), None, Some(_)) => return refused(PASSWORD_OF_NOTHING),
    };
    let authorities = settings.kmip_client_ca_file.take();
    let revocation_lists = settings.kmip_crl_file.take();
    let files = match (own, authorities, revocation_lists) {
        (Some(own), Some(client_authorities), revocation_lists) => {
            Some(TlsFiles { own, client_authorities, revocation_lists })
        }
        (None, None, None) => None,
        (Some(_), None, _) => return refused(NO_AUTHORITY),
        (None, _, _) => return refused(NO_CERTIFICATE),
    };
    Ok(KmipConfiguration { listen: settings.kmip_listen.take(), files })
}

const TWO_PASSWORDS: &str = "the password of the PKCS#12 file is given twice, in KMS_KMIP_P12_PASSWORD and as a file; remove one of \
                             the two";
const HALF_A_PAIR: &str = "--kmip-cert-file and --kmip-key-file belong together; give both, or a PKCS#12 file with --kmip-p12-file";
const TWO_CERTIFICATES: &str = "the certificate of the KMIP listener is given twice, in PEM and as PKCS#12; remove --kmip-p12-file, or \
                                --kmip-cert-file and --kmip-key-file";
const PASSWORD_OF_NOTHING: &str = "there is a password for a PKCS#12 file and no such file; add --kmip-p12-file, or remove the password";
const NO_AUTHORITY: &str = "the KMIP listener has a certificate and knows no authority of clients; say whose clients are let in, with \
                            --kmip-client-ca-file";
const NO_CERTIFICATE: &str = "--kmip-client-ca-file and --kmip-crl-file are for a certificate that is given too; add --kmip-cert-file \
                              and --kmip-key-file, or --kmip-p12-file";

#[cfg(test)]
mod tests {
    use super::KmipListen;

    #[test]
    fn places_are_read() {
        let at = |hostname: &str, port| Ok(KmipListen::At { hostname: hostname.to_owned(), port });
        assert_eq!(KmipListen::parse("off"), Ok(KmipListen::Off));
        assert_eq!(KmipListen::parse("0.0.0.0:0"), at("0.0.0.0", 0));
        assert_eq!(KmipListen::parse("kms.example:1"), at("kms.example", 1));
        assert_eq!(KmipListen::parse("kms.example"), at("kms.example", 5696));
        assert_eq!(KmipListen::parse("[::1]:9"), at("[::1]", 9));
        assert_eq!(KmipListen::parse("[::1]"), at("[::1]", 5696));
        assert_eq!(KmipListen::parse("::1"), at("::1", 5696));
        for text in ["", ":1", "a:", "a:b", "a:65536", "tcp://10.0.0.1:5696", "a b:1"] {
            assert!(KmipListen::parse(text).is_err(), "{text}");
        }
    }
}
