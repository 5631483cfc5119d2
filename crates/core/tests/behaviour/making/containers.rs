//! Private keys in PKCS#12 containers.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ActivateObject, AddAttribute, CertifyObject, Content, CreateObjectPair, CreatedPair,
    Generation, GetObject, Given, KeyBytes, KeyContent,
};
use claviger_model::{
    AttributeKey, AttributeKind as K, CryptographicAlgorithm as C, KeyFormatType, LinkType,
    UniqueIdentifier, Usage, Value,
};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{Certificates, ContainerContents};
use claviger_secret::SecretBytes;

use super::{
    LINK_TYPE, LINKED, active, algorithm, linked, mask, material, raw, register, registered,
    standard, value,
};
use crate::service::{Service, refused};

async fn pair(service: &Service) -> CreatedPair {
    let pair = CreateObjectPair {
        common: vec![algorithm(C::Ec), active()],
        private: vec![mask(Usage::SIGN)],
        public: vec![mask(Usage::VERIFY)],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::One,
    };
    service.call(pair).await.unwrap()
}

/// A private key as PKCS#8, and a certificate for it.
async fn key_and_certificate(service: &Service) -> (Vec<u8>, Vec<u8>) {
    let pair = pair(service).await;
    let certify = CertifyObject {
        public_key: Some(pair.public),
        request: None,
        attributes: Vec::new(),
        templates: Vec::new(),
        generation: Generation::One,
    };
    let certificate = service.call(certify).await.unwrap().identifier;
    let content = get_as(service, &pair.private, KeyFormatType::Pkcs8).await;
    (super::bytes_of(&content), material(service, &certificate).await)
}

async fn get_as(service: &Service, key: &UniqueIdentifier, format: KeyFormatType) -> Content {
    service.call(get(key, format)).await.unwrap().content
}

fn get(key: &UniqueIdentifier, format: KeyFormatType) -> GetObject {
    GetObject {
        identifier: key.clone(),
        format: Some(format.code()),
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: Generation::One,
    }
}

/// A private key in a container.
fn private_key(container: &SecretBytes) -> Content {
    let value = container.duplicate("registering it in a test");
    Content::PrivateKey(KeyContent {
        format: KeyFormatType::Pkcs12.code(),
        value: Some(KeyBytes::Wrapped(value)),
        ..raw(&[])
    })
}

/// The attributes of a private key that links to these passwords.
fn linking(passwords: &[&UniqueIdentifier]) -> Given {
    let link = |password: &&UniqueIdentifier| {
        let link = vec![
            (LINK_TYPE, Value::Enumeration(LinkType::Pkcs12Password.code())),
            (LINKED, Value::Text(password.as_str().to_owned())),
        ];
        standard(K::Link, Value::Structure(link))
    };
    let friendly = standard(K::Pkcs12FriendlyName, Value::Text("alias".into()));
    passwords.iter().map(link).chain([friendly]).collect()
}

#[tokio::test]
async fn a_container_is_opened_and_made_again() {
    let service = Service::new().await;
    let (pkcs8, certificate) = key_and_certificate(&service).await;
    let contents = ContainerContents {
        name: Some("alias".into()),
        private_key: SecretBytes::copy_from(&pkcs8),
        certificates: vec![certificate.clone()],
    };
    let certificates = SoftwareCertificates::new();
    let container = certificates.make_container(&contents, "hunter2").unwrap();
    let password = Content::SecretData { kind: 1, key: raw(b"hunter2") };
    let password = registered(&service, vec![active()], password).await;
    let wanted = register(linking(&[&password]), private_key(&container));
    let key = service.call(wanted).await.unwrap().identifier;
    assert_eq!(material(&service, &key).await, pkcs8);
    let format = value(&service, &key, K::KeyFormatType).await;
    assert_same!(format, Some(Value::Enumeration(KeyFormatType::Pkcs8.code())));
    assert_same!(value(&service, &key, K::CryptographicLength).await, Some(Value::Integer(256)));
    let own = linked(&service, &key, LinkType::Pkcs12Certificate).await.unwrap();
    let own = super::identifier(&own);
    assert_eq!(material(&service, &own).await, certificate);
    let friendly = value(&service, &own, K::Pkcs12FriendlyName).await;
    assert_same!(friendly, Some(Value::Text("alias".into())));

    let made = get_as(&service, &key, KeyFormatType::Pkcs12).await;
    let opened = certificates.open_container(&super::bytes_of(&made), "hunter2", None).unwrap();
    assert!(opened.private_key.equals(&pkcs8));
    assert_eq!(opened.certificates, [certificate]);
    assert_eq!(opened.name.as_deref(), Some("alias"));
}

