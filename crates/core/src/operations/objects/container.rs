//! Private keys in PKCS#12 containers (KMIP 1.4 §3.52, KMIP 2.1 §4.42): taken out when they are registered, put into one when
//! they are asked for. The password is secret data that the private key links to, and must be active.

use claviger_model::{
    AttributeKey, AttributeKind as K, KeyFormatType, LinkType, ObjectType, Permissions,
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
    let opened = shared
        .certificates
        .open_container(container.expose(WHY), text(&password)?)
        .map_err(unopened)?;
    if opened.certificates.len() > CERTIFICATE_LIMIT {
        return Err(Error::new(
            ErrorKind::TooLarge,
            format!("a container has at most {CERTIFICATE_LIMIT} certificates"),
            "leave out those that do not belong to the key",
        ));
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
    let mut objects = vec![register(shared, making, attributes.clone(), content, now)?];
    let friendly = AttributeKey::Standard(K::Pkcs12FriendlyName);
    let friendly: Given = attributes.iter().filter(|(key, _)| *key == friendly).cloned().collect();
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

/// A private key with the certificates that it links to, in a container under its password.
pub(super) async fn put_in<O: Operation>(
    authorized: &Authorized<'_, O>,
    version: &LoadedVersion,
) -> Result<KeyContent, Error> {
    let shared = authorized.shared();
    let attributes = &version.object().attributes;
    let password = password(authorized, password_link(attributes.all(K::Link))?).await?;
    let private_key = pkcs8(shared, version)?;
    let mut certificates = Vec::new();
    let links = links::all(attributes.all(K::Link), LinkType::Pkcs12Certificate);
    for identifier in links.take(CERTIFICATE_LIMIT) {
        let permissions = Permissions::READ_ATTRIBUTES;
        let (_, certificate) = authorized.other_object(&identifier, permissions).await?;
        certificates.push(certificate_bytes(&certificate)?);
    }
    let name = attributes.get(K::Pkcs12FriendlyName).and_then(Value::as_text);
    let contents = ContainerContents { private_key, certificates };
    let name = name.unwrap_or("key");
    let made = shared.certificates.make_container(name, &contents, text(&password)?);
    Ok(KeyContent {
        format: KeyFormatType::Pkcs12.code(),
        value: Some(KeyBytes::Wrapped(made.map_err(failure)?)),
        ..KeyContent::empty()
    })
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
