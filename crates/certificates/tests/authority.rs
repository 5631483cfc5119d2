//! An authority in a directory, without a service and without openssl.

use std::fs;
use std::path::Path;

use claviger_certificates::{
    Authority, CertificateError, KeyKind, Kind, NewAuthority, NewCertificate, Pkcs12Output,
    describe, is_host_name, layout, pkcs12, revocation_list_expires,
};
use rcgen::PublicKeyData as _;
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::crl::CertificateList;
use x509_cert::der::{DecodePem as _, Encode as _};

/// 2026-01-01T00:00:00Z.
const NOW: u64 = 1_767_225_600;
const DAY: u64 = 24 * 60 * 60;

fn new(name: &str) -> NewCertificate<'_> {
    NewCertificate {
        name,
        kind: Kind::Client,
        names: &[],
        days: 10,
        key: KeyKind::EcdsaP256,
        replace: false,
        pkcs12: None,
        now: NOW,
    }
}

fn create(directory: &Path) -> Authority {
    Authority::create(directory, NewAuthority { key: KeyKind::EcdsaP256, now: NOW }).unwrap()
}

fn der(path: &Path) -> Vec<u8> {
    Certificate::from_pem(fs::read(path).unwrap()).unwrap().to_der().unwrap()
}

#[test]
fn a_certificate_says_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("a/b");
    let mut authority = create(&directory);
    let issued = authority.issue(&new("alice")).unwrap();
    let own = describe(&der(&authority.certificate())).unwrap();
    let alice = describe(&der(&issued.certificate)).unwrap();
    assert_eq!((alice.subject.as_str(), alice.common_name.as_deref()), ("CN=alice", Some("alice")));
    assert_eq!(alice.issuer_der, own.subject_der);
    assert_eq!((alice.not_before, alice.not_after), (NOW - 3600, NOW + 10 * DAY));
    assert_eq!(own.not_after, NOW + 3653 * DAY);
    assert_eq!(alice.serial, issued.entry.serial);
    assert_ne!(alice.public_key_sha256, own.public_key_sha256);
    let other = create(&folder.path().join("other"));
    let other = describe(&der(&other.certificate())).unwrap();
    assert_ne!(own.subject, other.subject, "two authorities have two names");
}

#[test]
fn an_authority_that_is_opened_again_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = create(folder.path());
    authority.issue(&new("alice")).unwrap();
    drop(authority);
    let mut authority = Authority::open(folder.path()).unwrap();
    authority.issue(&new("bob")).unwrap();
    assert!(matches!(authority.issue(&new("bob")), Err(CertificateError::NameTaken { .. })));
    let renewed = NewCertificate { replace: true, days: 20, ..new("bob") };
    let renewed = authority.issue(&renewed).unwrap();
    authority.revoke(&renewed.entry.serial, NOW + 5).unwrap();
    drop(authority);
    let entries = Authority::list(folder.path()).unwrap();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, [layout::AUTHORITY, "alice", "bob", "bob"]);
    let revoked: Vec<_> = entries.iter().map(|entry| entry.revoked).collect();
    assert_eq!(revoked, [None, None, None, Some(NOW + 5)]);
    let exists = Authority::create(folder.path(), NewAuthority { key: KeyKind::Rsa, now: NOW });
    assert!(matches!(exists, Err(CertificateError::Exists { .. })));
}

#[test]
fn a_client_gets_another_certificate_for_a_key_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = create(folder.path());
    let alice = authority.issue(&new("alice")).unwrap();
    let file = der(&alice.certificate);
    let key = |kind| {
        let pair = rcgen::KeyPair::generate_for(kind).unwrap();
        (pair.subject_public_key_info(), pair)
    };
    for kind in
        [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519]
    {
        let (public, _) = key(kind);
        let issued = authority.reissue(&alice.entry.serial, &public, NOW + DAY).unwrap();
        let said = describe(&issued).unwrap();
        assert_eq!((said.subject.as_str(), said.not_after), ("CN=alice", NOW + 11 * DAY));
        assert_eq!(said.public_key_sha256, <[u8; 32]>::from(Sha256::digest(&public)));
        assert_ne!(said.serial, alice.entry.serial);
    }
    assert_eq!(der(&alice.certificate), file, "files of another key stay");
    let (public, _) = key(&rcgen::PKCS_ECDSA_P256_SHA256);
    let latest = Authority::list(folder.path()).unwrap().pop().unwrap();
    authority.revoke(&latest.serial, NOW).unwrap();
    let revoked = authority.reissue(&latest.serial, &public, NOW);
    assert!(matches!(revoked, Err(CertificateError::Revoked { .. })));
    let server = NewCertificate {
        kind: Kind::Server,
        names: &["localhost".to_owned()],
        ..new(layout::SERVER)
    };
    let server = authority.issue(&server).unwrap();
    for serial in ["00", &server.entry.serial] {
        let unknown = authority.reissue(serial, &public, NOW);
        assert!(matches!(unknown, Err(CertificateError::Unknown { .. })), "{serial}");
    }
}

