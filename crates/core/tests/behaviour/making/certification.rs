//! Certify, Re-certify and Validate.

use std::sync::Arc;

use claviger_core::operations::objects::{
    CertifyObject, Content, CreateObjectPair, CreatedPair, Generation, ReCertifyObject,
    ValidateCertificates, Validity,
};
use claviger_core::{CertificateAuthority, ErrorKind, ObjectSettings};
use claviger_model::{
    AttributeKey, AttributeKind as K, CryptographicAlgorithm as C, Field, LinkType, Timestamp,
    UniqueIdentifier, Usage, Value,
};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{Certificates, Crypto};
use claviger_store_memory::MemoryStore;

use super::{
    active, algorithm, linked, mask, material, name, names, registered, standard, value, values,
};
use crate::service::{self, Service, refused};

async fn pair(service: &Service, algorithm_: C) -> CreatedPair {
    let pair = CreateObjectPair {
        common: vec![algorithm(algorithm_), active()],
        private: vec![mask(Usage::SIGN)],
        public: vec![mask(Usage::VERIFY), name("mail.example.com")],
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::One,
    };
    service.call(pair).await.unwrap()
}

fn certify(public_key: &UniqueIdentifier) -> CertifyObject {
    CertifyObject {
        public_key: Some(public_key.clone()),
        request: None,
        attributes: vec![name("mail certificate")],
        templates: Vec::new(),
        generation: Generation::Two,
    }
}

fn validate(identifiers: &[&UniqueIdentifier], at: Option<Timestamp>) -> ValidateCertificates {
    let identifiers = identifiers.iter().copied().cloned().collect();
    ValidateCertificates { certificates: Vec::new(), identifiers, at }
}

fn text(value: Option<Value>) -> String {
    value.unwrap().as_text().unwrap().to_owned()
}

#[tokio::test]
async fn the_tenants_own_authority_signs_for_any_key() {
    let service = Service::new().await;
    for algorithm_ in [C::Ec, C::Rsa] {
        let pair = pair(&service, algorithm_).await;
        let mut wanted = certify(&pair.public);
        wanted.generation = Generation::One;
        let certificate = service.call(wanted).await.unwrap().identifier;
        let subject = value(&service, &certificate, K::CertificateSubjectCn).await;
        assert_eq!(text(subject), "mail certificate");
        for kind in [K::CertificateIdentifier, K::X509CertificateIdentifier, K::CertificateLength] {
            assert!(value(&service, &certificate, kind).await.is_some(), "{kind:?}");
        }
        let code = Value::Enumeration(algorithm_.code());
        assert_same!(value(&service, &certificate, K::CryptographicAlgorithm).await, Some(code));
        let to_key = linked(&service, &certificate, LinkType::PublicKey).await;
        assert_eq!(to_key.as_deref(), Some(pair.public.as_str()));
        let to_certificate = linked(&service, &pair.public, LinkType::Certificate).await;
        assert_eq!(to_certificate.as_deref(), Some(certificate.as_str()));
        let valid = service.call(validate(&[&certificate], None)).await.unwrap();
        assert_eq!(valid, Validity::Valid);
        let far = Timestamp::from_milliseconds(4_000_000_000_000);
        let late = service.call(validate(&[&certificate], Some(far))).await.unwrap();
        assert_eq!(late, Validity::Invalid);
    }
}

#[tokio::test]
async fn a_certificate_is_for_what_its_key_is_for_unless_it_says_otherwise() {
    let service = Service::new().await;
    let pair = pair(&service, C::Ec).await;
    let mut wanted = certify(&pair.public);
    let mask_of = |usage: Usage| Some(Value::Integer(usage.bits().cast_signed()));
    let certificate = service.call(certify(&pair.public)).await.unwrap().identifier;
    let mask_said = value(&service, &certificate, K::CryptographicUsageMask).await;
    assert_same!(mask_said, mask_of(Usage::VERIFY));
    wanted.attributes = vec![mask(Usage::VERIFY | Usage::CRL_SIGN)];
    let certificate = service.call(wanted).await.unwrap().identifier;
    let mask_said = value(&service, &certificate, K::CryptographicUsageMask).await;
    assert_same!(mask_said, mask_of(Usage::VERIFY | Usage::CRL_SIGN));
}

