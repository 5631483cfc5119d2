//! `claviger cert`, and what openssl makes of its certificates.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::bench::{CLAVIGER, finish};

/// A user with a home and no service.
struct User {
    home: TempDir,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new(CLAVIGER);
        command.env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        command.arg("cert").args(arguments);
        finish(command, input)
    }

    #[track_caller]
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(&[arguments, &["--output", "json"]].concat())).unwrap()
    }

    #[track_caller]
    fn failure(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments, b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    fn certificates(&self) -> PathBuf {
        self.home.path().join(".local/share/claviger/certificates")
    }

    /// What openssl says of files in the directory, and whether it succeeds.
    fn openssl(&self, arguments: &[&str]) -> (bool, String) {
        let output =
            Command::new("openssl").args(arguments).current_dir(self.certificates()).output();
        let output = output.expect("openssl is there");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    #[track_caller]
    fn openssl_says(&self, arguments: &[&str], parts: &[&str]) {
        let (succeeded, said) = self.openssl(arguments);
        assert!(succeeded, "{arguments:?}: {said}");
        for part in parts {
            assert!(said.contains(part), "{part:?} is missing: {said}");
        }
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn openssl_takes_what_init_makes() {
    for (more, authority, own) in [
        (&[][..], "id-ecPublicKey", "id-ecPublicKey"),
        (&["--rsa"], "Public-Key: (3072 bit)", "Public-Key: (2048 bit)"),
    ] {
        let user = User::new();
        let init = [&["init", "--name", "kms.example", "--name", "10.0.0.7"], more].concat();
        let printed = user.text(&init);
        for part in ["claviger server\n", "host=127.0.0.1", "port=5696", "certfile=/", "ca_certs=/"]
        {
            assert!(printed.contains(part), "{part:?} is missing: {printed}");
        }
        let verify = ["verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose"];
        for (purpose, file) in [("sslserver", "server.pem"), ("sslclient", "client.pem")] {
            user.openssl_says(&[&verify[..], &[purpose, file]].concat(), &["OK"]);
        }
        let (as_server, _) = user.openssl(&[&verify[..], &["sslserver", "client.pem"]].concat());
        let (as_client, _) = user.openssl(&[&verify[..], &["sslclient", "server.pem"]].concat());
        assert!(!as_server && !as_client, "one is not the other");
        for name in ["localhost", "kms.example"] {
            let check = ["verify", "-CAfile", "ca.pem", "-verify_hostname", name, "server.pem"];
            user.openssl_says(&check, &["OK"]);
        }
        for address in ["127.0.0.1", "::1", "10.0.0.7"] {
            let check = ["verify", "-CAfile", "ca.pem", "-verify_ip", address, "server.pem"];
            user.openssl_says(&check, &["OK"]);
        }
        let (other, _) =
            user.openssl(&["verify", "-CAfile", "ca.pem", "-verify_ip", "10.0.0.8", "server.pem"]);
        assert!(!other);
        user.openssl_says(&["x509", "-in", "ca.pem", "-noout", "-text"], &[authority, "pathlen:0"]);
        user.openssl_says(&["x509", "-in", "server.pem", "-noout", "-text"], &[own]);
        user.openssl_says(&["crl", "-in", "ca-crl.pem", "-CAfile", "ca.pem", "-noout"], &["OK"]);
        assert_eq!(mode(&user.certificates()), 0o700);
        for key in ["ca-key.pem", "server-key.pem", "client-key.pem"] {
            assert_eq!(mode(&user.certificates().join(key)), 0o600, "{key}");
        }
    }
}

#[test]
fn what_is_issued_is_listed_and_what_is_revoked_is_on_the_list() {
    let user = User::new();
    user.text(&["init", "--no-client"]);
    let issued = user.json(&["issue", "backup", "--days", "30"]);
    assert_eq!((&issued["name"], &issued["kind"]), (&"backup".into(), &"client".into()));
    let check =
        ["verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "ca-crl.pem", "backup.pem"];
    user.openssl_says(&check, &["OK"]);

    let renewed = user.json(&["issue", "backup", "--renew"]);
    assert_eq!(issued["subject"], renewed["subject"]);
    let list = user.json(&["list"]);
    let names: Vec<&str> =
        list.as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["ca", "server", "backup", "backup"]);

    let serial = issued["serial"].as_str().unwrap();
    let revoked = user.json(&["revoke", serial]);
    assert_eq!(revoked[0]["serial"], issued["serial"]);
    user.openssl_says(&check, &["OK"]);
    // With colons and in capitals, as openssl writes it.
    let written: Vec<String> = renewed["serial"]
        .as_str()
        .unwrap()
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8(pair.to_vec()).unwrap())
        .collect();
    user.json(&["revoke", &written.join(":")]);
    let (valid, said) = user.openssl(&check);
    assert!(!valid && said.contains("certificate revoked"), "{said}");
    let table = user.text(&["list"]);
    assert_eq!(table.matches("revoked 20").count(), 2, "{table}");
    user.openssl_says(&["crl", "-in", "ca-crl.pem", "-noout", "-text"], &["Revoked Certificates"]);
}

#[test]
fn renewing_the_service_keeps_its_names() {
    let user = User::new();
    user.text(&["init", "--name", "kms.example"]);
    user.text(&["issue", "server", "--server", "--renew"]);
    let check = ["verify", "-CAfile", "ca.pem", "-verify_hostname", "kms.example", "server.pem"];
    user.openssl_says(&check, &["OK"]);
    user.text(&["issue", "server", "--server", "--renew", "--name", "other.example"]);
    let (valid, _) = user.openssl(&check);
    assert!(!valid);
}

#[test]
fn pkcs12_is_read_by_openssl() {
    let user = User::new();
    user.text(&["init", "--no-client"]);
    let password = user.home.path().join("password");
    fs::write(&password, "pass word\nand a second line\n").unwrap();
    let password = password.to_str().unwrap();
    let p12 = ["--p12", "--p12-password-file", password];
    user.text(&[&["issue", "new"], &p12[..]].concat());
    user.text(&[&["issue", "old", "--rsa", "--p12-legacy"], &p12[..]].concat());
    let read = |file, more: &[&str]| {
        let arguments = ["pkcs12", "-in", file, "-noenc", "-passin", "pass:pass word"];
        [&arguments[..], more].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (file, more, subject) in [("new.p12", &[][..], "new"), ("old.p12", &["-legacy"], "old")] {
        let arguments = read(file, more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (succeeded, said) = user.openssl(&arguments);
        assert!(succeeded, "{said}");
        assert!(said.contains(&format!("subject=CN = {subject}")), "{said}");
        assert_eq!(said.matches("BEGIN CERTIFICATE").count(), 2, "its own and the authority's");
        assert_eq!(said.matches("BEGIN PRIVATE KEY").count(), 1);
        assert_eq!(mode(&user.certificates().join(file)), 0o600);
    }
    let (succeeded, _) = user.openssl(&["pkcs12", "-in", "new.p12", "-noenc", "-passin", "pass:x"]);
    assert!(!succeeded, "another password does not open it");
    let output = user.run(&["issue", "open", "--p12", "--p12-password-file", "-"], b"from input");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    user.openssl_says(&["pkcs12", "-in", "open.p12", "-noout", "-passin", "pass:from input"], &[]);
    let output = user.run(&["issue", "bare", "--p12"], b"");
    assert!(String::from_utf8_lossy(&output.stderr).contains("empty password"));
    user.openssl_says(&["pkcs12", "-in", "bare.p12", "-noout", "-passin", "pass:"], &[]);
}

#[test]
fn refusals_say_what_to_do() {
    let user = User::new();
    assert!(user.failure(7, &["list"]).contains("claviger cert init"));
    assert!(user.failure(7, &["issue", "client"]).contains("claviger cert init"));
    user.text(&["init"]);
    assert!(user.failure(4, &["init"]).contains("--directory"));
    assert!(user.failure(4, &["issue", "client"]).contains("--renew"));
    assert!(user.failure(2, &["issue", "server", "--renew"]).contains("another kind"));
    for name in ["ca", "../x", "a b", ".x", "x-key", "", &"x".repeat(65)] {
        assert!(user.failure(2, &["issue", name]).contains("cannot be the name"), "{name}");
    }
    assert!(user.failure(2, &["issue", "web", "--server"]).contains("--name"));
    user.failure(2, &["issue", "web", "--name", "x"]);
    user.failure(2, &["issue", "web", "--server", "--name", "https://x"]);
    user.failure(2, &["issue", "x", "--days", "0"]);
    assert!(user.failure(3, &["revoke", "nobody"]).contains("cert list"));
    assert!(user.failure(3, &["revoke", "ca"]).contains("cert list"));
    assert!(user.text(&["revoke", "client"]).contains("\nrevoked"));
    assert!(user.failure(4, &["revoke", "client"]).contains("already"));
    fs::write(user.certificates().join("issued.json"), "{}").unwrap();
    assert!(user.failure(7, &["list"]).contains("backup"));
}

#[test]
fn two_at_once_lose_nothing() {
    let user = User::new();
    user.text(&["init", "--no-client"]);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let user = &user;
            scope.spawn(move || user.text(&["issue", &format!("client-{number}")]));
        }
    });
    assert_eq!(user.json(&["list"]).as_array().unwrap().len(), 10);
}
