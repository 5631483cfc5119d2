//! The `openssl` command reads what is written here, and the other way round. Passed over where there is no such command.

use std::fs;
use std::path::Path;
use std::process::Command;

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    HashingAlgorithm as Hash, KeyFormatType as Format, PaddingMethod, RecommendedCurve as Curve,
    Timestamp,
};
use claviger_parametric::SoftwareCertificates;
use claviger_ports::{Certificates, CertificationSubject, Issuer, ParametricCrypto};

use crate::keys::{PROVIDER, cipher, load, message, open, symmetric};

/// Runs the command in a directory; what it said, if it did well. `None` where it isn't installed.
fn openssl(directory: &Path, arguments: &str) -> Option<String> {
    let output =
        Command::new("openssl").current_dir(directory).args(arguments.split(' ')).output().ok()?;
    assert!(
        output.status.success(),
        "openssl {arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn is_missing() -> bool {
    Command::new("openssl").arg("version").output().is_err()
}

#[test]
fn keys_and_signatures() {
    if is_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    fs::write(at.join("message"), b"message").unwrap();
    for (algorithm, bits, curve) in [
        (Algorithm::Rsa, Some(2048), None),
        (Algorithm::Ec, None, Some(Curve::P224)),
        (Algorithm::Ec, None, Some(Curve::P384)),
        (Algorithm::Ec, None, Some(Curve::Secp256k1)),
        (Algorithm::Dsa, Some(1024), None),
    ] {
        let made = PROVIDER.generate(algorithm, bits, curve, true).unwrap();
        fs::write(at.join("private.der"), open(&made.material)).unwrap();
        let public = made.public_key.unwrap();
        fs::write(at.join("public.der"), &public).unwrap();
        openssl(at, "pkey -inform DER -in private.der -check -noout").unwrap();
        openssl(at, "pkey -inform DER -in private.der -pubout -outform DER -out public2.der");
        assert_eq!(fs::read(at.join("public2.der")).unwrap(), public);
        let parameters =
            CryptographicParameters { hashing_algorithm: Some(Hash::Sha256), ..Default::default() };
        let key = load(Some(algorithm), Format::Pkcs8, &open(&made.material));
        fs::write(at.join("ours.sig"), key.sign(message(&parameters, b"message")).unwrap())
            .unwrap();
        openssl(at, "dgst -sha256 -verify public.der -keyform DER -signature ours.sig message");
        openssl(at, "dgst -sha256 -sign private.der -keyform DER -out theirs.sig message");
        let theirs = fs::read(at.join("theirs.sig")).unwrap();
        key.verify(message(&parameters, b"message"), &theirs).unwrap();
    }
}

#[test]
fn oaep_with_two_hashes() {
    if is_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let made = PROVIDER.generate(Algorithm::Rsa, Some(1024), None, true).unwrap();
    fs::write(at.join("private.der"), open(&made.material)).unwrap();
    let key = load(None, Format::Pkcs8, &open(&made.material));
    let parameters = CryptographicParameters {
        padding_method: Some(PaddingMethod::Oaep),
        hashing_algorithm: Some(Hash::Sha256),
        mask_generator_hashing_algorithm: Some(Hash::Sha1),
        ..Default::default()
    };
    let encrypted = key.encrypt(cipher(&parameters, None, b"message")).unwrap().output;
    fs::write(at.join("encrypted"), encrypted).unwrap();
    let said = openssl(
        at,
        "pkeyutl -decrypt -inkey private.der -keyform DER -in encrypted -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1",
    );
    assert_eq!(said.as_deref(), Some("message"));
}

#[test]
fn ciphers() {
    if is_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let plaintext: Vec<u8> = (0..100).collect();
    fs::write(at.join("plain"), &plaintext).unwrap();
    let cases = [
        ("aes-192-cbc", Algorithm::Aes, 24, Mode::Cbc, Some(PaddingMethod::Pkcs5), 16),
        ("aes-256-cfb", Algorithm::Aes, 32, Mode::Cfb, None, 16),
        ("aes-128-ofb", Algorithm::Aes, 16, Mode::Ofb, None, 16),
        ("aes-192-ctr", Algorithm::Aes, 24, Mode::Ctr, None, 16),
        ("des-ede3-cbc", Algorithm::TripleDes, 24, Mode::Cbc, Some(PaddingMethod::Pkcs5), 8),
        ("des-ede-cbc", Algorithm::TripleDes, 16, Mode::Cbc, Some(PaddingMethod::Pkcs5), 8),
        ("des-ede3-cfb", Algorithm::TripleDes, 24, Mode::Cfb, None, 8),
        ("camellia-256-cbc", Algorithm::Camellia, 32, Mode::Cbc, Some(PaddingMethod::Pkcs5), 16),
        ("aria-192-ctr", Algorithm::Aria, 24, Mode::Ctr, None, 16),
        ("sm4-ofb", Algorithm::Sm4, 16, Mode::Ofb, None, 16),
    ];
    for (name, algorithm, length, mode, padding_method, block) in cases {
        let key: Vec<u8> = (1..=length).collect();
        let iv = vec![0x77; block];
        let parameters = CryptographicParameters {
            block_cipher_mode: Some(mode),
            padding_method,
            ..Default::default()
        };
        let (key_text, iv_text) = (hex::encode(&key), hex::encode(&iv));
        openssl(at, &format!("enc -{name} -K {key_text} -iv {iv_text} -in plain -out sealed"));
        let key = symmetric(algorithm, &key);
        let encrypted = key.encrypt(cipher(&parameters, Some(&iv), &plaintext)).unwrap().output;
        assert_eq!(encrypted, fs::read(at.join("sealed")).unwrap(), "{name}");
    }
}

#[test]
fn certificates() {
    if is_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let issuer = PROVIDER.generate(Algorithm::Ec, None, Some(Curve::P256), false).unwrap();
    let provider = SoftwareCertificates::new();
    let validity = (
        Timestamp::from_milliseconds(1_577_836_800_000),
        Timestamp::from_milliseconds(4_102_444_800_000),
    );
    let root = provider.authority("CN=Root,O=Example", &issuer.material, &[1], validity).unwrap();
    fs::write(at.join("root.der"), &root).unwrap();
    openssl(
        at,
        "req -new -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf.example/C=CH -addext subjectAltName=DNS:leaf.example -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,digitalSignature",
    );
    let request = provider.request(&fs::read(at.join("leaf.csr")).unwrap()).unwrap();
    let leaf = provider
        .issue(
            CertificationSubject::Request(&request),
            Issuer { certificate: Some(&root), private_key: &issuer.material },
            &[0x80, 2],
            validity,
        )
        .unwrap();
    fs::write(at.join("leaf.der"), &leaf).unwrap();
    for name in ["root", "leaf"] {
        openssl(at, &format!("x509 -inform DER -in {name}.der -out {name}.pem"));
    }
    let said = openssl(at, "verify -x509_strict -CAfile root.pem leaf.pem").unwrap();
    assert!(said.contains("OK"), "{said}");
    let said = openssl(at, "x509 -in leaf.pem -noout -text").unwrap();
    assert!(said.contains("DNS:leaf.example") && said.contains("CA:FALSE"), "{said}");
    assert!(said.contains("Digital Signature") && !said.contains("Certificate Sign"), "{said}");
    let usage = provider.facts(&leaf).unwrap().key_usage;
    assert_eq!(usage, Some(claviger_model::Usage::VERIFY.bits()));
    assert_eq!(provider.facts(&root).unwrap().key_usage, Some(0x3000), "certificates and lists");
    // Theirs, with RSA and PSS.
    openssl(
        at,
        "req -x509 -newkey rsa:2048 -nodes -keyout theirs.key -out theirs.pem -subj /CN=Theirs -days 3650 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sha256",
    );
    openssl(at, "x509 -in theirs.pem -outform DER -out theirs.der");
    let theirs = fs::read(at.join("theirs.der")).unwrap();
    let facts = provider.facts(&theirs).unwrap();
    assert_eq!(facts.signature_algorithm, "1.2.840.113549.1.1.10");
    assert_eq!(facts.pss_hash.as_deref(), Some("2.16.840.1.101.3.4.2.1"));
    provider.validate(&[&theirs], facts.not_before).unwrap();
}
