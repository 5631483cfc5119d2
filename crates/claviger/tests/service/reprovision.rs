//! Re-Provision: clients that replace the certificates that they prove themselves with, by `claviger kmip send`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_certificates::{Authority, describe};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::setting::{Setting, claviger, openssl, text};

const RE_PROVISION: &str = "ReProvision";

/// A message of KMIP 2.1 with these operations and their payloads.
fn message(operations: &[(&str, String)]) -> String {
    let items = operations.iter().enumerate().map(|(number, (operation, payload))| {
        format!(
            "<BatchItem><Operation type='Enumeration' value='{operation}'/>\
             <UniqueBatchItemID type='ByteString' value='{number:02x}'/>\
             <RequestPayload>{payload}</RequestPayload></BatchItem>"
        )
    });
    format!(
        "<RequestMessage><RequestHeader><ProtocolVersion><ProtocolVersionMajor type='Integer' value='2'/>\
         <ProtocolVersionMinor type='Integer' value='1'/></ProtocolVersion>\
         <BatchCount type='Integer' value='{}'/></RequestHeader>{}</RequestMessage>",
        operations.len(),
        items.collect::<String>()
    )
}

fn re_provision(payload: String) -> String {
    message(&[(RE_PROVISION, payload)])
}

fn get() -> (&'static str, String) {
    ("Get", String::new())
}

fn request(der: &[u8]) -> String {
    format!(
        "<CertificateRequest><CertificateRequestType type='Enumeration' value='PKCS_10'/>\
         <CertificateRequestValue type='ByteString' value='{}'/></CertificateRequest>",
        hex::encode(der)
    )
}

fn certificate(der: &[u8]) -> String {
    format!(
        "<Certificate><CertificateType type='Enumeration' value='X_509'/>\
         <CertificateValue type='ByteString' value='{}'/></Certificate>",
        hex::encode(der)
    )
}

/// A client's certificate and key.
struct Credential {
    certificate: PathBuf,
    key: PathBuf,
}

impl Credential {
    fn of(directory: &Path, name: &str) -> Self {
        let file = |suffix: &str| directory.join(format!("{name}{suffix}.pem"));
        Self { certificate: file(""), key: file("-key") }
    }

    /// The certificate in DER.
    fn der(&self) -> Vec<u8> {
        CertificateDer::from_pem_file(&self.certificate).unwrap().to_vec()
    }
}

/// Puts DER into a file in PEM.
fn pem(path: &Path, label: &str, der: &[u8]) {
    let text = STANDARD.encode(der);
    fs::write(path, format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")).unwrap();
}

fn send(setting: &Setting, credential: &Credential, message: &str) -> Output {
    send_to(setting, &format!("kmips://{}", setting.address()), credential, message)
}

fn send_to(setting: &Setting, to: &str, credential: &Credential, message: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
    command.args(["kmip", "send", "--output", "xml", "--to", to]);
    command.arg("--ca").arg(setting.certificate("ca.pem"));
    command.arg("--cert").arg(&credential.certificate).arg("--key").arg(&credential.key);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The answer to a message of which every operation succeeds.
#[track_caller]
fn done(setting: &Setting, credential: &Credential, message: &str) -> String {
    let output = send(setting, credential, message);
    let said = String::from_utf8_lossy(&output.stderr);
    let answer = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}\n{answer}\n{}", setting.service.said());
    answer
}

/// The service refuses the message for this reason, and the client goes on as before.
#[track_caller]
fn refused(setting: &Setting, credential: &Credential, message: &str, reason: &str) {
    let output = send(setting, credential, message);
    let answer = String::from_utf8(output.stdout).unwrap();
    assert!(answer.contains(&format!("value=\"{reason}\"")), "{answer}");
    is_let_in(setting, credential);
}

#[track_caller]
fn is_let_in(setting: &Setting, credential: &Credential) {
    done(setting, credential, &message(&[("Ping", String::new())]));
}

#[track_caller]
fn stays_out(setting: &Setting, credential: &Credential) {
    let output = send(setting, credential, &message(&[("Ping", String::new())]));
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.to_lowercase().contains("revoked"), "{said}");
}

/// The bytes of every field of this name.
fn fields(answer: &str, name: &str) -> Vec<Vec<u8>> {
    let start = format!("<{name} type=\"ByteString\" value=\"");
    let values = answer.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap());
    values.map(|digits| hex::decode(digits).unwrap()).collect()
}

#[test]
fn the_service_makes_a_key_and_a_certificate_in_place_of_the_old_one() {
    let setting = Setting::new(&[]);
    let old = Credential::of(&setting.certificates, "client");
    let locate = "<MaximumItems type='Integer' value='1'/><Attributes><ObjectType type='Enumeration' \
                  value='Certificate'/></Attributes>";
    let all = [
        (RE_PROVISION, String::new()),
        ("Get", "<KeyFormatType type='Enumeration' value='PKCS_8'/>".to_owned()),
        ("Locate", locate.to_owned()),
        get(),
    ];
    let answer = done(&setting, &old, &message(&all));
    let (key, certificate) = (fields(&answer, "KeyMaterial"), fields(&answer, "CertificateValue"));
    let folder = tempfile::tempdir().unwrap();
    let new = Credential::of(folder.path(), "new");
    pem(&new.key, "PRIVATE KEY", &key[0]);
    pem(&new.certificate, "CERTIFICATE", &certificate[0]);
    is_let_in(&setting, &new);
    stays_out(&setting, &old);
    // It is the same client, and so are its objects.
    let answer = done(&setting, &new, &message(&[("Locate", locate.to_owned()), get()]));
    assert_eq!(fields(&answer, "CertificateValue"), certificate);
    let (old, new) = (describe(&old.der()).unwrap(), describe(&certificate[0]).unwrap());
    assert_eq!((&new.subject, &new.issuer_der), (&old.subject, &old.issuer_der));
    assert_eq!(new.not_after - new.not_before, old.not_after - old.not_before);
    let entries = Authority::list(&setting.certificates).unwrap();
    let is_revoked = |serial: &str| {
        let entry = entries.iter().find(|entry| entry.serial == serial).unwrap();
        entry.revoked.is_some()
    };
    assert!(is_revoked(&old.serial) && !is_revoked(&new.serial));
}

