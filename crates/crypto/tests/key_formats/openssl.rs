//! Keys that the `openssl` command makes are read, and keys that are written here are read by it.

use std::io::Write;
use std::process::{Command, Stdio};

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeyFormat, KeySpec};
use claviger_ports::{Crypto, SignatureInput};

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("these tests need the openssl command");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {complaint}");
    output.stdout
}

/// The kinds that OpenSSL 3.0 knows, how it makes them, and an algorithm to try them with.
const KINDS: [(KeySpec, &[&str], Option<Algorithm>); 7] = [
    (
        KeySpec::Rsa2048,
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        Some(Algorithm::RsaPkcs1Sha256),
    ),
    (
        KeySpec::EcP256,
        &["-algorithm", "EC", "-pkeyopt", "group:P-256"],
        Some(Algorithm::EcdsaSha256),
    ),
    (
        KeySpec::EcP384,
        &["-algorithm", "EC", "-pkeyopt", "group:P-384"],
        Some(Algorithm::EcdsaSha384),
    ),
    (
        KeySpec::EcP521,
        &["-algorithm", "EC", "-pkeyopt", "group:P-521"],
        Some(Algorithm::EcdsaSha512),
    ),
    (
        KeySpec::EcSecp256k1,
        &["-algorithm", "EC", "-pkeyopt", "group:secp256k1"],
        Some(Algorithm::EcdsaSha256),
    ),
    (KeySpec::Ed25519, &["-algorithm", "ED25519"], Some(Algorithm::Ed25519)),
    (KeySpec::X25519, &["-algorithm", "X25519"], None),
];

#[test]
fn keys_of_openssl_are_read() {
    for (spec, arguments, algorithm) in KINDS {
        let pem = openssl(&[&["genpkey"], arguments].concat(), b"");
        let der = openssl(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"], &pem);
        let public_pem = openssl(&["pkey", "-pubout"], &pem);
        let public_der = openssl(&["pkey", "-pubout", "-outform", "DER"], &pem);

        let from_pem = SoftwareCrypto.import(KeyFormat::Pkcs8, None, &pem).unwrap();
        let from_der = SoftwareCrypto.import(KeyFormat::Pkcs8, Some(spec), &der).unwrap();
        assert!(from_pem.spec == spec && from_der.spec == spec);
        assert!(from_pem.material.equals(from_der.material.expose("compare")));
        for public in [public_pem, public_der.clone()] {
            let imported = SoftwareCrypto.import(KeyFormat::Spki, None, &public).unwrap();
            assert!(imported.spec == spec && imported.public_only);
            assert!(imported.material.equals(&public_der));
        }
        let key = SoftwareCrypto.load(spec, &from_pem.material).unwrap();
        assert_eq!(key.public_key().unwrap(), public_der);
        if let Some(algorithm) = algorithm {
            let public = SoftwareCrypto.load_public(spec, &public_der).unwrap();
            let message = SignatureInput::Message(b"message");
            let signature = key.sign(algorithm, message).unwrap();
            public.verify(algorithm, message, &signature).unwrap();
        }
    }
}

#[test]
fn keys_from_here_are_read_by_openssl() {
    for (spec, _, _) in KINDS {
        let material = SoftwareCrypto.generate(spec).unwrap();
        let pkcs8 = SoftwareCrypto.export(spec, &material, KeyFormat::Pkcs8).unwrap();
        let public = SoftwareCrypto.load(spec, &material).unwrap().public_key().unwrap();
        let arguments = ["pkey", "-inform", "DER", "-pubout", "-outform", "DER"];
        assert_eq!(openssl(&arguments, pkcs8.expose("give it to openssl")), public, "{spec}");
        let arguments = ["pkey", "-pubin", "-inform", "DER", "-pubout", "-outform", "DER"];
        assert_eq!(openssl(&arguments, &public), public, "{spec}");
    }
}

#[test]
fn old_pem_files_are_read() {
    for (spec, arguments, _) in &KINDS[..5] {
        let pem = openssl(&[&["genpkey"], *arguments].concat(), b"");
        let name = if *spec == KeySpec::Rsa2048 { "rsa" } else { "ec" };
        let traditional = match name {
            "rsa" => openssl(&["rsa", "-traditional"], &pem),
            _ => openssl(&["ec"], &pem),
        };
        assert!(traditional.starts_with(if name == "rsa" {
            b"-----BEGIN RSA"
        } else {
            b"-----BEGIN EC "
        }));
        let modern = SoftwareCrypto.import(KeyFormat::Pkcs8, None, &pem).unwrap();
        let old = SoftwareCrypto.import(KeyFormat::Pkcs8, None, &traditional).unwrap();
        assert_eq!(old.spec, *spec);
        assert!(old.material.equals(modern.material.expose("compare")));
    }
    let pem = openssl(&["genpkey", "-algorithm", "RSA"], b"");
    let public = openssl(&["rsa", "-RSAPublicKey_out"], &pem);
    let imported = SoftwareCrypto.import(KeyFormat::Spki, None, &public).unwrap();
    assert!(imported.material.equals(&openssl(&["pkey", "-pubout", "-outform", "DER"], &pem)));
}
