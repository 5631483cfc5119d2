//! The KMIP listener's TLS, spoken to by `openssl s_client` and by bare sockets.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use claviger_certificates::{Authority, KeyKind, Kind, NewCertificate};
use claviger_testkit::process::ServiceOptions;
use rustix::process::Signal;

use crate::messages::{ANSWER, discover_versions};
use crate::options;
use crate::setting::{GENEROUS, Setting, claviger, openssl, said, text};

impl Setting {
    /// `openssl s_client` with the certificate of this name in a directory, or with none.
    fn client(&self, directory: &Path, name: Option<&str>, more: &[&str]) -> Command {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-connect", &self.address().to_string(), "-nocommands"]);
        command.args(["-ign_eof", "-verify_return_error", "-CAfile"]);
        command.arg(self.certificates.join("ca.pem"));
        if let Some(name) = name {
            command.arg("-cert").arg(directory.join(format!("{name}.pem")));
            command.arg("-key").arg(directory.join(format!("{name}-key.pem")));
        }
        command.args(more);
        command
    }

    fn own_client(&self, name: &str, more: &[&str]) -> Command {
        self.client(&self.certificates, Some(name), more)
    }
}

/// What a program has printed.
struct Printed(Vec<u8>);

impl Printed {
    fn is_answered(&self) -> bool {
        self.0.windows(ANSWER.len()).any(|window| window == ANSWER)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    #[track_caller]
    fn says(&self, part: &str) {
        assert!(self.text().contains(part), "{part:?} is missing:\n{}", self.text());
    }
}

/// Runs `openssl s_client`, sends a KMIP message, and ends it when it is answered and everything else is printed too, or waits
/// until it ends by itself.
#[track_caller]
fn ask(mut command: Command) -> Printed {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let printed = Arc::new(Mutex::new(Vec::new()));
    let mut input = child.stdin.take().unwrap();
    // A client that was refused does not read.
    let _ = input.write_all(&discover_versions());
    let outputs: [Box<dyn std::io::Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    let readers: Vec<_> = outputs
        .into_iter()
        .map(|mut output| {
            let printed = Arc::clone(&printed);
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = output.read(&mut buffer) {
                    printed.lock().unwrap().extend_from_slice(&buffer[..read]);
                }
            })
        })
        .collect();
    let mut left = GENEROUS;
    while child.try_wait().unwrap().is_none() {
        if Printed(printed.lock().unwrap().clone()).is_answered() {
            // Now the end of the input ends it in good order, which writes the session.
            thread::sleep(Duration::from_millis(200));
            child.kill().unwrap();
        }
        assert!(!left.is_zero(), "{}", String::from_utf8_lossy(&printed.lock().unwrap()));
        thread::sleep(Duration::from_millis(20));
        left = left.saturating_sub(Duration::from_millis(20));
    }
    for reader in readers {
        reader.join().unwrap();
    }
    let printed = printed.lock().unwrap().clone();
    Printed(printed)
}

#[test]
fn a_certificate_opens_the_door_in_both_versions() {
    for init in [&[][..], &["--rsa"]] {
        let setting = Setting::new(init);
        for (version, name) in [("-tls1_3", "TLSv1.3"), ("-tls1_2", "TLSv1.2")] {
            let printed = ask(setting.own_client("client", &[version]));
            assert!(printed.is_answered(), "{}\n{}", printed.text(), setting.service.said());
            printed.says(name);
            printed.says("Verify return code: 0 (ok)");
        }
        // Older versions, and TLS 1.2 without forward secrecy, are not spoken.
        for refused in [&["-tls1_1"][..], &["-tls1_2", "-cipher", "AES128-GCM-SHA256"]] {
            assert!(!ask(setting.own_client("client", refused)).is_answered());
        }
    }
}

