//! Who signs certificates, and the signing itself.
//!
//! The issuer is the one that the request links to, or the authority that the operator set up, or else the tenant's own: a
//! P-256 key and a self-signed certificate that are made when they are first needed and belong to the service. One authority
//! signs for subjects with keys of every algorithm.

use std::time::Duration;

use claviger_model::{
    AttributeKind, Attributes, Dates, KeyFormatType, KeyName, LinkType, ObjectType, Permissions,
    Principal, Timestamp, UniqueIdentifier, Usage, Value,
};
use claviger_ports::{CertificationSubject, CryptoError, Issuer, ParametricMaterial};
use claviger_secret::SecretBytes;

use super::certificate_attributes::X509;
use super::content::Content;
use super::create_pair::{make as make_pair, p256_half};
use super::digest::private_key;
use super::formats::{Encoded, encoded};
use super::given::Making;
use super::links;
use super::making::NewObject;
use super::parametric::{failure, prepare};
use super::registration::register;
use super::usage::check_usage;
use crate::codec::Material;
use crate::keyring::LoadedVersion;
use crate::kms::Shared;
use crate::operations::Operation;
use crate::pipeline::Authorized;
use crate::{Caller, Error, ErrorKind};

/// The keyset of a tenant's own authority.
const AUTHORITY: &str = "certificate-authority";
/// How long a certificate is valid if nobody says it.
const VALIDITY: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// How long the certificate of a tenant's own authority is valid.
const AUTHORITY_VALIDITY: Duration = Duration::from_secs(3652 * 24 * 60 * 60);

/// The certificate and the private key (PKCS#8) of an issuer.
pub(super) struct Authority {
    pub(super) certificate: Vec<u8>,
    key: SecretBytes,
}

/// Which objects a request names as its issuer.
#[derive(Default)]
pub(super) struct NamedIssuer {
    key: Option<UniqueIdentifier>,
    certificate: Option<UniqueIdentifier>,
}

impl NamedIssuer {
    /// Takes the links to the issuer out of the attributes of a certificate to be: on the certificate, such links would lead
    /// to its own key.
    pub(super) fn take(attributes: &mut Attributes) -> Self {
        let key = links::linked(attributes, LinkType::PrivateKey);
        let certificate = links::linked(attributes, LinkType::Certificate);
        if key.is_some() {
            links::remove(attributes, &[LinkType::PrivateKey, LinkType::Certificate]);
        }
        Self { certificate: certificate.filter(|_| key.is_some()), key }
    }
}

/// Finds the issuer.
pub(super) async fn authority<O: Operation>(
    authorized: &Authorized<'_, O>,
    named: NamedIssuer,
) -> Result<Authority, Error> {
    let shared = authorized.shared();
    if let Some(key) = &named.key {
        return named_authority(authorized, key, named.certificate.as_ref()).await;
    }
    match &shared.settings.certificate_authority {
        Some(authority) => Ok(Authority {
            certificate: authority.certificate.clone(),
            key: authority.private_key.duplicate("signing a certificate"),
        }),
        None => own_authority(shared, authorized.caller(), authorized.now()).await,
    }
}

/// Signs a certificate.
pub(super) fn issue(
    shared: &Shared,
    subject: CertificationSubject<'_>,
    authority: &Authority,
    dates: &Dates,
    usual: Duration,
    now: Timestamp,
) -> Result<Vec<u8>, Error> {
    let issuer = Issuer { certificate: Some(&authority.certificate), private_key: &authority.key };
    let start = dates.activation.unwrap_or(now);
    let end = dates.deactivation.unwrap_or_else(|| start.plus(usual));
    if end <= start {
        return Err(Error::new(
            ErrorKind::InvalidAttributeValue,
            "the certificate would end before it begins",
            "let the Deactivation Date lie after the Activation Date",
        ));
    }
    let serial = serial(shared)?;
    Ok(shared.certificates.issue(subject, issuer, &serial, (start, end))?)
}

