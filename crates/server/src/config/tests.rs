//! Precedence, refusals and defaults.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{
    AuditSync, Configuration, ConfigurationError, Environment, KmipListen, LogFormat, RootKeyPlace,
    command, load,
};
use crate::tls::{OwnFiles, Password};

/// What is given where.
#[derive(Default)]
struct Given<'a> {
    flags: &'a [&'a str],
    environment: &'a [(&'a str, &'a str)],
    dotenv: &'a str,
    file: &'a str,
}

impl Given<'_> {
    fn load(&self) -> Result<Configuration, ConfigurationError> {
        let folder = tempfile::tempdir().unwrap();
        let (dotenv, file) = (folder.path().join(".env"), folder.path().join("server.toml"));
        if !self.dotenv.is_empty() {
            fs::write(&dotenv, self.dotenv).unwrap();
            fs::set_permissions(&dotenv, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let mut flags: Vec<OsString> = vec!["server".into()];
        if !self.file.is_empty() {
            fs::write(&file, self.file).unwrap();
            flags.extend(["--config".into(), file.into_os_string()]);
        }
        flags.extend(self.flags.iter().map(OsString::from));
        let matches = command().try_get_matches_from(flags).unwrap();
        let variables = [("HOME", "/a-home")];
        let variables = variables.iter().chain(self.environment);
        let environment = Environment::from_variables(
            variables.map(|(name, value)| (OsString::from(name), OsString::from(value))),
        );
        load(&matches, environment, &dotenv)
    }

    fn refusal(&self) -> String {
        match self.load() {
            Ok(_) => panic!("it was not refused"),
            Err(error) => error.to_string(),
        }
    }
}

#[test]
fn defaults_hold_when_nothing_is_given() {
    let configuration = Given::default().load().unwrap();
    assert_eq!(configuration.data_dir, PathBuf::from("/a-home/.local/share/claviger"));
    assert_eq!(configuration.audit_dir, configuration.data_dir.join("audit"));
    assert_eq!((configuration.hostname.as_str(), configuration.port), ("127.0.0.1", 9998));
    assert!(matches!(configuration.root_key, RootKeyPlace::Development));
    assert_eq!(configuration.audit_sync, AuditSync::Interval);
    assert!(!configuration.allow_remote);
}

#[test]
fn each_place_wins_over_the_next() {
    let mut given = Given { file: "port = 4", ..Given::default() };
    assert_eq!(given.load().unwrap().port, 4);
    given.dotenv = "KMS_PORT=3";
    assert_eq!(given.load().unwrap().port, 3);
    given.environment = &[("KMS_PORT", "2")];
    assert_eq!(given.load().unwrap().port, 2);
    given.flags = &["--port", "1"];
    assert_eq!(given.load().unwrap().port, 1);
}

#[test]
fn every_kind_of_value_comes_from_every_place() {
    let file = "data-dir = '/d'\nallow-remote = true\naudit-sync = 'always'\nmax-connections = 7\n";
    let from_file = Given { file, ..Given::default() }.load().unwrap();
    let flags = &["--data-dir=/d", "--allow-remote", "--audit-sync=always", "--max-connections=7"];
    let from_flags = Given { flags, ..Given::default() }.load().unwrap();
    let environment = &[
        ("KMS_DATA_DIR", "/d"),
        ("KMS_ALLOW_REMOTE", "true"),
        ("KMS_AUDIT_SYNC", "always"),
        ("KMS_MAX_CONNECTIONS", "7"),
    ];
    let from_environment = Given { environment, ..Given::default() }.load().unwrap();
    for configuration in [from_file, from_flags, from_environment] {
        assert_eq!(configuration.data_dir, PathBuf::from("/d"));
        assert!(configuration.allow_remote);
        assert_eq!(configuration.audit_sync, AuditSync::Always);
        assert_eq!(configuration.max_connections, 7);
    }
    let given =
        Given { flags: &["--allow-remote=false"], file: "allow-remote = true", ..Given::default() };
    assert!(!given.load().unwrap().allow_remote);
}

#[test]
fn the_root_key_comes_from_one_place() {
    let text = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let environment = &[("KMS_ROOT_KEY", text)];
    let configuration = Given { environment, ..Given::default() }.load().unwrap();
    assert!(
        matches!(&configuration.root_key, RootKeyPlace::Environment(key) if key.equals(text.as_bytes()))
    );
    let dotenv = format!("KMS_ROOT_KEY={text}");
    let configuration = Given { dotenv: &dotenv, ..Given::default() }.load().unwrap();
    assert!(
        matches!(&configuration.root_key, RootKeyPlace::Environment(key) if key.equals(text.as_bytes()))
    );
    let both = Given { environment, flags: &["--root-key-file", "/x"], ..Given::default() };
    assert!(both.refusal().contains("given twice"));
}

#[test]
fn what_is_not_an_option_is_refused_wherever_it_stands() {
    let refusal = Given { environment: &[("KMS_PROT", "1")], ..Given::default() }.refusal();
    assert!(refusal.starts_with("KMS_PROT in the environment is not an option"), "{refusal}");
    let refusal = Given { dotenv: "KMS_PROT=1", ..Given::default() }.refusal();
    assert!(refusal.contains("KMS_PROT in ") && refusal.contains(".env"), "{refusal}");
    for file in ["prot = 1", "root-key = 'x'", "config = 'x'", "[server]\nport = 1"] {
        let refusal = Given { file, ..Given::default() }.refusal();
        assert!(refusal.contains("is not an option"), "{file}: {refusal}");
    }
    assert!(command().try_get_matches_from(["server", "--prot", "1"]).is_err());
    assert!(command().try_get_matches_from(["server", "--root-key", "x"]).is_err());
    let others = &[("KMS_SERVICE_URL", "x"), ("KMS_PORT_9998_TCP", "x"), ("OTHER", "x")];
    assert!(Given { environment: others, ..Given::default() }.load().is_ok());
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_what_would() {
    for (given, part) in [
        (
            Given { flags: &["--port", "65536"], ..Given::default() },
            "--port in the command line is `65536`",
        ),
        (
            Given { environment: &[("KMS_PORT", "tcp://10.0.0.1:1")], ..Given::default() },
            "enableServiceLinks",
        ),
        (
            Given { environment: &[("KMS_DATABASE_TYPE", "mysql")], ..Given::default() },
            "must be `sqlite`",
        ),
        (Given { environment: &[("KMS_DATA_DIR", "")], ..Given::default() }, "must be a path"),
        (Given { file: "port = '1'", ..Given::default() }, "a whole number without quotes"),
        (Given { file: "port = 70000", ..Given::default() }, "a number from 0 to 65535"),
        (Given { file: "hostname = 1", ..Given::default() }, "a string in quotes"),
        (Given { file: "port = 1\nport = 2", ..Given::default() }, "line 2"),
        (Given { dotenv: "KMS_PORT", ..Given::default() }, "line 1"),
        (
            Given { flags: &["--config", "/nowhere/x"], ..Given::default() },
            "/nowhere/x cannot be read",
        ),
    ] {
        let refusal = given.refusal();
        assert!(refusal.contains(part), "{refusal}");
    }
}

#[test]
fn a_dotenv_with_the_root_key_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let dotenv = folder.path().join(".env");
    fs::write(&dotenv, "KMS_ROOT_KEY=secret").unwrap();
    fs::set_permissions(&dotenv, fs::Permissions::from_mode(0o640)).unwrap();
    let matches = command().try_get_matches_from(["server"]).unwrap();
    let environment = Environment::from_variables(std::iter::empty());
    let Err(refusal) = load(&matches, environment, &dotenv) else { panic!("it was not refused") };
    assert!(refusal.to_string().contains("mode 0640"), "{refusal}");
    assert!(!refusal.to_string().contains("secret"), "{refusal}");
}

#[test]
fn without_a_home_the_data_directory_has_to_be_named() {
    let matches = command().try_get_matches_from(["server"]).unwrap();
    let environment = Environment::from_variables(std::iter::empty());
    let missing = PathBuf::from("/nowhere/.env");
    assert!(matches!(load(&matches, environment, &missing), Err(ConfigurationError::NoDataDir)));
    let environment = Environment::from_variables(
        [("XDG_DATA_HOME".into(), "/data".into()), ("HOME".into(), "/a-home".into())].into_iter(),
    );
    let configuration = load(&matches, environment, &missing).unwrap();
    assert_eq!(configuration.data_dir, PathBuf::from("/data/claviger"));
    assert_eq!(configuration.log_format, LogFormat::Text);
}

#[test]
fn the_kmip_listener_has_all_of_its_files_or_none() {
    let configuration = Given::default().load().unwrap();
    assert!(configuration.kmip.listen.is_none() && configuration.kmip.files.is_none());
    let environment = &[("KMS_KMIP_LISTEN", "[::1]:1"), ("KMS_KMIP_CLIENT_CA_FILE", "/ca")];
    let flags = &["--kmip-cert-file=/c", "--kmip-key-file=/k", "--kmip-crl-file=/l"];
    let configuration = Given { flags, environment, ..Given::default() }.load().unwrap();
    let listen = KmipListen::At { hostname: "[::1]".to_owned(), port: 1 };
    assert_eq!(configuration.kmip.listen, Some(listen));
    let files = configuration.kmip.files.unwrap();
    assert!(matches!(&files.own, OwnFiles::Pem { certificate, key }
        if certificate.as_os_str() == "/c" && key.as_os_str() == "/k"));
    assert_eq!(files.client_authorities, PathBuf::from("/ca"));
    assert_eq!(files.revocation_lists, Some(PathBuf::from("/l")));

    let flags = &["--kmip-p12-file=/p", "--kmip-client-ca-file=/ca"];
    let environment = &[("KMS_KMIP_P12_PASSWORD", "a password")];
    let configuration = Given { flags, environment, ..Given::default() }.load().unwrap();
    assert!(matches!(&configuration.kmip.files.unwrap().own,
        OwnFiles::Pkcs12 { password: Password::Given(password), .. } if password.equals(b"a password")));

    for (flags, part) in [
        (&["--kmip-cert-file=/c", "--kmip-client-ca-file=/ca"][..], "belong together"),
        (&["--kmip-key-file=/k", "--kmip-client-ca-file=/ca"], "belong together"),
        (&["--kmip-cert-file=/c", "--kmip-key-file=/k"], "--kmip-client-ca-file"),
        (&["--kmip-p12-file=/p"], "--kmip-client-ca-file"),
        (&["--kmip-client-ca-file=/ca"], "--kmip-cert-file"),
        (&["--kmip-crl-file=/l"], "--kmip-cert-file"),
        (&["--kmip-p12-password-file=/w"], "no such file"),
        (&["--kmip-cert-file=/c", "--kmip-key-file=/k", "--kmip-p12-file=/p"], "given twice"),
    ] {
        let refusal = Given { flags, ..Given::default() }.refusal();
        assert!(refusal.contains(part), "{flags:?}: {refusal}");
    }
    let flags = &["--kmip-p12-file=/p", "--kmip-p12-password-file=/w", "--kmip-client-ca-file=/ca"];
    let refusal = Given { flags, environment, ..Given::default() }.refusal();
    assert!(refusal.contains("given twice") && !refusal.contains("a password"), "{refusal}");
    assert!(command().try_get_matches_from(["server", "--kmip-p12-password", "x"]).is_err());
}
