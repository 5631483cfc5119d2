//! Certify: a certificate for a public key (KMIP 2.1 §6.1.6).

use std::sync::Arc;

use claviger_model::{
    AttributeKind, Attributes, LinkType, ObjectType, Permissions, UniqueIdentifier, Usage, Value,
};
use claviger_ports::CertificationSubject;

use super::certificate_attributes::X509;
use super::certificate_subject::NamedSubject;
use super::content::{Content, Created, Generation, Given, identifier_of};
use super::given::{Making, Sorted, date_time, sort};
use super::issuing::{NamedIssuer, authority, issue, spki, usual_validity};
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::making::{first_name, store};
use super::registration::{is_pkcs10, register_sorted};
use super::{links, templates};
use crate::change::Targets;
use crate::codec::Material;
use crate::keyring::LoadedVersion;
use crate::operations::{Description, OBJECT_CERTIFY, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Issues a certificate.
pub struct CertifyObject {
    /// The public key, or (KMIP 2.1) a certificate request that is an object.
    pub public_key: Option<UniqueIdentifier>,
    /// A certificate request: its type, and the request in PEM or DER.
    pub request: Option<(u32, Vec<u8>)>,
    /// The attributes of the certificate. Links to a private key and a certificate name the issuer.
    pub attributes: Given,
    /// The names of templates that have attributes for it (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for CertifyObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_CERTIFY;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { public_key, request, attributes, templates, generation } = self;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let mut attributes = templates::merge(shared, caller, &templates, attributes).await?;
        let named_subject = NamedSubject::take(&mut attributes)?;
        let mut sorted = sort(attributes, Making::Registered)?;
        let named = NamedIssuer::take(&mut sorted.attributes);
        let certified = certified(&authorized, public_key.as_ref()).await?;
        let authority = authority(&authorized, named).await?;
        let request = match (request, &certified) {
            (Some(request), _) => Some(given_request(request)?),
            (None, Some(version)) => stored_request(version),
            (None, None) => None,
        };
        let checked;
        let (key, name, alternatives);
        let subject = if let Some(request) = request {
            checked = shared.certificates.request(&request).map_err(invalid_request)?;
            CertificationSubject::Request(&checked)
        } else {
            let version = certified.as_ref().ok_or_else(nothing_to_certify)?;
            key = spki(shared, version)?;
            if let Some(named) = &named_subject {
                alternatives = named.alternatives();
                named.with(&key, &alternatives)
            } else {
                name = subject_name(&sorted.attributes, version);
                CertificationSubject::PublicKey { public_key: &key, name: &name }
            }
        };
        let usual = usual_validity();
        let value = issue(shared, subject, &authority, &sorted.dates, usual, now)?;
        // The public key that it is for, if that is an object.
        let certified = certified.filter(|one| one.object().object_type == ObjectType::PublicKey);
        describe(&mut sorted, certified.as_deref(), date_time(now));
        if sorted.attributes.get(AttributeKind::CryptographicUsageMask).is_none() {
            let said = shared.certificates.facts(&value)?.key_usage;
            let mask = said.unwrap_or_else(|| usage_mask(certified.as_deref()));
            let mask = Value::Integer(mask.cast_signed());
            sorted.attributes.set(AttributeKind::CryptographicUsageMask, mask);
        }
        let new =
            [register_sorted(shared, sorted, Content::Certificate { kind: X509, value }, now)?];
        let identifier = new[0].identifier();
        let targets: Targets = certified
            .iter()
            .map(|version| (version.object().keyset, [version.object().version].into()))
            .collect();
        store(&mut authorized, generation, &new, &targets, |drafts| {
            for (draft, version) in drafts.values_mut().zip(&certified) {
                let object = &mut draft.version_mut(version.object().version)?.object;
                links::redirect(&mut object.attributes, LinkType::Certificate, &identifier);
            }
            Ok(())
        })
        .await?;
        Ok(new[0].created())
    }
}