#[tokio::test]
async fn a_renewed_certificate_takes_the_old_ones_place() {
    let service = Service::new().await;
    let pair = pair(&service, C::Ec).await;
    let old = service.call(certify(&pair.public)).await.unwrap().identifier;
    let again = ReCertifyObject {
        generation: Generation::Two,
        certificate: old.clone(),
        request: None,
        request_identifier: None,
        offset: Some(0),
        attributes: vec![name("renewed")],
        templates: Vec::new(),
    };
    let new = service.call(again).await.unwrap().identifier;
    assert_eq!(names(&service, &new).await, ["mail certificate", "renewed"]);
    assert!(names(&service, &old).await.is_empty());
    let links = values(&service, &new, K::Link).await;
    let kinds: Vec<_> =
        links.iter().map(|link| link.field(super::LINK_TYPE).unwrap().as_enumeration()).collect();
    let expected = [LinkType::ReplacedObject, LinkType::PublicKey];
    assert_eq!(kinds, expected.map(|kind| Some(kind.code())));
    let to_certificate = linked(&service, &pair.public, LinkType::Certificate).await;
    assert_eq!(to_certificate.as_deref(), Some(new.as_str()));
    let to_new = linked(&service, &old, LinkType::ReplacementObject).await;
    assert_eq!(to_new.as_deref(), Some(new.as_str()));
    assert_eq!(values(&service, &new, K::CertificateSubjectCn).await.len(), 1);
    let identifier = |certificate| value(&service, certificate, K::CertificateIdentifier);
    assert!(identifier(&old).await != identifier(&new).await);
    let valid = service.call(validate(&[&new], None)).await.unwrap();
    assert_eq!(valid, Validity::Valid);
    assert!(matches!(super::get(&service, &old).await.unwrap(), Content::Certificate { .. }));
}

#[tokio::test]
async fn a_configured_authority_signs_for_everybody() {
    let crypto = claviger_crypto::SoftwareCrypto::new();
    let private_key = crypto.generate(claviger_model::KeySpec::EcP256).unwrap();
    let private_key = crypto.export(
        claviger_model::KeySpec::EcP256,
        &private_key,
        claviger_model::KeyFormat::Pkcs8,
    );
    let private_key = private_key.unwrap();
    let validity =
        (Timestamp::from_milliseconds(0), Timestamp::from_milliseconds(3_000_000_000_000));
    let certificate = SoftwareCertificates::new()
        .authority("CN=KMIP,OU=OASIS,O=TEST,C=US", &private_key, &[1], validity)
        .unwrap();
    let authority = Arc::new(CertificateAuthority { certificate, private_key });
    let settings =
        ObjectSettings { certificate_authority: Some(authority), ..ObjectSettings::default() };
    let service = Service::with_settings(Arc::new(MemoryStore::new()), 7, settings).await;
    let pair = pair(&service, C::Ec).await;
    let certificate = service.call(certify(&pair.public)).await.unwrap().identifier;
    let issuer = value(&service, &certificate, K::CertificateIssuerCn).await;
    assert_eq!(text(issuer), "KMIP");
    let valid = service.call(validate(&[&certificate], None)).await.unwrap();
    assert_eq!(valid, Validity::Valid);
    let alone = service.call(validate(&[&certificate], None)).await.unwrap();
    assert_eq!(alone, Validity::Valid);
}

#[tokio::test]
async fn certificates_are_described_when_they_are_registered() {
    let service = Service::new().await;
    let pair = pair(&service, C::Ec).await;
    let certificate = service.call(certify(&pair.public)).await.unwrap().identifier;
    let bytes = material(&service, &certificate).await;
    let given = vec![standard(K::CertificateType, Value::Enumeration(1))];
    let content = Content::Certificate { kind: 1, value: bytes.clone() };
    let copy = registered(&service, given, content).await;
    assert_eq!(material(&service, &copy).await, bytes);
    for kind in [K::CertificateSubject, K::X509CertificateIssuer, K::DigitalSignatureAlgorithm] {
        let (left, right) =
            (value(&service, &copy, kind).await, value(&service, &certificate, kind).await);
        assert!(left.is_some() && left == right, "{kind:?}");
    }
    let junk = Content::Certificate { kind: 1, value: b"no certificate".to_vec() };
    assert!(service.call(super::register(vec![], junk)).await.is_err());
}