#[test]
fn who_proves_nothing_or_the_wrong_thing_is_told_so() {
    let setting = Setting::new(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    let foreign = elsewhere.path().join("certificates");
    claviger(&["cert", "init", "--directory", text(&foreign)]);
    issue_expired(&setting.certificates);
    for version in ["-tls1_3", "-tls1_2"] {
        let none = ask(setting.client(&setting.certificates, None, &[version]));
        none.says("alert");
        let expired = ask(setting.own_client("expired", &[version]));
        expired.says("alert certificate expired");
        let foreign = ask(setting.client(&foreign, Some("client"), &[version]));
        foreign.says("alert unknown ca");
        let server = ask(setting.own_client("server", &[version]));
        server.says("alert");
        for printed in [none, expired, foreign, server] {
            assert!(!printed.is_answered(), "{}", printed.text());
        }
    }
    for reason in [
        "it sent no certificate",
        "its certificate has expired",
        "of an authority that is not trusted here",
        "its certificate is not for clients",
    ] {
        setting.said(reason);
    }
    assert!(ask(setting.own_client("client", &[])).is_answered());
}

/// A client's certificate that was valid for a day, three days ago.
#[expect(clippy::disallowed_methods, reason = "openssl and the service go by the machine's clock")]
fn issue_expired(certificates: &Path) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut authority = Authority::open(certificates).unwrap();
    let expired = NewCertificate {
        name: "expired",
        kind: Kind::Client,
        names: &[],
        days: 1,
        key: KeyKind::EcdsaP256,
        replace: false,
        pkcs12: None,
        now: now - 3 * 24 * 60 * 60,
    };
    authority.issue(&expired).unwrap();
}

#[test]
fn who_is_revoked_is_disconnected_and_stays_out() {
    let setting = Setting::new(&[]);
    setting.issue("other", &[]);
    let mut connected = setting.own_client("client", &[]);
    let mut child = connected.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // Its input stays open, and so does the connection, until the service ends it.
    let input = child.stdin.take();
    assert!(ask(setting.own_client("client", &[])).is_answered());
    claviger(&["cert", "revoke", "client", "--directory", text(&setting.certificates)]);
    setting.said("the certificates were read again");
    child.wait().unwrap();
    drop(input);
    setting.said("its certificate is revoked");
    for version in ["-tls1_3", "-tls1_2"] {
        let printed = ask(setting.own_client("client", &[version]));
        printed.says("alert certificate revoked");
        assert!(!printed.is_answered());
    }
    assert!(ask(setting.own_client("other", &[])).is_answered());
}

#[test]
fn connections_that_never_shake_hands_end_and_disturb_nobody() {
    let setting = Setting::new(&[]);
    let mut idle: Vec<TcpStream> =
        (0..300).map(|_| TcpStream::connect(setting.address()).unwrap()).collect();
    for stream in idle.iter_mut().step_by(2) {
        // The beginning of a ClientHello that never goes on.
        stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").unwrap();
    }
    assert!(ask(setting.own_client("client", &[])).is_answered());
    for stream in &mut idle {
        assert!(!rest(stream).starts_with(ANSWER));
    }
    assert!(ask(setting.own_client("client", &[])).is_answered());
    let mut plain = TcpStream::connect(setting.address()).unwrap();
    plain.write_all(&discover_versions()).unwrap();
    assert!(!rest(&mut plain).starts_with(ANSWER), "without TLS nobody is answered");
}

/// Everything until the service closes the connection.
#[track_caller]
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(GENEROUS)).unwrap();
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => bytes,
        // A reset is a close too.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => bytes,
        Err(error) => panic!("it is not closed: {error}"),
    }
}

#[test]
fn the_service_may_have_its_certificate_in_pkcs12() {
    for format in [&[][..], &["-legacy"]] {
        let setting = Setting::with(&[], |options, certificates| {
            let at = |name: &str| certificates.join(name);
            fs::write(at("password"), "a pass word\n").unwrap();
            let (key, certificate) = (at("server-key.pem"), at("server.pem"));
            let (authority, file) = (at("ca.pem"), at("server.p12"));
            let export = [
                "pkcs12",
                "-export",
                "-inkey",
                text(&key),
                "-in",
                text(&certificate),
                "-certfile",
                text(&authority),
                "-out",
                text(&file),
                "-passout",
                "pass:a pass word",
            ];
            openssl(&[&export, format].concat());
            options
                .argument("--kmip-p12-file")
                .argument(file)
                .argument("--kmip-p12-password-file")
                .argument(at("password"))
                .argument("--kmip-client-ca-file")
                .argument(authority)
        });
        let printed = ask(setting.own_client("client", &[]));
        assert!(printed.is_answered(), "{}", printed.text());
    }
}

