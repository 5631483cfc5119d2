//! Private keys in PKCS#12 containers (KMIP 1.4 §3.52, KMIP 2.1 §4.42): taken out when they are registered, put into one when
//! they are asked for. The password is secret data that the private key links to, and must be active.

use std::sync::Arc;

use claviger_model::{
    AttributeKey, AttributeKind as K, Attributes, KeyFormatType, LinkType, ObjectType, Permissions,
    UniqueIdentifier, Value,
};
use claviger_ports::{ContainerContents, CryptoError};
use claviger_secret::SecretBytes;

use super::certificate_attributes::X509;
use super::content::{Content, Given, KeyBytes, KeyContent, hidden};
use super::formats::{Encoded, encoded};
use super::given::Making;
use super::issuing::{certificate_bytes, pkcs8};
use super::lifecycle::refuse_archived;
use super::links;
use super::making::NewObject;
use super::parametric::failure;
use super::registration::register;
use crate::keyring::LoadedVersion;
use crate::operations::Operation;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// The most certificates of a container.
const CERTIFICATE_LIMIT: usize = 16;
/// Secret Data Type: a password (KMIP 2.1 §11.50).
const PASSWORD: u32 = 1;
const LINK: AttributeKey = AttributeKey::Standard(K::Link);
const FRIENDLY: AttributeKey = AttributeKey::Standard(K::Pkcs12FriendlyName);
const WHY: &str = "opening a PKCS#12 container";

/// The objects that a registered container holds: the private key, and the certificates that it links to. None if it is none.
pub(super) async fn take_out<O: Operation>(
    authorized: &Authorized<'_, O>,
    attributes: &Given,
    content: &Content,
) -> Result<Option<Vec<NewObject>>, Error> {
    let Content::PrivateKey(key) = content else { return Ok(None) };
    if key.format != KeyFormatType::Pkcs12.code() || key.wrapping.is_some() {
        return Ok(None);
    }
    let Some(KeyBytes::Bytes(container) | KeyBytes::Wrapped(container)) = &key.value else {
        return Ok(None);
    };
    let (shared, now) = (authorized.shared(), authorized.now());
    let links = attributes.iter().filter(|(key, _)| *key == LINK).map(|(_, value)| value);
    let password = password(authorized, password_link(links)?).await?;
    let friendly: Given = attributes.iter().filter(|(key, _)| *key == FRIENDLY).cloned().collect();
    let name = friendly.first().and_then(|(_, value)| value.as_text());
    let opened = shared
        .certificates
        .open_container(container.expose(WHY), text(&password)?, name)
        .map_err(unopened)?;
    // Who doesn't say the name finds the one that is there (KMIP 1.4 §3.45).
    let found = opened.name.filter(|found| friendly.is_empty() && !found.is_empty());
    let found = found.map(|found| (FRIENDLY, Value::Text(found)));
    let friendly: Given = friendly.into_iter().chain(found.clone()).collect();
    let attributes: Given = attributes.iter().cloned().chain(found).collect();
    if opened.certificates.len() > CERTIFICATE_LIMIT {
        return Err(too_many_certificates());
    }
    let inner = KeyContent {
        format: KeyFormatType::Pkcs8.code(),
        value: Some(KeyBytes::Bytes(opened.private_key)),
        algorithm: key.algorithm,
        length: key.length,
        ..KeyContent::empty()
    };
    let content = Content::PrivateKey(inner);
    let making = Making::Registered;
    let mut objects = vec![register(shared, making, attributes, content, now)?];
    for value in opened.certificates {
        let content = Content::Certificate { kind: X509, value };
        let certificate = register(shared, making, friendly.clone(), content, now)?;
        let identifier = certificate.identifier();
        let attributes = &mut objects[0].object.attributes;
        links::add(attributes, LinkType::Pkcs12Certificate, &identifier);
        objects.push(certificate);
    }
    Ok(Some(objects))
}

/// A private key with its certificates, in a container under its password.
pub(super) async fn put_in<O: Operation>(
    authorized: &Authorized<'_, O>,
    version: &LoadedVersion,
) -> Result<KeyContent, Error> {
    let shared = authorized.shared();
    let attributes = &version.object().attributes;
    let password = password(authorized, password_link(attributes.all(K::Link))?).await?;
    let private_key = pkcs8(shared, version)?;
    let certificates = certificates(authorized, attributes).await?;
    let name = attributes.get(K::Pkcs12FriendlyName).and_then(Value::as_text).map(str::to_owned);
    let contents = ContainerContents { name, private_key, certificates };
    let made = shared.certificates.make_container(&contents, text(&password)?);
    Ok(KeyContent {
        format: KeyFormatType::Pkcs12.code(),
        value: Some(KeyBytes::Wrapped(made.map_err(failure)?)),
        ..KeyContent::empty()
    })
}

