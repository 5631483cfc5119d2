//! Certificates: facts, issuing, renewal, chains.

use claviger_model::{CryptographicAlgorithm as Algorithm, RecommendedCurve as Curve, Timestamp};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{
    Certificates, CertificationSubject, CryptoError, GeneratedMaterial, Issuer, ParametricCrypto,
};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

use crate::keys::PROVIDER;

const CERTIFICATES: SoftwareCertificates = SoftwareCertificates::new();

const fn day(day: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_600_000_000_000 + day * 86_400_000)
}

const VALIDITY: (Timestamp, Timestamp) = (day(0), day(1000));

/// An authority with a key of some kind.
struct Authority {
    key: GeneratedMaterial,
    certificate: Vec<u8>,
}

impl Authority {
    fn new(name: &str, algorithm: Algorithm, curve: Option<Curve>) -> Self {
        let key = PROVIDER.generate(algorithm, None, curve, false).unwrap();
        let certificate = CERTIFICATES.authority(name, &key.material, &[1], VALIDITY).unwrap();
        Self { key, certificate }
    }

    fn issue(&self, name: &str, public_key: &[u8], serial: u8) -> Vec<u8> {
        CERTIFICATES
            .issue(
                CertificationSubject::PublicKey { public_key, name },
                Issuer { certificate: Some(&self.certificate), private_key: &self.key.material },
                &[serial],
                VALIDITY,
            )
            .unwrap()
    }
}

fn authorities() -> Vec<Authority> {
    vec![
        Authority::new("CN=Root RSA,O=Example,C=CH", Algorithm::Rsa, None),
        Authority::new("CN=Root P-256,O=Example", Algorithm::Ec, Some(Curve::P256)),
        Authority::new("CN=Root P-384,O=Example", Algorithm::Ec, Some(Curve::P384)),
        Authority::new("CN=Root P-521,O=Example", Algorithm::Ec, Some(Curve::P521)),
        Authority::new("CN=Root Ed25519,O=Example", Algorithm::Ed25519, None),
    ]
}

fn public_key(algorithm: Algorithm, curve: Option<Curve>) -> Vec<u8> {
    PROVIDER.generate(algorithm, None, curve, false).unwrap().public_key.unwrap()
}

#[test]
fn what_is_issued_says_what_it_was_told_and_makes_a_chain() {
    let subject = public_key(Algorithm::Ec, Some(Curve::P224));
    for authority in authorities() {
        let leaf = authority.issue("CN=device 7,OU=Lab+OU=Second,O=Example", &subject, 0x80);
        let facts = CERTIFICATES.facts(&leaf).unwrap();
        let root = CERTIFICATES.facts(&authority.certificate).unwrap();
        assert_eq!(facts.issuer, root.subject);
        assert_eq!(facts.serial, [0, 0x80]);
        assert_eq!(facts.public_key, subject);
        assert_eq!((facts.not_before, facts.not_after), VALIDITY);
        let mut parts = facts.subject_parts;
        parts.sort();
        assert_eq!(
            parts,
            [
                ("2.5.4.10", "Example"),
                ("2.5.4.11", "Lab"),
                ("2.5.4.11", "Second"),
                ("2.5.4.3", "device 7")
            ]
            .map(|(oid, value)| (oid.to_owned(), value.to_owned()))
        );
        for order in [[&leaf, &authority.certificate], [&authority.certificate, &leaf]] {
            let chain = order.map(|certificate| &certificate[..]);
            CERTIFICATES.validate(&chain, day(1)).unwrap();
            for at in [day(-1), day(1001)] {
                assert_eq!(CERTIFICATES.validate(&chain, at).err(), Some(CryptoError::Failed));
            }
        }
        CERTIFICATES.validate(&[&authority.certificate], day(1)).unwrap();
        let alone = CERTIFICATES.validate(&[&leaf], day(1)).err();
        assert_eq!(alone, Some(CryptoError::Failed));
    }
}

#[test]
fn what_is_no_chain_is_refused() {
    let authority = Authority::new("CN=Root", Algorithm::Ec, Some(Curve::P256));
    let other = Authority::new("CN=Other", Algorithm::Ec, Some(Curve::P256));
    let same_name = Authority::new("CN=Root", Algorithm::Ec, Some(Curve::P256));
    let device = PROVIDER.generate(Algorithm::Ec, None, Some(Curve::P256), false).unwrap();
    let leaf = authority.issue("CN=Leaf", device.public_key.as_ref().unwrap(), 2);
    let mut forged = leaf.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    // The leaf is no authority, though it signs.
    let below = CERTIFICATES.issue(
        CertificationSubject::PublicKey { public_key: &leaf_key(), name: "CN=Below" },
        Issuer { certificate: Some(&leaf), private_key: &device.material },
        &[3],
        VALIDITY,
    );
    assert!(matches!(below.err(), Some(CryptoError::InvalidParameter(_))));
    for chain in [
        vec![&leaf, &other.certificate],
        vec![&leaf, &same_name.certificate],
        vec![&forged, &authority.certificate],
        vec![&leaf, &authority.certificate, &other.certificate],
        vec![&authority.certificate, &other.certificate],
    ] {
        let chain: Vec<&[u8]> = chain.into_iter().map(|one| &one[..]).collect();
        assert_eq!(CERTIFICATES.validate(&chain, day(1)).err(), Some(CryptoError::Failed));
    }
    // The same certificate twice is one.
    CERTIFICATES.validate(&[&leaf, &authority.certificate, &leaf], day(1)).unwrap();
    let none = CERTIFICATES.validate(&[], day(1)).err();
    assert!(matches!(none, Some(CryptoError::InvalidParameter(_))));
    let not_one = CERTIFICATES.validate(&[b"not a certificate"], day(1)).err();
    assert!(matches!(not_one, Some(CryptoError::InvalidKey(_))));
}