/// How long a certificate is valid if nobody says it.
pub(super) const fn usual_validity() -> Duration {
    VALIDITY
}

/// 16 random bytes, as a positive number (RFC 5280 §4.1.2.2).
fn serial(shared: &Shared) -> Result<[u8; 16], Error> {
    let mut serial = [0; 16];
    shared.crypto.random(&mut serial)?;
    serial[0] = (serial[0] & 0x7f) | 0x40;
    Ok(serial)
}

async fn named_authority<O: Operation>(
    authorized: &Authorized<'_, O>,
    key: &UniqueIdentifier,
    certificate: Option<&UniqueIdentifier>,
) -> Result<Authority, Error> {
    let shared = authorized.shared();
    let (keyset, version) = authorized.other_object(key, Permissions::SIGN).await?;
    if version.object().object_type != ObjectType::PrivateKey {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            "the issuer's link does not lead to a private key",
            "link to the private key of the issuer",
        ));
    }
    let usage = Usage::CERTIFICATE_SIGN | Usage::SIGN;
    let prepared = prepare(shared, &version);
    check_usage(&keyset, &version, &prepared, usage, authorized.now())?;
    let linked = links::linked(&version.object().attributes, LinkType::Certificate);
    let certificate = certificate.cloned().or(linked).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            "the issuer's private key links to no certificate",
            "link to the issuer's certificate too",
        )
    })?;
    let permissions = Permissions::READ_ATTRIBUTES;
    let (_, found) = authorized.other_object(&certificate, permissions).await?;
    Ok(Authority { certificate: certificate_bytes(&found)?, key: pkcs8(shared, &version)? })
}

/// The bytes of a certificate.
pub(super) fn certificate_bytes(version: &LoadedVersion) -> Result<Vec<u8>, Error> {
    let object = version.object();
    if let (ObjectType::Certificate, Material::Block(block)) =
        (object.object_type, version.material())
    {
        return Ok(block.bytes.expose("reading a certificate, which is no secret").to_vec());
    }
    super::lifecycle::refuse_destroyed(object)?;
    Err(Error::new(
        ErrorKind::InvalidObjectType,
        format!("a {} is no certificate", object.object_type),
        "name a certificate",
    ))
}

/// The private key of an object, as PKCS#8.
pub(super) fn pkcs8(shared: &Shared, version: &LoadedVersion) -> Result<SecretBytes, Error> {
    let components = match encoded(shared, version)? {
        Encoded::Bytes(KeyFormatType::Pkcs8, bytes) => return Ok(bytes),
        Encoded::Bytes(format, bytes) => {
            let material = prepare(shared, version).material(format, &bytes);
            shared.parametric.components(material).map_err(failure)?
        }
        Encoded::Components(components) => components,
    };
    shared.parametric.encode(&components, KeyFormatType::Pkcs8).map_err(failure)
}

/// The public key of an object, as SubjectPublicKeyInfo.
pub(super) fn spki(shared: &Shared, version: &LoadedVersion) -> Result<Vec<u8>, Error> {
    let why = "reading a public key, which is no secret";
    let components = match encoded(shared, version)? {
        Encoded::Bytes(KeyFormatType::X509, bytes) => return Ok(bytes.expose(why).to_vec()),
        Encoded::Bytes(format, bytes) => {
            let material: ParametricMaterial<'_> =
                prepare(shared, version).material(format, &bytes);
            shared.parametric.components(material).map_err(failure)?
        }
        Encoded::Components(components) => components,
    };
    let bytes = shared.parametric.encode(&components, KeyFormatType::X509).map_err(failure)?;
    Ok(bytes.expose(why).to_vec())
}