#[test]
fn keys_that_no_client_can_use_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = create(folder.path());
    let alice = authority.issue(&new("alice")).unwrap();
    let rsa = |length: usize| {
        // SubjectPublicKeyInfo of rsaEncryption: the modulus is an odd number of that many bytes.
        let long = |tag: u8, content: &[u8]| {
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x82], &length[..], content].concat()
        };
        let modulus = [&[0][..], &vec![0xff; length]].concat();
        let numbers = [long(2, &modulus), vec![2, 3, 1, 0, 1]].concat();
        let algorithm = hex::decode("300d06092a864886f70d0101010500").unwrap();
        let bits = [vec![0], long(0x30, &numbers)].concat();
        long(0x30, &[algorithm, long(3, &bits)].concat())
    };
    for (public, is_usable) in [
        (rsa(256), true),
        (rsa(1024), true),
        (rsa(255), false),
        (rsa(1025), false),
        (b"no key".to_vec(), false),
        (Vec::new(), false),
    ] {
        let issued = authority.reissue(&alice.entry.serial, &public, NOW);
        match is_usable {
            true => assert!(issued.is_ok(), "{issued:?}"),
            false => assert!(matches!(issued, Err(CertificateError::PublicKey)), "{issued:?}"),
        }
    }
}

#[test]
fn every_revocation_list_has_a_higher_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = create(folder.path());
    let path = layout::revocation_list(folder.path());
    let read =
        || CertificateList::<x509_cert::certificate::Rfc5280>::from_pem(fs::read(&path).unwrap());
    let count = || read().unwrap().tbs_cert_list.revoked_certificates.map_or(0, |all| all.len());
    assert_eq!(count(), 0);
    for number in 1..=3 {
        let name = format!("client-{number}");
        authority.issue(&new(&name)).unwrap();
        authority.revoke(&name, NOW + 1).unwrap();
        assert_eq!(count(), number);
    }
    let list = read().unwrap().to_der().unwrap();
    assert_eq!(revocation_list_expires(&list), Some(NOW + 3653 * DAY));
    assert_eq!(revocation_list_expires(&list[..list.len() - 1]), None);
}

#[test]
fn what_is_cut_off_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = create(folder.path());
    let wanted = Pkcs12Output { password: "x", encryption: pkcs12::Encryption::Aes256 };
    let issued = authority.issue(&NewCertificate { pkcs12: Some(wanted), ..new("alice") }).unwrap();
    let certificate = der(&issued.certificate);
    for length in 0..certificate.len() {
        assert_eq!(describe(&certificate[..length]), None, "{length}");
    }
    let file = fs::read(issued.pkcs12.unwrap()).unwrap();
    for length in (0..file.len()).step_by(7) {
        assert!(pkcs12::read(&file[..length], "x").is_err(), "{length}");
    }
    let contents = pkcs12::read(&file, "x").unwrap();
    assert_eq!(contents.certificates, [certificate, der(&authority.certificate())]);
    let Err(wrong) = pkcs12::read(&file, "y") else { panic!("any password opens it") };
    assert!(wrong.to_string().contains("password"), "{wrong}");
}

#[test]
fn names_of_hosts() {
    for name in ["localhost", "kms.example", "*.example", "a_b.example", "10.0.0.7", "::1"] {
        assert!(is_host_name(name), "{name}");
    }
    let long = "x".repeat(64);
    for name in ["", ".", "a..b", "a b", "https://x", "x:5696", "*", "a.*.b", "ä.example", &long] {
        assert!(!is_host_name(name), "{name}");
    }
}