#[test]
fn a_request_is_signed_in_the_name_of_the_client() {
    let setting = Setting::new(&[]);
    let old = Credential::of(&setting.certificates, "client");
    let folder = tempfile::tempdir().unwrap();
    let new = Credential::of(folder.path(), "new");
    let der = folder.path().join("request.der");
    openssl(&[
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=administrator",
        "-keyout",
        text(&new.key),
        "-outform",
        "DER",
        "-out",
        text(&der),
    ]);
    let operations = [(RE_PROVISION, request(&fs::read(&der).unwrap())), get()];
    let answer = done(&setting, &old, &message(&operations));
    let issued = fields(&answer, "CertificateValue");
    pem(&new.certificate, "CERTIFICATE", &issued[0]);
    assert_eq!(describe(&issued[0]).unwrap().subject, "CN=client");
    is_let_in(&setting, &new);
    stays_out(&setting, &old);
}

#[test]
fn a_certificate_that_the_client_has_got_takes_the_place() {
    let setting = Setting::new(&[]);
    let folder = tempfile::tempdir().unwrap();
    let old = Credential::of(folder.path(), "old");
    let new = Credential::of(&setting.certificates, "client");
    fs::copy(&new.certificate, &old.certificate).unwrap();
    fs::copy(&new.key, &old.key).unwrap();
    setting.issue("client", &["--renew"]);
    is_let_in(&setting, &old);
    let answer = done(&setting, &old, &message(&[(RE_PROVISION, certificate(&new.der())), get()]));
    assert_eq!(fields(&answer, "CertificateValue"), [new.der()]);
    is_let_in(&setting, &new);
    stays_out(&setting, &old);
}

#[test]
fn whoever_asks_for_what_cannot_be_keeps_its_certificate() {
    let setting = Setting::new(&[]);
    let client = Credential::of(&setting.certificates, "client");
    setting.issue("other", &[]);
    let other = Credential::of(&setting.certificates, "other");
    let elsewhere = tempfile::tempdir().unwrap();
    claviger(&["cert", "init", "--directory", text(&elsewhere.path().join("c"))]);
    let foreign = Credential::of(&elsewhere.path().join("c"), "client");
    let small = elsewhere.path().join("small.der");
    let discarded = elsewhere.path().join("small-key.pem");
    openssl(&[
        "req",
        "-new",
        "-newkey",
        "rsa:1024",
        "-nodes",
        "-subj",
        "/CN=client",
        "-sha256",
        "-keyout",
        text(&discarded),
        "-outform",
        "DER",
        "-out",
        text(&small),
    ]);
    let mut forged = fs::read(&small).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    let both = request(b"one") + &certificate(&other.der());
    for (payload, reason) in [
        (certificate(&other.der()), "InvalidField"),
        (certificate(&foreign.der()), "InvalidField"),
        (certificate(&client.der()), "InvalidField"),
        (certificate(b"no certificate"), "InvalidField"),
        (request(b"no request"), "InvalidField"),
        (request(&forged), "PermissionDenied"),
        (both, "InvalidField"),
    ] {
        refused(&setting, &client, &re_provision(payload), reason);
    }
    // A revocation can't be undone.
    let undo = "<BatchErrorContinuationOption type='Enumeration' value='Undo'/><BatchCount";
    let batch = message(&[(RE_PROVISION, String::new()), get()]).replace("<BatchCount", undo);
    refused(&setting, &client, &batch, "FeatureNotSupported");
}

#[test]
fn what_cannot_be_replaced_is_said() {
    let given = |certificates: &Path, option: &str, name: &str| {
        format!("{option}={}", text(&certificates.join(name)))
    };
    let setting = Setting::with(&[], |options, certificates| {
        options
            .argument(given(certificates, "--kmip-cert-file", "server.pem"))
            .argument(given(certificates, "--kmip-key-file", "server-key.pem"))
            .argument(given(certificates, "--kmip-client-ca-file", "ca.pem"))
    });
    let client = Credential::of(&setting.certificates, "client");
    // The operator may keep these files elsewhere, with an authority of its own.
    refused(&setting, &client, &re_provision(String::new()), "OperationNotSupported");
    let functions = "<QueryFunction type='Enumeration' value='QueryOperations'/>".to_owned();
    let query = message(&[("Query", functions)]);
    assert!(!done(&setting, &client, &query).contains(RE_PROVISION));

    let setting = Setting::new(&[]);
    let client = Credential::of(&setting.certificates, "client");
    assert!(done(&setting, &client, &query).contains(RE_PROVISION));
    // Without TLS there is no certificate.
    let to = setting.service.url();
    let output = send_to(&setting, &to, &client, &re_provision(String::new()));
    let answer = String::from_utf8(output.stdout).unwrap();
    assert!(answer.contains("value=\"PermissionDenied\""), "{answer}");
}