/// The tenant's own authority; made on first use.
async fn own_authority(
    shared: &Shared,
    caller: &Caller,
    now: Timestamp,
) -> Result<Authority, Error> {
    let name = KeyName::new(AUTHORITY)?;
    let system = Caller { principal: Principal::system(), journal: None, ..caller.clone() };
    if shared.keyring.by_name(&caller.tenant, &name).await?.is_none() {
        match make_authority(shared, &system, name.clone(), now).await {
            // Somebody else made it at the same time; then that one serves.
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    let taken = || {
        Error::new(
            ErrorKind::PolicyForbids,
            format!("the name {AUTHORITY} is taken, so the service has no authority to sign with"),
            "set up an authority in the service's configuration, or name an issuer",
        )
    };
    let found = shared.keyring.by_name(&caller.tenant, &name).await?.ok_or_else(taken)?;
    if found.keyset().owner != system.principal.identity() {
        return Err(taken());
    }
    let inconsistent = || Error::inconsistent(&format!("the key {AUTHORITY}"));
    let version = found.latest();
    let certificate = links::linked(&version.object().attributes, LinkType::Certificate);
    let id = shared.object_id(&caller.tenant, &certificate.ok_or_else(inconsistent)?)?;
    let certificate = shared.keyring.by_object(&caller.tenant, id).await?;
    let (_, certificate) = certificate.ok_or_else(inconsistent)?;
    let Material::Secret(secret) = version.material() else { return Err(inconsistent()) };
    Ok(Authority {
        certificate: certificate_bytes(&certificate)?,
        key: private_key(shared, version.object().spec, secret)?,
    })
}

/// The certificates of the authorities that the service knows by itself.
pub(super) async fn known_authorities(
    shared: &Shared,
    caller: &Caller,
) -> Result<Vec<Vec<u8>>, Error> {
    let configured = shared.settings.certificate_authority.as_ref();
    let mut known: Vec<_> = configured.iter().map(|one| one.certificate.clone()).collect();
    let name = KeyName::new(AUTHORITY)?;
    if let Some(found) = shared.keyring.by_name(&caller.tenant, &name).await?
        && found.keyset().owner == Principal::system().identity()
        && let Some(link) =
            links::linked(&found.latest().object().attributes, LinkType::Certificate)
    {
        let id = shared.object_id(&caller.tenant, &link)?;
        if let Some((_, version)) = shared.keyring.by_object(&caller.tenant, id).await? {
            known.push(certificate_bytes(&version)?);
        }
    }
    Ok(known)
}

async fn make_authority(
    shared: &Shared,
    system: &Caller,
    name: KeyName,
    now: Timestamp,
) -> Result<(), Error> {
    let half = |usage: Usage| {
        let mut half = p256_half(usage, now);
        let attributes = &mut half.attributes;
        attributes.set(AttributeKind::Extractable, Value::Boolean(false));
        attributes.set(AttributeKind::Sensitive, Value::Boolean(true));
        half
    };
    let signing = half(Usage::CERTIFICATE_SIGN | Usage::CRL_SIGN);
    let [mut private, _] = make_pair(shared, signing, half(Usage::VERIFY), now).await?;
    links::remove(&mut private.object.attributes, &[LinkType::PublicKey]);
    let Material::Secret(secret) = &private.material else {
        return Err(CryptoError::Internal.into());
    };
    let key = private_key(shared, private.object.spec, secret)?;
    let validity = (now, now.plus(AUTHORITY_VALIDITY));
    let subject = format!("CN=Claviger {AUTHORITY} {}", system.tenant.as_str());
    let serial = serial(shared)?;
    let value = shared.certificates.authority(&subject, &key, &serial, validity)?;
    let content = Content::Certificate { kind: X509, value };
    let mut certificate = register(shared, Making::Registered, Vec::new(), content, now)?;
    link(&mut private, &mut certificate);
    let own = super::names::own(&certificate.object)?;
    let insertions =
        vec![private.insertion(system, name, now), certificate.insertion(system, own, now)];
    shared.insert_all(system, insertions).await.map(|_| ())
}

fn link(private: &mut NewObject, certificate: &mut NewObject) {
    let (key, of) = (private.identifier(), certificate.identifier());
    links::add(&mut private.object.attributes, LinkType::Certificate, &of);
    links::add(&mut certificate.object.attributes, LinkType::PrivateKey, &key);
}
