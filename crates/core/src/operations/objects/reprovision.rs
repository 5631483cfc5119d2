//! Re-Provision: a new certificate in the place of the one that the client proves itself with (KMIP 2.1 §6.1.48).
//!
//! The new one is stored before the old one is revoked, so that a client is never left without any; whatever fails in
//! between leaves the old one as it was.

use claviger_model::{LinkType, Timestamp, Usage};
use claviger_ports::{ClientCertificateError, ClientCertificates, CryptoError};

use super::certificate_attributes::X509;
use super::content::{Content, Created, Generation};
use super::create_pair::{make as make_pair, p256_half};
use super::given::Sorted;
use super::links;
use super::making::{NewObject, store};
use super::registration::register_sorted;
use crate::change::Targets;
use crate::codec::Material;
use crate::kms::Shared;
use crate::operations::{Description, Operation, RE_PROVISION};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Replaces the certificate that the client proves itself with, and revokes it.
pub struct ReProvision {
    /// The certificate of now, DER.
    pub current: Vec<u8>,
    /// What comes in its place.
    pub replacement: Replacement,
}

/// What comes in the place of a client's certificate.
pub enum Replacement {
    /// A certificate for a key pair that the service makes.
    Made,
    /// A certificate for the key of this PKCS#10 request (PEM or DER). It says the client's own name, whatever the request says.
    Requested(Vec<u8>),
    /// This X.509 certificate (DER), which lets in the same client.
    Given(Vec<u8>),
}

impl Operation for ReProvision {
    /// The private key that was made, or else the certificate.
    type Reply = Created;

    const DESCRIPTION: &'static Description = RE_PROVISION;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { current, replacement } = self;
        let (shared, now) = (authorized.shared(), authorized.now());
        let clients = shared.client_certificates.as_deref().ok_or_else(no_authority)?;
        if authorized.caller().journal.is_some() {
            return Err(not_undone());
        }
        let New { objects, issued } = match replacement {
            Replacement::Made => New::made(shared, clients, &current, now).await?,
            Replacement::Requested(request) => {
                let request = shared.certificates.request(&request).map_err(unusable_request)?;
                let issued = clients.reissue(&current, &request.public_key, now).await?;
                New {
                    objects: vec![certificate(shared, issued.clone(), now)?],
                    issued: Some(issued),
                }
            }
            Replacement::Given(value) => {
                clients.check(&current, &value).await?;
                New { objects: vec![certificate(shared, value, now)?], issued: None }
            }
        };
        let created = objects.first().map(NewObject::created);
        let stored =
            store(&mut authorized, Generation::Two, &objects, &Targets::new(), |_| Ok(())).await;
        let replaced = match stored {
            Ok(()) => clients.revoke(&current, now).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let (Err(_), Some(issued)) = (&replaced, &issued) {
            // The client keeps its old one. What can't be revoked now stays in the authority's register, for its operator.
            let _ = clients.revoke(issued, now).await;
        }
        replaced?;
        created.ok_or_else(|| Error::inconsistent("a new certificate"))
    }
}

/// What comes in the place of the old certificate.
struct New {
    /// What is stored; the first is what the client is told of.
    objects: Vec<NewObject>,
    /// The certificate, if the service's own authority has issued it just now.
    issued: Option<Vec<u8>>,
}

impl New {
    /// A key pair and its certificate.
    async fn made(
        shared: &Shared,
        clients: &dyn ClientCertificates,
        current: &[u8],
        now: Timestamp,
    ) -> Result<Self, Error> {
        // ECDSA on P-256, which every TLS library knows.
        let (private, public) = (p256_half(Usage::SIGN, now), p256_half(Usage::VERIFY, now));
        let [mut private, mut public] = make_pair(shared, private, public, now).await?;
        let Material::Public(public_key) = &public.material else {
            return Err(Error::inconsistent("a new public key"));
        };
        let issued = clients.reissue(current, public_key, now).await?;
        let mut certificate = certificate(shared, issued.clone(), now)?;
        let (of_key, of_certificate) = (public.identifier(), certificate.identifier());
        links::add(&mut public.object.attributes, LinkType::Certificate, &of_certificate);
        links::add(&mut certificate.object.attributes, LinkType::PublicKey, &of_key);
        // So that the client may get both in one PKCS#12 container, once it has linked the key to a password.
        let of_private = &mut private.object.attributes;
        links::add(of_private, LinkType::Certificate, &of_certificate);
        links::add(of_private, LinkType::Pkcs12Certificate, &of_certificate);
        Ok(Self { objects: vec![private, public, certificate], issued: Some(issued) })
    }
}

fn certificate(shared: &Shared, value: Vec<u8>, now: Timestamp) -> Result<NewObject, Error> {
    register_sorted(shared, active(now), Content::Certificate { kind: X509, value }, now)
}

/// What replaces a credential is used at once.
fn active(now: Timestamp) -> Sorted {
    let mut sorted = Sorted::default();
    sorted.dates.activation = Some(now);
    sorted
}

/// Of the reasons that Certify has, Re-Provision doesn't have the one for certificate requests (KMIP 2.1, table 315).
fn unusable_request(error: CryptoError) -> Error {
    match error {
        CryptoError::Failed | CryptoError::InvalidKey(_) => Error::new(
            ErrorKind::InvalidInput,
            "this is no PKCS#10 certificate request that its key has signed",
            "make the request anew, in DER or PEM, with the key that is to be certified",
        ),
        error => error.into(),
    }
}

fn not_undone() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "a certificate that was revoked stays revoked, so that this cannot be undone",
        "ask for it in another batch",
    )
}

fn no_authority() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the service does not issue the certificates of its clients",
        "ask whoever issues them for a new one",
    )
}

impl From<ClientCertificateError> for Error {
    fn from(error: ClientCertificateError) -> Self {
        use ClientCertificateError as Cause;
        let (kind, advice) = match error {
            Cause::NotIssuedHere => {
                (ErrorKind::PermissionDenied, "ask whoever issues the certificates for a new one")
            }
            Cause::UnusableKey => (
                ErrorKind::InvalidInput,
                "make the request with a key for ECDSA on P-256 or P-384, Ed25519, or RSA of 2048 to 8192 bits",
            ),
            Cause::NotTrusted => (
                ErrorKind::InvalidInput,
                "pass a valid certificate of your own name from an authority that the service trusts, and not the present one",
            ),
            Cause::Unavailable => {
                (ErrorKind::Internal, "try again later; the service's log names the reason")
            }
        };
        Self::new(kind, error.to_string(), advice)
    }
}