#[test]
fn a_renewed_certificate_is_served_without_a_restart() {
    let setting = Setting::new(&[]);
    let own = setting.certificates.join("server.pem");
    ask(setting.own_client("client", &[])).says(fs::read_to_string(&own).unwrap().trim());
    // What is broken is logged, and what was there stays.
    let whole = fs::read(&own).unwrap();
    fs::write(&own, "-----BEGIN CERTIFICATE-----\nbroken").unwrap();
    setting.said("cannot be used");
    ask(setting.own_client("client", &[])).says(String::from_utf8(whole).unwrap().trim());
    setting.issue("server", &["--server", "--renew"]);
    setting.said("the certificates were read again");
    ask(setting.own_client("client", &[])).says(fs::read_to_string(&own).unwrap().trim());
    setting.service.signal(Signal::HUP);
    assert!(ask(setting.own_client("client", &[])).is_answered());
}

#[test]
fn sessions_are_resumed() {
    let mut setting = Setting::new(&[]);
    for (version, name) in [("-tls1_3", "TLSv1.3"), ("-tls1_2", "TLSv1.2")] {
        let session = setting.certificates.join(name);
        let out = ["-sess_out", text(&session), version];
        ask(setting.own_client("client", &out)).says(&format!("New, {name}"));
        let resumed = ask(setting.own_client("client", &["-sess_in", text(&session), version]));
        resumed.says(&format!("Reused, {name}"));
        assert!(resumed.is_answered(), "{}", resumed.text());
    }
    let session = setting.certificates.join("TLSv1.2");
    let without_tickets =
        ask(setting.own_client("client", &["-tls1_2", "-no_ticket", "-sess_out", text(&session)]));
    without_tickets.says("New, TLSv1.2");
    let again = ["-tls1_2", "-no_ticket", "-sess_in", text(&session)];
    ask(setting.own_client("client", &again)).says("Reused, TLSv1.2");
    // A session of a client that was revoked since is not resumed.
    let session = setting.certificates.join("TLSv1.3");
    claviger(&["cert", "revoke", "client", "--directory", text(&setting.certificates)]);
    setting.said("the certificates were read again");
    let resumed = ask(setting.own_client("client", &["-sess_in", text(&session)]));
    assert!(!resumed.is_answered(), "{}", resumed.text());
    assert!(setting.service.stop().success());
}

#[test]
fn the_listener_says_what_it_lacks() {
    const CERTIFICATES: i32 = 8;
    let refused = |options: ServiceOptions, code, parts: &[&str]| {
        let failure = options.refusal();
        assert_eq!(failure.code, Some(code), "{failure}");
        for part in parts {
            assert!(failure.said.contains(part), "{part:?} is missing: {failure}");
        }
    };
    let asked_for = options().argument("--kmip-listen=127.0.0.1:0");
    refused(asked_for, CERTIFICATES, &["claviger cert init", "--kmip-cert-file"]);
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("certificates");
    claviger(&["cert", "init", "--directory", text(&directory)]);
    let at = |name: &str| directory.join(name);
    let with = |certificate: &str, key: &str, authorities: &str| {
        options()
            .argument("--kmip-listen=127.0.0.1:0")
            .argument("--kmip-cert-file")
            .argument(at(certificate))
            .argument("--kmip-key-file")
            .argument(at(key))
            .argument("--kmip-client-ca-file")
            .argument(at(authorities))
    };
    refused(
        with("server.pem", "client-key.pem", "ca.pem"),
        CERTIFICATES,
        &["is not the one of the certificate", "client-key.pem"],
    );
    refused(with("nothing.pem", "server-key.pem", "ca.pem"), CERTIFICATES, &["nothing.pem"]);
    refused(with("server.pem", "ca.pem", "ca.pem"), CERTIFICATES, &["no private key in PEM"]);
    refused(with("server.pem", "server-key.pem", "ca-key.pem"), CERTIFICATES, &["no certificate"]);
    let (taken, key) = (at("locked.pem"), at("server-key.pem"));
    openssl(&["pkcs8", "-topk8", "-in", text(&key), "-out", text(&taken), "-passout", "pass:x"]);
    refused(with("server.pem", "locked.pem", "ca.pem"), CERTIFICATES, &["is encrypted", "openssl"]);
    let off = with("server.pem", "server-key.pem", "ca.pem").argument("--kmip-listen=off");
    assert!(off.clone().start().is_err(), "an option is given once");
    let mut off = options().argument("--kmip-listen=off").start().unwrap();
    said(&off, "KMIP       off");
    assert!(off.stop().success());
}
