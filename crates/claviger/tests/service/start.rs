//! What is refused at start: each refusal says what is wrong and what to do, and has its exit code.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_testkit::process::{ServiceOptions, StartFailure};

use crate::client::Client;
use crate::{options, service};

const CONFIGURATION: i32 = 2;
const DATA: i32 = 3;
const ROOT_KEY: i32 = 4;
const ADDRESS: i32 = 5;
const IN_USE: i32 = 6;

#[track_caller]
fn refused(options: ServiceOptions, code: i32, parts: &[&str]) -> StartFailure {
    let failure = options.refusal();
    assert_eq!(failure.code, Some(code), "{failure}");
    for part in parts {
        assert!(failure.said.contains(part), "{part:?} is missing: {failure}");
    }
    failure
}

#[test]
fn root_keys_that_are_no_root_keys() {
    let advice = "head -c 32 /dev/urandom | base64";
    for length in [0, 16, 31, 33, 64] {
        let text = STANDARD.encode(vec![7; length]);
        let said = format!("the root key has {length} bytes and must have 32");
        let failure = refused(
            options().variable("KMS_ROOT_KEY", &text),
            ROOT_KEY,
            &[&said, advice, "KMS_ROOT_KEY"],
        );
        assert!(text.is_empty() || !failure.said.contains(&text), "the key is printed: {failure}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        fs::write(&file, text + "\n").unwrap();
        let path = file.to_str().unwrap();
        refused(options().argument("--root-key-file").argument(path), ROOT_KEY, &[&said, path]);
    }
    let raw = "ab cd!";
    let failure =
        refused(options().variable("KMS_ROOT_KEY", raw), ROOT_KEY, &["is not base64", advice]);
    assert!(!failure.said.contains(raw), "the key is printed: {failure}");
    let missing = options().argument("--root-key-file").argument("/nowhere/root-key");
    refused(missing, ROOT_KEY, &["/nowhere/root-key", "cannot be read"]);
    let both = options().argument("--root-key-file=/x").variable("KMS_ROOT_KEY", "x");
    refused(both, CONFIGURATION, &["given twice"]);
}

#[tokio::test]
async fn a_root_key_from_the_environment_or_a_file_is_one_and_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("key"));
    let text = STANDARD.encode([7; 32]);
    fs::write(&file, &text).unwrap();
    let mut first = options().data_dir(&data).variable("KMS_ROOT_KEY", &text).start().unwrap();
    let ciphertext = Client::of(&first).encrypted("default", "text").await;
    assert!(!first.said().contains("development seal"), "{}", first.said());
    assert!(!first.said().contains(&text), "the key is printed");
    assert!(!data.join("root-key").exists());
    assert!(first.stop().success());

    let mut second =
        options().data_dir(&data).variable("KMS_ROOT_KEY_FILE", &file).start().unwrap();
    Client::of(&second).opens(&ciphertext, "text").await;
    assert!(second.stop().success());

    let other = options().data_dir(&data).variable("KMS_ROOT_KEY", STANDARD.encode([8; 32]));
    refused(
        other,
        ROOT_KEY,
        &["is not the one that the database", "KMS_ROOT_KEY", "start with that one"],
    );
    let none = options().data_dir(&data);
    refused(none, ROOT_KEY, &["no root key for it", "--root-key-file"]);
    assert!(!data.join("root-key").exists(), "a refused start leaves no key behind");

    let mut third = options().data_dir(&data).variable("KMS_ROOT_KEY", &text).start().unwrap();
    Client::of(&third).opens(&ciphertext, "text").await;
    assert!(third.stop().success());
}

#[test]
fn a_development_root_key_that_others_can_read() {
    let mut service = service();
    let path = service.data_dir().join("root-key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(service.said().contains("development seal"), "{}", service.said());
    service.stop();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let failure = service.start_again().unwrap_err();
    assert_eq!(failure.code, Some(ROOT_KEY), "{failure}");
    assert!(failure.said.contains("mode 0644") && failure.said.contains("chmod 600"), "{failure}");
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    refused(
        options().port(port),
        ADDRESS,
        &[&port.to_string(), "another program listens there", "--port"],
    );
}

#[test]
fn addresses_that_others_reach() {
    refused(options().argument("--hostname=0.0.0.0"), CONFIGURATION, &["--allow-remote"]);
    refused(
        options().argument("--hostname=no-such-name.invalid"),
        ADDRESS,
        &["stands for no address"],
    );
    let mut allowed =
        options().argument("--hostname=0.0.0.0").argument("--allow-remote").start().unwrap();
    assert!(allowed.stop().success());
}

#[tokio::test]
async fn a_second_server_on_the_same_data() {
    let first = service();
    let process = first.process_id().to_string();
    let second = options().data_dir(first.data_dir());
    refused(second, IN_USE, &["is in use by", &process, "stop it first"]);
    let client = Client::of(&first);
    let ciphertext = client.encrypted("default", "still served").await;
    client.opens(&ciphertext, "still served").await;
}

#[test]
fn options_that_there_are_not() {
    refused(options().argument("--prot=1"), CONFIGURATION, &["--prot", "--port"]);
    refused(options().variable("KMS_PROT", "1"), CONFIGURATION, &["KMS_PROT", "--help"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    fs::write(&file, "prot = 1\n").unwrap();
    let path = file.to_str().unwrap();
    refused(options().argument("--config").argument(path), CONFIGURATION, &["`prot`", path]);
    refused(options().argument("--database-type=postgres"), CONFIGURATION, &["postgres", "sqlite"]);
    refused(
        options().variable("KMS_DATABASE_TYPE", "mysql"),
        CONFIGURATION,
        &["mysql", "`sqlite`"],
    );
    refused(options().argument("--worker-threads=0"), CONFIGURATION, &["`0`", "1 to 1024"]);
}

#[test]
fn data_directories_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    refused(options().data_dir(&file), DATA, &[file.to_str().unwrap(), "a file is in its place"]);
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    refused(options().data_dir(&open), DATA, &["mode 0777", "chmod 700"]);
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("claviger.db"), "no database at all, but some text".repeat(100)).unwrap();
    let key = STANDARD.encode([7; 32]);
    refused(options().data_dir(&other).variable("KMS_ROOT_KEY", key), DATA, &["is not a database"]);
}

#[test]
fn values_come_from_the_configuration_file_and_dotenv() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    let audit = folder.path().join("records");
    fs::write(&file, format!("audit-dir = {:?}\nlog-level = \"debug\"\n", audit.to_str().unwrap()))
        .unwrap();
    let mut service = options().argument("--config").argument(&file).start().unwrap();
    assert!(audit.join("audit-000001.log").exists(), "{}", service.said());
    let elsewhere = folder.path().join("from-dotenv");
    fs::write(service.home().join(".env"), format!("KMS_AUDIT_DIR='{}'\n", elsewhere.display()))
        .unwrap();
    service.stop();
    let failure = service.start_again();
    // The log belongs to the data: where it should be going on there is none, which is for the audit log to judge.
    assert!(failure.is_ok(), "{failure:?}");
    assert!(elsewhere.join("audit-000001.log").exists(), "{}", service.said());
}
