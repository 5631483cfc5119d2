//! The exchange with the real `age`: what one writes the other reads, with native keys, in ASCII armor
//! and through the plugin.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, thread};

use claviger_age::armor::{ArmoredWriter, MaybeArmored};
use claviger_age::claviger::{self, Context, FromServer, ToKey};
use claviger_age::identity_file::{self, Entry};
use claviger_age::{Identity, Recipient, decrypt, encrypt, x25519};
use tempfile::TempDir;

use crate::fixed_key::FixedKey;
use crate::{example_program, sample};

/// Sizes of files: empty, small, at a boundary of chunks, several megabytes.
const SIZES: [usize; 5] = [0, 1, 65_536, 65_537, 3_000_001];

/// A folder with a plugin under the name that `age` looks for.
struct Age {
    folder: TempDir,
}

impl Age {
    fn new() -> Self {
        let version = Command::new("age").arg("--version").output();
        let found = version.is_ok_and(|output| output.status.success());
        assert!(found, "age is not installed; install it with: apt-get install age");
        let folder = tempfile::tempdir().expect("a folder");
        let plugin = folder.path().join("age-plugin-claviger");
        std::os::unix::fs::symlink(example_program("fixed_key_plugin"), plugin).expect("a link");
        Self { folder }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    /// Runs `age` with these arguments and this input.
    #[expect(clippy::disallowed_methods, reason = "the real age is found where the user finds it")]
    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path);
        let folders = std::iter::once(self.folder.path().to_owned()).chain(folders);
        let mut child = Command::new("age")
            .args(arguments)
            .env("PATH", env::join_paths(folders).expect("a PATH"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("age starts");
        let mut stdin = child.stdin.take().expect("piped");
        thread::scope(|scope| {
            // age may refuse before it has read everything.
            scope.spawn(move || stdin.write_all(input).ok());
            child.wait_with_output().expect("age ends")
        })
    }

    fn succeed(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.run(arguments, input);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "age {arguments:?}: {errors}");
        output.stdout
    }

    fn fail(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        assert!(!output.status.success(), "age {arguments:?} succeeded");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn ours(text: &[u8], recipients: &[&dyn Recipient]) -> Vec<u8> {
    let mut file = Vec::new();
    encrypt(text, &mut file, recipients, |_| {}).expect("encrypts");
    file
}

fn opened(file: &[u8], identity: &dyn Identity) -> Vec<u8> {
    let mut text = Vec::new();
    let reader = MaybeArmored::new(file).expect("reads");
    decrypt(reader, &mut text, &[identity], |_| {}).expect("decrypts");
    text
}

fn context() -> Context {
    Context::from([("env".to_owned(), "prod".to_owned())])
}

#[test]
fn native_keys() {
    let age = Age::new();
    let identity = x25519::Identity::generate().expect("random");
    let recipient = identity.recipient();
    let key_file = age.file("identity", identity.expose_to_save().as_bytes());
    for text in SIZES.map(sample) {
        let file = ours(&text, &[&recipient]);
        assert!(age.succeed(&["-d", "-i", text_of(&key_file)], &file) == text);
        let file = age.succeed(&["-r", &recipient.to_string()], &text);
        assert!(opened(&file, &identity) == text);
    }
}

#[test]
fn keys_of_age_keygen() {
    let age = Age::new();
    let output = Command::new("age-keygen").output().expect("age-keygen comes with age");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let entries = identity_file::parse(&text).expect("an identity file");
    let [Entry::X25519(identity)] = &entries[..] else { panic!("one native identity: {text}") };
    let named = text.lines().find_map(|line| line.strip_prefix("# public key: ")).expect("named");
    assert_eq!(identity.recipient().to_string(), named);
    assert_eq!(opened(&age.succeed(&["-r", named], b"text"), identity), b"text");
}

#[test]
fn armor() {
    let age = Age::new();
    let identity = x25519::Identity::generate().expect("random");
    let key_file = age.file("identity", identity.expose_to_save().as_bytes());
    for text in SIZES.map(sample) {
        let mut writer = ArmoredWriter::new(Vec::new());
        encrypt(&text[..], &mut writer, &[&identity.recipient()], |_| {}).expect("encrypts");
        let file = writer.finish().expect("memory");
        assert!(age.succeed(&["-d", "-i", text_of(&key_file)], &file) == text);
        let file = age.succeed(&["-a", "-r", &identity.recipient().to_string()], &text);
        assert!(file.starts_with(b"-----BEGIN AGE"));
        assert!(opened(&file, &identity) == text);
    }
}

#[test]
fn through_the_plugin() {
    let age = Age::new();
    let recipient = claviger::Recipient::new("files", Some("https://kms.example"), context());
    let recipient = recipient.expect("valid");
    let identity = claviger::Identity::new(None, context()).expect("valid");
    let key_file = age.file("identity", format!("# a comment\n{identity}\n").as_bytes());
    for text in SIZES.map(sample) {
        let by_age = age.succeed(&["-r", &recipient.to_string()], &text);
        let by_us = ours(&text, &[&ToKey { wrapper: &FixedKey, recipient: &recipient }]);
        for file in [by_age, by_us] {
            assert!(age.succeed(&["-d", "-i", text_of(&key_file)], &file) == text);
            let from = FromServer { wrapper: &FixedKey, identity: &identity };
            assert!(opened(&file, &from) == text);
        }
    }
}

#[test]
fn several_recipients() {
    let age = Age::new();
    let native = x25519::Identity::generate().expect("random");
    let names = ["one", "two"];
    let mut arguments = vec!["-r".to_owned(), native.recipient().to_string()];
    for name in names {
        let recipient = claviger::Recipient::new(name, None, Context::new()).expect("valid");
        arguments.extend(["-r".to_owned(), recipient.to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = sample(100_000);
    let file = age.succeed(&arguments, &text);
    let identity = claviger::Identity::default();
    assert!(opened(&file, &native) == text);
    assert!(opened(&file, &FromServer { wrapper: &FixedKey, identity: &identity }) == text);
    let key_file = age.file("identity", identity.to_string().as_bytes());
    assert!(age.succeed(&["-d", "-i", text_of(&key_file)], &file) == text);
}

#[test]
fn refusals_reach_the_user() {
    let age = Age::new();
    let refused = claviger::Recipient::new("refused", None, Context::new()).expect("valid");
    let message = age.fail(&["-r", &refused.to_string()], b"text");
    assert!(message.contains("the key may not be used to encrypt"), "{message}");

    let unknown = claviger_age::plugin::encode_recipient("claviger", &[9]).expect("a name");
    let message = age.fail(&["-r", &unknown], b"text");
    assert!(message.contains("its version is not 1"), "{message}");

    let recipient = claviger::Recipient::new("files", None, context()).expect("valid");
    let file = age.succeed(&["-r", &recipient.to_string()], b"text");
    let key_file = age.file("identity", claviger::Identity::default().to_string().as_bytes());
    let message = age.fail(&["-d", "-i", text_of(&key_file)], &file);
    assert!(message.contains("its context is not the right one"), "{message}");
}