fn leaf_key() -> Vec<u8> {
    public_key(Algorithm::Ec, Some(Curve::P256))
}

#[test]
fn a_renewal_keeps_the_subject_and_its_key() {
    let authority = Authority::new("CN=Root", Algorithm::Ec, Some(Curve::P256));
    let successor = Authority::new("CN=Successor", Algorithm::Ed25519, None);
    let leaf = authority.issue("CN=Leaf", &leaf_key(), 2);
    let later = (day(500), day(3000));
    let renewed = CERTIFICATES
        .issue(
            CertificationSubject::Renewal(&leaf),
            Issuer {
                certificate: Some(&successor.certificate),
                private_key: &successor.key.material,
            },
            &[7],
            later,
        )
        .unwrap();
    let (old, new) = (CERTIFICATES.facts(&leaf).unwrap(), CERTIFICATES.facts(&renewed).unwrap());
    assert_eq!((&new.subject, &new.public_key), (&old.subject, &old.public_key));
    assert_eq!((new.not_before, new.not_after), later);
    CERTIFICATES.validate(&[&renewed, &successor.certificate], day(600)).unwrap();
}

#[test]
fn issuers_and_their_requests_are_checked() {
    let authority = Authority::new("CN=Root", Algorithm::Ec, Some(Curve::P256));
    let other = PROVIDER.generate(Algorithm::Ec, None, Some(Curve::P256), false).unwrap();
    let key = leaf_key();
    let subject = || CertificationSubject::PublicKey { public_key: &key, name: "CN=Leaf" };
    let issuer = || Issuer {
        certificate: Some(&authority.certificate),
        private_key: &authority.key.material,
    };
    let refused = |result: Result<Vec<u8>, CryptoError>| {
        assert!(matches!(result.err(), Some(CryptoError::InvalidParameter(_))));
    };
    let foreign =
        Issuer { certificate: Some(&authority.certificate), private_key: &other.material };
    refused(CERTIFICATES.issue(subject(), foreign, &[1], VALIDITY));
    let without = Issuer { certificate: None, private_key: &other.material };
    refused(CERTIFICATES.issue(subject(), without, &[1], VALIDITY));
    for serial in [&[][..], &[0], &[0xff; 20], &[1; 21]] {
        refused(CERTIFICATES.issue(subject(), issuer(), serial, VALIDITY));
    }
    refused(CERTIFICATES.issue(subject(), issuer(), &[1], (day(2), day(1))));
    for name in ["", "no name", "CN", &"CN=a,".repeat(2000)] {
        let subject = CertificationSubject::PublicKey { public_key: &key, name };
        refused(CERTIFICATES.issue(subject, issuer(), &[1], VALIDITY));
    }
    // An issuer that has no certificate yet signs for itself.
    let own = other.public_key.as_ref().unwrap();
    let subject = CertificationSubject::PublicKey { public_key: own, name: "CN=Self" };
    let without = Issuer { certificate: None, private_key: &other.material };
    let certificate = CERTIFICATES.issue(subject, without, &[1], VALIDITY).unwrap();
    CERTIFICATES.validate(&[&certificate], day(1)).unwrap();
}

#[test]
fn old_requests_need_the_permission() {
    // TC-134: signed with SHA-1.
    let request = crate::keys::hex(crate::oasis::REQUEST);
    assert_eq!(CERTIFICATES.request(&request).err(), Some(CryptoError::Legacy));
    let permitting = CERTIFICATES.permitting_legacy();
    assert_eq!(permitting.request(&request).unwrap().der, request);
    let mut forged = request.clone();
    forged[40] ^= 1;
    assert!(permitting.request(&forged).is_err());
    let facts = CERTIFICATES.facts(&crate::keys::hex(crate::oasis::CERTIFICATE)).unwrap();
    assert_eq!(facts.subject_parts.len(), 4);
}

#[test]
fn of_several_private_keys_in_a_container_the_one_of_the_name_is_taken() {
    let names = ["first", "Second"];
    let mut store = KeyStore::new();
    let mut keys = Vec::new();
    for name in names {
        let authority = Authority::new("CN=Root", Algorithm::Ec, Some(Curve::P256));
        let der = authority.key.material.expose("putting it into a container in a test").to_vec();
        let key = PrivateKey::from_der(&der).unwrap();
        let certificate = Certificate::from_der(&authority.certificate).unwrap();
        let chain = PrivateKeyChain::new(name, key, [certificate]);
        store.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
        keys.push((name, der, authority.certificate));
    }
    let container = store.writer("hunter2").write().unwrap();
    for (name, key, certificate) in &keys {
        for name in [(*name).to_owned(), name.to_uppercase()] {
            let opened = CERTIFICATES.open_container(&container, "hunter2", Some(&name)).unwrap();
            assert!(opened.private_key.equals(key), "{name}");
            assert_eq!(opened.certificates.first(), Some(certificate));
            assert_eq!(opened.name.map(|own| own.to_uppercase()), Some(name.to_uppercase()));
        }
    }
    let first = CERTIFICATES.open_container(&container, "hunter2", None).unwrap();
    assert!(first.name.is_some_and(|name| names.contains(&name.as_str())));
    let nobody = CERTIFICATES.open_container(&container, "hunter2", Some("third"));
    assert!(matches!(nobody, Err(CryptoError::InvalidKey(_))));
}