#[tokio::test]
async fn a_friendly_name_is_found_if_nobody_says_it() {
    let service = Service::new().await;
    let (pkcs8, certificate) = key_and_certificate(&service).await;
    let contents = ContainerContents {
        name: Some("Orders".into()),
        private_key: SecretBytes::new(pkcs8),
        certificates: vec![certificate],
    };
    let certificates = SoftwareCertificates::new();
    let container = certificates.make_container(&contents, "hunter2").unwrap();
    let password = Content::SecretData { kind: 1, key: raw(b"hunter2") };
    let password = registered(&service, vec![active()], password).await;
    for (given, expected) in [(None, "Orders"), (Some("other"), "other")] {
        let mut attributes = linking(&[&password]);
        attributes.retain(|(key, _)| *key != AttributeKey::Standard(K::Pkcs12FriendlyName));
        let given = given.map(|name| standard(K::Pkcs12FriendlyName, Value::Text(name.into())));
        attributes.extend(given);
        let wanted = register(attributes, private_key(&container));
        let key = service.call(wanted).await.unwrap().identifier;
        let name = value(&service, &key, K::Pkcs12FriendlyName).await;
        assert_same!(name, Some(Value::Text(expected.into())));
        let made = get_as(&service, &key, KeyFormatType::Pkcs12).await;
        let opened = certificates.open_container(&super::bytes_of(&made), "hunter2", None).unwrap();
        assert_eq!(opened.name.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn the_chain_of_a_key_that_came_in_no_container_begins_at_its_public_key() {
    let service = Service::new().await;
    let pair = pair(&service).await;
    let certify = |public_key: &UniqueIdentifier| CertifyObject {
        public_key: Some(public_key.clone()),
        request: None,
        attributes: Vec::new(),
        templates: Vec::new(),
        generation: Generation::One,
    };
    let password = Content::SecretData { kind: 1, key: raw(b"hunter2") };
    let password = registered(&service, vec![active()], password).await;
    let link = |of: &UniqueIdentifier, kind: LinkType, to: &UniqueIdentifier| AddAttribute {
        identifier: of.clone(),
        key: AttributeKey::Standard(K::Link),
        value: Value::Structure(vec![
            (LINK_TYPE, Value::Enumeration(kind.code())),
            (LINKED, Value::Text(to.as_str().to_owned())),
        ]),
        generation: Generation::One,
    };
    let private = &pair.private;
    service.call(link(private, LinkType::Pkcs12Password, &password)).await.unwrap();
    let certificates = SoftwareCertificates::new();
    let opened = async || {
        let made = get_as(&service, private, KeyFormatType::Pkcs12).await;
        certificates.open_container(&super::bytes_of(&made), "hunter2", None).unwrap()
    };
    let bare = opened().await;
    assert!(bare.certificates.is_empty());
    assert_eq!(bare.name.as_deref(), Some("alias"));

    let own = service.call(certify(&pair.public)).await.unwrap().identifier;
    let above = self::pair(&service).await.public;
    let above = service.call(certify(&above)).await.unwrap().identifier;
    let chain = [material(&service, &own).await, material(&service, &above).await];
    assert_eq!(opened().await.certificates, chain[..1]);
    service.call(link(&own, LinkType::Certificate, &above)).await.unwrap();
    assert_eq!(opened().await.certificates, chain);
    // A chain may end with a certificate that leads to itself.
    service.call(link(&above, LinkType::Certificate, &above)).await.unwrap();
    assert_eq!(opened().await.certificates, chain);
    service.call(link(&pair.public, LinkType::Certificate, &above)).await.unwrap();
    let several = service.call(get(private, KeyFormatType::Pkcs12)).await;
    assert_eq!(refused(several), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_container_without_its_one_password_is_refused() {
    let service = Service::new().await;
    let (pkcs8, certificate) = key_and_certificate(&service).await;
    let contents = ContainerContents {
        name: None,
        private_key: SecretBytes::new(pkcs8),
        certificates: vec![certificate],
    };
    let certificates = SoftwareCertificates::new();
    let container = certificates.make_container(&contents, "hunter2").unwrap();
    let secret = |kind, text: &[u8]| Content::SecretData { kind, key: raw(text) };
    let password = registered(&service, vec![], secret(1, b"hunter2")).await;
    let other = registered(&service, vec![active()], secret(1, b"other")).await;
    let latin = registered(&service, vec![active()], secret(1, b"\xe9")).await;
    let seed = registered(&service, vec![active()], secret(2, b"hunter2")).await;
    let opaque = Content::OpaqueObject { kind: 1, value: SecretBytes::copy_from(b"hunter2") };
    let opaque = registered(&service, vec![], opaque).await;
    let nobody = super::identifier("nobody");
    let register = |passwords: &[&UniqueIdentifier]| {
        service.call(register(linking(passwords), private_key(&container)))
    };
    assert_eq!(refused(register(&[&password]).await), ErrorKind::PasswordNotActive);
    service.call(ActivateObject { identifier: password.clone() }).await.unwrap();
    let wrong: [&[_]; 7] =
        [&[], &[&password, &other], &[&other], &[&latin], &[&seed], &[&opaque], &[&nobody]];
    for passwords in wrong {
        assert_eq!(refused(register(passwords).await), ErrorKind::BadPassword, "{passwords:?}");
    }
    // The same when the key is to be put into a container.
    let key = register(&[&password]).await.unwrap().identifier;
    let further = AddAttribute {
        identifier: key.clone(),
        key: AttributeKey::Standard(K::Link),
        value: linking(&[&other]).remove(0).1,
        generation: Generation::Two,
    };
    service.call(further).await.unwrap();
    let result = service.call(get(&key, KeyFormatType::Pkcs12)).await;
    assert_eq!(refused(result), ErrorKind::BadPassword);
}
