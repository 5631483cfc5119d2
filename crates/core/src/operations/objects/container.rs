//! Private keys in PKCS#12 containers (KMIP 1.4 §3.52, KMIP 2.1 §4.42): taken out when they are registered, put into one when
//! they are asked for. The password is secret data that the private key links to, and must be active.

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, KeyFormatType, LinkType, ObjectType, Permissions,
    UniqueIdentifier, Value,
};
use claviger_ports::{ContainerContents, CryptoError};
use claviger_secret::SecretBytes;

use super::certificate_attributes::X509;
use super::content::{Content, Given, KeyBytes, KeyContent};
use super::fields;
use super::formats::{Encoded, encoded};
use super::given::Making;
use super::issuing::{certificate_bytes, pkcs8};
use super::lifecycle::{refuse_archived, refuse_destroyed};
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
    let password = password(authorized, password_link(attributes)?).await?;
    let opened = shared
        .certificates
        .open_container(container.expose(WHY), text(&password)?)
        .map_err(failure)?;
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
    let friendly = AttributeKey::Standard(AttributeKind::Pkcs12FriendlyName);
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
    let link = links::linked(attributes, LinkType::Pkcs12Password).ok_or_else(no_password)?;
    let password = password(authorized, link).await?;
    let private_key = pkcs8(shared, version)?;
    let mut certificates = Vec::new();
    for identifier in certificate_links(attributes) {
        let permissions = Permissions::READ_ATTRIBUTES;
        let (_, certificate) = authorized.other_object(&identifier, permissions).await?;
        certificates.push(certificate_bytes(&certificate)?);
    }
    let name = attributes.get(AttributeKind::Pkcs12FriendlyName).and_then(Value::as_text);
    let contents = ContainerContents { private_key, certificates };
    let name = name.unwrap_or("key");
    let made = shared.certificates.make_container(name, &contents, text(&password)?);
    Ok(KeyContent {
        format: KeyFormatType::Pkcs12.code(),
        value: Some(KeyBytes::Wrapped(made.map_err(failure)?)),
        ..KeyContent::empty()
    })
}

fn certificate_links(attributes: &Attributes) -> Vec<UniqueIdentifier> {
    let code = Some(LinkType::Pkcs12Certificate.code());
    let to = |link: &Value| {
        let of_type = link.field(fields::LINK_TYPE).and_then(Value::as_enumeration) == code;
        let text = link.field(fields::LINKED_OBJECT_IDENTIFIER).and_then(Value::as_text);
        UniqueIdentifier::new(text.filter(|_| of_type)?).ok()
    };
    attributes.all(AttributeKind::Link).filter_map(to).take(CERTIFICATE_LIMIT).collect()
}

fn password_link(given: &Given) -> Result<UniqueIdentifier, Error> {
    let mut attributes = Attributes::default();
    for (key, value) in given {
        attributes.add(key.clone(), value.clone());
    }
    links::linked(&attributes, LinkType::Pkcs12Password).ok_or_else(no_password)
}

fn no_password() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "the private key links to no password of a PKCS#12 container",
        "link to secret data that hold the password",
    )
}

/// The password that secret data hold.
async fn password<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: UniqueIdentifier,
) -> Result<SecretBytes, Error> {
    let permissions = Permissions::EXPORT;
    let (_, version) = authorized.other_object(&identifier, permissions).await?;
    let object = version.object();
    refuse_destroyed(object)?;
    refuse_archived(object)?;
    if object.object_type != ObjectType::SecretData {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            format!("a {} is no password", object.object_type),
            "link to secret data that hold the password",
        ));
    }
    if !object.state_at(authorized.now()).may_protect() {
        return Err(Error::new(
            ErrorKind::WrongState,
            "the password of the PKCS#12 container is not active",
            "activate it first",
        ));
    }
    match encoded(authorized.shared(), &version)? {
        Encoded::Bytes(KeyFormatType::Raw | KeyFormatType::Opaque, bytes) => Ok(bytes),
        _ => Err(CryptoError::InvalidParameter("the password is not kept as bytes").into()),
    }
}

fn text(password: &SecretBytes) -> Result<&str, Error> {
    std::str::from_utf8(password.expose("reading a password")).map_err(|_| {
        Error::new(
            ErrorKind::InvalidInput,
            "the password of the PKCS#12 container is not text",
            "register the password as UTF-8",
        )
    })
}
