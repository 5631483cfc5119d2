//! Why a client was refused, in words for the log. Nothing that a client sent is repeated.

use std::io;

use rustls::{CertificateError, Error};

/// Why a client was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// In words.
    pub(crate) reason: &'static str,
    /// Whether whoever runs the client or the service has something to set right. Else it was noise of the network.
    pub(crate) is_notable: bool,
}

impl Refusal {
    /// A handshake that failed.
    pub(crate) fn of_handshake(error: &io::Error) -> Self {
        let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        of_tls.map_or(noise("it went away, or sent something that is not TLS"), Self::of_tls)
    }

    /// An error of TLS.
    pub(crate) fn of_tls(error: &Error) -> Self {
        match error {
            Error::NoCertificatesPresented => notable("it sent no certificate"),
            Error::InvalidCertificate(error) => notable(of_certificate(error)),
            Error::AlertReceived(_) => notable(
                "it gave up; most often that means that it does not trust the service's certificate",
            ),
            Error::PeerIncompatible(_) => notable(
                "it speaks neither TLS 1.3 nor TLS 1.2 with ephemeral keys and authenticated encryption",
            ),
            _ => noise("it sent something that is not TLS as it should be"),
        }
    }

    /// A certificate that stands for nobody.
    pub(crate) fn of_identity(reason: &'static str) -> Self {
        notable(reason)
    }
}

fn notable(reason: &'static str) -> Refusal {
    Refusal { reason, is_notable: true }
}

fn noise(reason: &'static str) -> Refusal {
    Refusal { reason, is_notable: false }
}

fn of_certificate(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet"
        }
        CertificateError::Revoked => "its certificate is revoked",
        CertificateError::UnknownIssuer => {
            "its certificate is of an authority that is not trusted here"
        }
        CertificateError::UnknownRevocationStatus => {
            "the revocation lists say nothing about its certificate's authority; add that authority's list"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its certificate is not for clients (extended key usage)"
        }
        CertificateError::BadSignature => {
            "its certificate, or its proof of the key, has a wrong signature"
        }
        _ => "its certificate cannot be used",
    }
}