/// The attribute Certificate Subject (KMIP 1.4 §3.14).
fn subject(name: &str, alternatives: &[&str]) -> (AttributeKey, Value) {
    let alternatives = alternatives.iter().map(|name| (Field(0x42_001b), text_value(name)));
    let name = (Field(0x42_001c), text_value(name));
    standard(
        K::CertificateSubject,
        Value::Structure([name].into_iter().chain(alternatives).collect()),
    )
}

fn text_value(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[tokio::test]
async fn a_subject_is_named_by_its_attributes() {
    let service = Service::new().await;
    let pair = pair(&service, C::Ec).await;
    let issued = async |attributes| {
        let wanted = CertifyObject { attributes, ..certify(&pair.public) };
        service.call(wanted).await.map(|made| made.identifier)
    };
    let alternatives = ["a@example.com", "example.com", "https://example.com/a"];
    let named = subject(r"CN=Orders\, Inc., O=Example,C=CH", &alternatives);
    let first = issued(vec![named]).await.unwrap();
    let said = value(&service, &first, K::CertificateSubject).await.unwrap();
    assert!(said == subject(r"CN=Orders\, Inc.,O=Example,C=CH", &alternatives).1);
    let cn = value(&service, &first, K::CertificateSubjectCn).await;
    assert_eq!(text(cn), "Orders, Inc.");

    // In DER, as the certificate says it.
    let der = value(&service, &first, K::X509CertificateSubject).await.unwrap();
    let second = issued(vec![standard(K::X509CertificateSubject, der.clone())]).await.unwrap();
    assert!(value(&service, &second, K::X509CertificateSubject).await.unwrap() == der);

    // In parts, in any order.
    let parts = [
        (K::CertificateSubjectC, "CH"),
        (K::CertificateSubjectO, "Example, Inc."),
        (K::CertificateSubjectOu, "Sales"),
        (K::CertificateSubjectOu, "Europe"),
        (K::CertificateSubjectEmail, "a@example.com"),
        (K::CertificateSubjectDnQualifier, "7"),
        (K::CertificateSubjectCn, "orders"),
    ];
    let given = parts.map(|(kind, text)| standard(kind, text_value(text))).to_vec();
    let third = issued(given.clone()).await.unwrap();
    let said = value(&service, &third, K::CertificateSubject).await.unwrap();
    let name = said.field(Field(0x42_001c)).and_then(Value::as_text).unwrap();
    assert_eq!(
        name,
        r"CN=orders,emailAddress=a@example.com,dnQualifier=7,OU=Sales,OU=Europe,O=Example\, Inc.,C=CH"
    );
    for (kind, text) in parts.into_iter().filter(|(kind, _)| *kind != K::CertificateSubjectOu) {
        assert_same!(value(&service, &third, kind).await, Some(text_value(text)));
    }
    // Who has alternative names needs no other, and who has neither is nobody.
    let only = issued(vec![subject("", &["192.0.2.7"])]).await.unwrap();
    assert!(value(&service, &only, K::CertificateSubjectCn).await.is_none());
    for (nobody, kind) in [
        (subject("", &[]), ErrorKind::InvalidInput),
        (subject("orders", &[]), ErrorKind::InvalidInput),
        (standard(K::CertificateSubject, text_value("orders")), ErrorKind::InvalidAttributeValue),
        (standard(K::CertificateSubjectCn, text_value("")), ErrorKind::InvalidAttributeValue),
    ] {
        assert_eq!(refused(issued(vec![nobody]).await), kind);
    }

    let again = ReCertifyObject {
        generation: Generation::Two,
        certificate: third,
        request: None,
        request_identifier: None,
        offset: None,
        attributes: vec![standard(K::CertificateSubjectCn, text_value("renamed"))],
        templates: Vec::new(),
    };
    let renamed = service.call(again).await.unwrap().identifier;
    assert_eq!(text(value(&service, &renamed, K::CertificateSubjectCn).await), "renamed");
    assert!(value(&service, &renamed, K::CertificateSubjectO).await.is_none());
    let valid = service.call(validate(&[&renamed], None)).await.unwrap();
    assert_eq!(valid, Validity::Valid);
    // Of a certificate that the client has, its content says the subject.
    let content = Content::Certificate { kind: 1, value: material(&service, &renamed).await };
    let given = vec![standard(K::CertificateSubjectCn, text_value("other"))];
    let given = service.call(super::register(given, content)).await;
    assert_eq!(refused(given), ErrorKind::AttributeReadOnly);
}

/// A request by openssl: `req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=requested/O=Example -addext
/// keyUsage=digitalSignature,keyAgreement`.
const REQUEST: &str = "\
    3081ff3081a602010030263112301006035504030c097265717565737465643110300e060355040a0c074578616d706c653059301306072a8648ce3d\
    020106082a8648ce3d03010703420004ec3b6eba201058485d5c09ad2435d805e045390a366ab55d66f301f9a0f1e5c71977a287de6a1d7060838960\
    63be1ca96041896ff7b7ffd7eef25f9c8daeca6da01e301c06092a864886f70d01090e310f300d300b0603551d0f040403020388300a06082a8648ce\
    3d0403020348003045022100995912cde669e4da76ad27d287be038e2a9e42afb584ea4fee236b82d4547e910220667206e5c25b44d756cf5807a5d3\
    c3de0921fae9a2fd9eace8b452d352a15709";

#[tokio::test]
async fn a_request_takes_precedence_over_attributes() {
    let service = Service::new().await;
    let named = vec![standard(K::CertificateSubjectCn, text_value("other"))];
    let request = Some((2, hex::decode(REQUEST).unwrap()));
    let wanted = CertifyObject {
        public_key: None,
        request: request.clone(),
        attributes: named.clone(),
        templates: Vec::new(),
        generation: Generation::Two,
    };
    let certificate = service.call(wanted).await.unwrap().identifier;
    let subject = value(&service, &certificate, K::CertificateSubjectCn).await;
    assert_eq!(text(subject), "requested");
    // It says itself what its key is for.
    let usage = (Usage::VERIFY | Usage::KEY_AGREEMENT).bits().cast_signed();
    let said = value(&service, &certificate, K::CryptographicUsageMask).await;
    assert_same!(said, Some(Value::Integer(usage)));

    let again = ReCertifyObject {
        generation: Generation::Two,
        certificate,
        request,
        request_identifier: None,
        offset: None,
        attributes: named,
        templates: Vec::new(),
    };
    let renewed = service.call(again).await.unwrap().identifier;
    assert_eq!(text(value(&service, &renewed, K::CertificateSubjectCn).await), "requested");
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let service = Service::new().await;
    let pair = pair(&service, C::Ec).await;
    let mut wanted = certify(&pair.public);
    wanted.request = Some((2, b"no request".to_vec()));
    assert_eq!(refused(service.call(wanted).await), ErrorKind::InvalidCertificateRequest);
    assert_eq!(refused(service.call(certify(&pair.private)).await), ErrorKind::InvalidObjectType);
    let mut wanted = certify(&pair.public);
    wanted.public_key = None;
    assert_eq!(refused(service.call(wanted).await), ErrorKind::InvalidMessage);
    let mut backwards = certify(&pair.public);
    backwards.attributes = vec![
        standard(K::ActivationDate, Value::DateTime(2_000_000_000)),
        standard(K::DeactivationDate, Value::DateTime(1_999_999_999)),
    ];
    assert_eq!(refused(service.call(backwards).await), ErrorKind::InvalidAttributeValue);
    let stranger = service.kms.call(&service::caller("bob"), certify(&pair.public)).await;
    assert_eq!(refused(stranger), ErrorKind::NotFound);
    let nothing = ValidateCertificates { certificates: vec![], identifiers: vec![], at: None };
    assert_eq!(refused(service.call(nothing).await), ErrorKind::InvalidMessage);
    let junk =
        ValidateCertificates { certificates: vec![vec![0; 10]], identifiers: vec![], at: None };
    assert_eq!(service.call(junk).await.unwrap(), Validity::Invalid);
}