/// The object that is to be certified.
pub(super) async fn certified<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: Option<&UniqueIdentifier>,
) -> Result<Option<Arc<LoadedVersion>>, Error> {
    let Some(identifier) = identifier else { return Ok(None) };
    let permissions = Permissions::READ_PUBLIC_KEY | Permissions::CHANGE_ATTRIBUTES;
    let (_, version) = authorized.other_object(identifier, permissions).await?;
    let object = version.object();
    refuse_destroyed(object)?;
    refuse_archived(object)?;
    if matches!(object.object_type, ObjectType::PublicKey | ObjectType::CertificateRequest) {
        return Ok(Some(version));
    }
    Err(Error::new(
        ErrorKind::InvalidObjectType,
        format!("a {} is not certified", object.object_type),
        "name a public key or a certificate request",
    ))
}

/// The bytes of a request that is an object.
pub(super) fn stored_request(version: &LoadedVersion) -> Option<Vec<u8>> {
    match (version.object().object_type, version.material()) {
        (ObjectType::CertificateRequest, Material::Block(block)) => {
            Some(block.bytes.expose("reading a certificate request, which is no secret").to_vec())
        }
        _ => None,
    }
}

fn describe(sorted: &mut Sorted, public_key: Option<&LoadedVersion>, now: Value) {
    sorted.attributes.set(AttributeKind::OriginalCreationDate, now);
    if let Some(version) = public_key {
        let identifier = identifier_of(version.object());
        links::add(&mut sorted.attributes, LinkType::PublicKey, &identifier);
    }
}

/// The usage mask of a certificate that doesn't say what its key is for: that of the key, or else to verify with it.
fn usage_mask(public_key: Option<&LoadedVersion>) -> u32 {
    let attributes = public_key.map(|version| &version.object().attributes);
    let mask = attributes.and_then(|all| all.get(AttributeKind::CryptographicUsageMask));
    let mask = mask.and_then(Value::as_integer).map(i32::cast_unsigned);
    mask.filter(|mask| *mask != 0).unwrap_or_else(|| Usage::VERIFY.bits())
}

/// The subject's name: that of the certificate to be, or of its public key; one that is a distinguished name already counts
/// as such.
fn subject_name(attributes: &Attributes, public_key: &LoadedVersion) -> String {
    let object = public_key.object();
    let identifier = identifier_of(object);
    let name = first_name(attributes)
        .or_else(|| first_name(&object.attributes))
        .unwrap_or(identifier.as_str());
    let distinguished = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CN="));
    if distinguished {
        return name.to_owned();
    }
    super::certificate_attributes::name_text(&[("2.5.4.3".to_owned(), name.to_owned())])
}

/// The bytes of a request that came with its type, which must be one that is read: PKCS#10, in DER or PEM (KMIP 2.1 §11.6).
pub(super) fn given_request((kind, request): (u32, Vec<u8>)) -> Result<Vec<u8>, Error> {
    if is_pkcs10(kind) {
        return Ok(request);
    }
    Err(Error::new(
        ErrorKind::InvalidCertificateRequest,
        "the certificate request is of a type that the service does not read",
        "pass a certificate request as PKCS#10, in DER or PEM",
    ))
}

pub(super) fn invalid_request(error: claviger_ports::CryptoError) -> Error {
    match error {
        claviger_ports::CryptoError::Failed => Error::new(
            ErrorKind::InvalidCertificateRequest,
            "the certificate request's signature is not that of its key",
            "make the request anew with the key that is to be certified",
        ),
        claviger_ports::CryptoError::InvalidKey(what) => Error::new(
            ErrorKind::InvalidCertificateRequest,
            what,
            "pass a certificate request as PKCS#10, in DER or PEM",
        ),
        error => error.into(),
    }
}

fn nothing_to_certify() -> Error {
    Error::new(
        ErrorKind::InvalidMessage,
        "there is neither a public key nor a certificate request",
        "name the public key, or pass a certificate request",
    )
}
