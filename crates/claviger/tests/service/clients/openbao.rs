//! OpenBao with `seal "kmip"`: it keeps the key that opens its own seal in the service.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{installed, printed, pykmip_configuration, python, script};
use crate::setting::{GENEROUS, Setting, text};

/// An OpenBao server of a test's own.
struct OpenBao {
    folder: TempDir,
    configuration: String,
    port: u16,
    running: Option<Child>,
}

impl OpenBao {
    /// With a seal that uses the key of this identifier.
    fn new(setting: &Setting, key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, cluster] = free_ports();
        fs::create_dir(folder.path().join("data")).unwrap();
        let [ca, certificate, private] =
            ["ca.pem", "client.pem", "client-key.pem"].map(|name| setting.certificate(name));
        let configuration = format!(
            r#"storage "raft" {{
  path = "{data}"
  node_id = "one"
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_disable = true
}}
api_addr = "http://127.0.0.1:{port}"
cluster_addr = "http://127.0.0.1:{cluster}"
seal "kmip" {{
  endpoint = "{endpoint}"
  kms_key_id = "{key}"
  ca_cert = "{ca}"
  client_cert = "{certificate}"
  client_key = "{private}"
  server_name = "localhost"
}}
"#,
            data = text(&folder.path().join("data")),
            endpoint = setting.address(),
            ca = text(&ca),
            certificate = text(&certificate),
            private = text(&private),
        );
        Self { folder, configuration, port, running: None }
    }

    /// Uses another key from its next start on.
    fn use_key(&mut self, old: &str, new: &str) {
        assert!(self.configuration.contains(old));
        self.configuration = self.configuration.replace(old, new);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts it, after it was stopped.
    fn start(&mut self) {
        self.stop();
        fs::write(self.path("bao.hcl"), &self.configuration).unwrap();
        let log = fs::File::create(self.path("log")).unwrap();
        let mut bao = Command::new(installed("openbao/bin/bao"));
        bao.env_clear().env("HOME", self.folder.path()).current_dir(self.folder.path());
        bao.args(["server", "-config", "bao.hcl"]).stdin(Stdio::null());
        bao.stdout(log.try_clone().unwrap()).stderr(log);
        self.running = Some(bao.spawn().unwrap());
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            running.wait().unwrap();
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Asks it something with curl; null if it does not answer.
    fn ask(&self, path: &str, more: &[&str]) -> Value {
        let url = format!("http://127.0.0.1:{}/v1/sys/{path}", self.port);
        let output = Command::new("curl").args(["--silent", &url]).args(more).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// Waits until it says that it is sealed, or that it is not.
    #[track_caller]
    fn becomes_sealed(&mut self, sealed: bool) {
        self.waits("an answer about its seal", |bao| {
            bao.ask("seal-status", &[])["sealed"].as_bool() == Some(sealed)
        });
    }

    #[track_caller]
    fn waits(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let mut left = GENEROUS;
        while !is_so(self) {
            let ended = self.running.as_mut().and_then(|child| child.try_wait().unwrap());
            assert!(!left.is_zero() && ended.is_none(), "{what}, {ended:?}:\n{}", self.log());
            thread::sleep(Duration::from_millis(100));
            left = left.saturating_sub(Duration::from_millis(100));
        }
    }

    /// Starts it again, and waits until it has unsealed itself.
    #[track_caller]
    fn unseals_itself(&mut self) {
        self.start();
        self.waits("unsealing", |bao| bao.log().contains("core: vault is unsealed"));
        self.becomes_sealed(false);
    }
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ports that nobody listens on. Somebody may take them before they are used, which is as unlikely as it is harmless.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// Does something with a key by PyKMIP, as the client whose certificate OpenBao has, and gives the identifier that it prints.
#[track_caller]
fn key(configuration: &Path, arguments: &[&str]) -> String {
    let fixed = [text(&script("pykmip_key.py")).to_owned(), text(configuration).to_owned()];
    let arguments = arguments.iter().map(|&argument| argument.to_owned());
    let output = python(fixed.into_iter().chain(arguments));
    assert!(output.status.success(), "{}", printed(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn it_unseals_itself_as_long_as_its_key_is_not_revoked() {
    let setting = Setting::new(&[]);
    let configuration = pykmip_configuration(&setting, "client");
    let first = key(&configuration, &["create"]);
    let mut bao = OpenBao::new(&setting, &first);
    bao.start();
    bao.becomes_sealed(true);
    let shares = r#"{"recovery_shares":1,"recovery_threshold":1}"#;
    let made = bao.ask("init", &["--request", "PUT", "--data", shares]);
    assert!(made["root_token"].is_string(), "{made}\n{}", bao.log());
    bao.becomes_sealed(false);
    bao.unseals_itself();

    // The key is rotated: what it sealed is opened with the version that sealed it.
    let second = key(&configuration, &["rekey", &first]);
    assert_ne!(first, second);
    assert_eq!(key(&configuration, &["find"]), second, "the newest version has the name");
    bao.unseals_itself();
    bao.use_key(&first, &second);
    bao.unseals_itself();
    bao.waits("the new key", |bao| bao.log().contains("upgrading stored keys"));
    // From now on nothing needs the old one.
    key(&configuration, &["revoke", &first]);
    bao.unseals_itself();

    key(&configuration, &["revoke", &second]);
    bao.start();
    bao.waits("a refusal", |bao| bao.log().contains("the object was revoked"));
    bao.becomes_sealed(true);
    // It goes on trying, and stays what it is.
    thread::sleep(Duration::from_secs(2));
    bao.becomes_sealed(true);
}