/// The certificates of a private key, its own first: those that came with it in a container, or else the chain that begins at
/// its public key (KMIP 1.4 §4.11, KMIP 2.1 §6.1.19). A key of which there is no certificate has none.
async fn certificates<O: Operation>(
    authorized: &Authorized<'_, O>,
    private_key: &Attributes,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut certificates = Vec::new();
    let came: Vec<_> = links::all(private_key.all(K::Link), LinkType::Pkcs12Certificate).collect();
    for identifier in came.iter().take(CERTIFICATE_LIMIT) {
        certificates.push(certificate_bytes(&*read(authorized, identifier).await?)?);
    }
    if !came.is_empty() {
        return Ok(certificates);
    }
    let Some(public_key) = links::linked(private_key, LinkType::PublicKey) else {
        return Ok(certificates);
    };
    let public_key = read(authorized, &public_key).await?;
    let links = &public_key.object().attributes;
    let mut next = only(links, LinkType::Pkcs12Certificate)?;
    if next.is_none() {
        next = only(links, LinkType::Certificate)?;
    }
    let mut seen = Vec::new();
    while let Some(identifier) = next.filter(|next| !seen.contains(next)) {
        if seen.len() == CERTIFICATE_LIMIT {
            return Err(too_many_certificates());
        }
        let certificate = read(authorized, &identifier).await?;
        certificates.push(certificate_bytes(&certificate)?);
        next = only(&certificate.object().attributes, LinkType::Certificate)?;
        seen.push(identifier);
    }
    Ok(certificates)
}

async fn read<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: &UniqueIdentifier,
) -> Result<Arc<LoadedVersion>, Error> {
    let found = authorized.other_object(identifier, Permissions::READ_ATTRIBUTES).await;
    found.map(|(_, version)| version)
}

/// What the one link of this type leads to.
fn only(attributes: &Attributes, kind: LinkType) -> Result<Option<UniqueIdentifier>, Error> {
    let mut links = links::all(attributes.all(K::Link), kind);
    match (links.next(), links.next()) {
        (Some(_), Some(_)) => Err(Error::new(
            ErrorKind::InvalidInput,
            "there is more than one chain of certificates for the private key",
            "leave one certificate link at its public key and at each certificate",
        )),
        (one, _) => Ok(one),
    }
}

fn too_many_certificates() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        format!("a container has at most {CERTIFICATE_LIMIT} certificates"),
        "leave out those that do not belong to the key",
    )
}

/// The one password that the private key links to.
fn password_link<'a>(links: impl Iterator<Item = &'a Value>) -> Result<UniqueIdentifier, Error> {
    let mut passwords = links::all(links, LinkType::Pkcs12Password);
    match (passwords.next(), passwords.next()) {
        (Some(password), None) => Ok(password),
        (None, _) => {
            Err(bad_password("the private key links to no password of a PKCS#12 container"))
        }
        (Some(_), Some(_)) => {
            Err(bad_password("the private key links to several passwords of a PKCS#12 container"))
        }
    }
}

fn bad_password(message: &'static str) -> Error {
    Error::new(
        ErrorKind::BadPassword,
        message,
        "link to one object of secret data of the type Password, which holds the password as UTF-8",
    )
}

/// Why a container doesn't open: a wrong password and a changed container look the same.
fn unopened(error: CryptoError) -> Error {
    match error {
        CryptoError::Failed => {
            bad_password("the PKCS#12 container does not open with the password that is linked to")
        }
        error => failure(error),
    }
}

/// The password that secret data hold.
async fn password<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: UniqueIdentifier,
) -> Result<SecretBytes, Error> {
    let permissions = Permissions::EXPORT;
    let found = authorized.other_object(&identifier, permissions).await;
    let (_, version) = found.map_err(|error| match error.kind() {
        ErrorKind::NotFound => bad_password("the password that is linked to is not there"),
        _ => error,
    })?;
    let object = version.object();
    refuse_archived(object)?;
    let kind = hidden::value(&object.attributes, hidden::SECRET_DATA_TYPE);
    let is_password = kind.and_then(Value::as_enumeration) == Some(PASSWORD);
    if object.object_type != ObjectType::SecretData || !is_password {
        return Err(bad_password("what is linked to as a password is none"));
    }
    if !object.state_at(authorized.now()).may_protect() {
        return Err(Error::new(
            ErrorKind::PasswordNotActive,
            "the password of the PKCS#12 container is not active",
            "activate it first",
        ));
    }
    match encoded(authorized.shared(), &version)? {
        Encoded::Bytes(KeyFormatType::Raw | KeyFormatType::Opaque, bytes) => Ok(bytes),
        _ => Err(bad_password("the password is not kept as bytes")),
    }
}

fn text(password: &SecretBytes) -> Result<&str, Error> {
    std::str::from_utf8(password.expose("reading a password"))
        .map_err(|_| bad_password("the password of the PKCS#12 container is not text"))
}
