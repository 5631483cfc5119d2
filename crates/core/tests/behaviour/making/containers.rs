//! Private keys in PKCS#12 containers.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ActivateObject, AddAttribute, CertifyObject, Content, CreateObjectPair, Generation, GetObject,
    Given, KeyBytes, KeyContent,
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

/// A private key as PKCS#8, and a certificate for it.
async fn key_and_certificate(service: &Service) -> (Vec<u8>, Vec<u8>) {
    let pair = CreateObjectPair {
        common: vec![algorithm(C::Ec), active()],
        private: vec![mask(Usage::SIGN)],
        public: vec![mask(Usage::VERIFY)],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::One,
    };
    let pair = service.call(pair).await.unwrap();
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
        private_key: SecretBytes::copy_from(&pkcs8),
        certificates: vec![certificate.clone()],
    };
    let certificates = SoftwareCertificates::new();
    let container = certificates.make_container("alias", &contents, "hunter2").unwrap();
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
    let opened = certificates.open_container(&super::bytes_of(&made), "hunter2").unwrap();
    assert!(opened.private_key.equals(&pkcs8));
    assert_eq!(opened.certificates, [certificate]);
}

#[tokio::test]
async fn a_container_without_its_one_password_is_refused() {
    let service = Service::new().await;
    let (pkcs8, certificate) = key_and_certificate(&service).await;
    let contents =
        ContainerContents { private_key: SecretBytes::new(pkcs8), certificates: vec![certificate] };
    let certificates = SoftwareCertificates::new();
    let container = certificates.make_container("alias", &contents, "hunter2").unwrap();
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
