//! Claviger itself, as a new user would start and ask it: the only place here that knows its options and routes.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use claviger_certificates::layout;
use serde_json::{Value, json};

use crate::server::{Endpoint, Server, free_address, list, text};

/// A running Claviger server.
pub struct Claviger {
    /// The process.
    pub server: Server,
}

/// When audit records are synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditSync {
    /// As without the option: what changes state before its reply, the rest within 100 ms.
    Default,
    /// Every record before its reply.
    Always,
}

impl Claviger {
    /// Starts `claviger server` on a free port with its data in `folder`, which is made if it is missing.
    pub async fn start(binary: &Path, folder: &Path, sync: AuditSync) -> Result<Self> {
        Self::start_with(binary, folder, sync, &[]).await
    }

    /// The same with a listener for KMIP on this address, and its certificates where [`certificates_in`] says.
    pub async fn start_with_kmip(
        binary: &Path,
        folder: &Path,
        address: SocketAddr,
    ) -> Result<Self> {
        let listen = address.to_string();
        Self::start_with(binary, folder, AuditSync::Default, &["--kmip-listen", &listen]).await
    }

    async fn start_with(
        binary: &Path,
        folder: &Path,
        sync: AuditSync,
        options: &[&str],
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let data = folder.join("data");
        let address = free_address()?;
        let mut command = Command::new(binary);
        command.arg("server").arg("--data-dir").arg(&data);
        command.args(["--port", &address.port().to_string()]).args(options).env("HOME", folder);
        let name = match sync {
            AuditSync::Default => "Claviger",
            AuditSync::Always => {
                command.args(["--audit-sync", "always"]);
                "Claviger, sync always"
            }
        };
        let endpoint = Endpoint { address, headers: &[] };
        let log = folder.join("log");
        Ok(Self { server: Server::start(name, command, endpoint, HEALTH, log).await? })
    }

    /// Creates a key; `algorithm` is a template's name such as `aes-256-gcm` or `ecdsa-p256`.
    pub async fn create_key(&self, name: &str, algorithm: &str) -> Result<()> {
        let body = create_body(name, algorithm, None);
        self.server.endpoint.call("POST", KEYS, Some(&body)).await?;
        Ok(())
    }

    /// Encrypts once with the key `default`; gives the ciphertext.
    pub async fn encrypt(&self, plaintext: &str) -> Result<String> {
        let body = json!({"plaintext": plaintext});
        let reply = self.server.endpoint.call("POST", ENCRYPT, Some(&body)).await?;
        Ok(text(&reply, "/ciphertext")?.to_owned())
    }

    /// A request that decrypts what this server has just encrypted, once it was seen to give the plaintext back.
    pub async fn decrypt_request(&self, plaintext: &str) -> Result<Vec<u8>> {
        let body = json!({"ciphertext": self.encrypt(plaintext).await?});
        let reply = self.server.endpoint.call("POST", DECRYPT, Some(&body)).await?;
        ensure!(
            text(&reply, "/plaintext")? == plaintext,
            "Claviger does not give the plaintext back"
        );
        Ok(self.server.endpoint.post(DECRYPT, &body))
    }

    /// A request that encrypts a batch of plaintexts, once every item was seen to succeed.
    pub async fn encrypt_batch_request(&self, plaintexts: &[String]) -> Result<Vec<u8>> {
        let body = batch("plaintext", plaintexts);
        self.checked_batch(ENCRYPT, &body, "ciphertext").await?;
        Ok(self.server.endpoint.post(ENCRYPT, &body))
    }

    /// A request that decrypts a batch, once every item was seen to give its plaintext back.
    pub async fn decrypt_batch_request(&self, plaintexts: &[String]) -> Result<Vec<u8>> {
        let sealed =
            self.checked_batch(ENCRYPT, &batch("plaintext", plaintexts), "ciphertext").await?;
        let body = batch("ciphertext", &sealed);
        let opened = self.checked_batch(DECRYPT, &body, "plaintext").await?;
        ensure!(opened == plaintexts, "Claviger does not give a batch's plaintexts back");
        Ok(self.server.endpoint.post(DECRYPT, &body))
    }

    /// Signs once and gives the signature, once it was seen to be valid.
    pub async fn sign(&self, key: &str, message: &str) -> Result<String> {
        let endpoint = &self.server.endpoint;
        let body = json!({"message": message});
        let reply = endpoint.call("POST", &sign_path(key), Some(&body)).await?;
        let signature = text(&reply, "/signature")?;
        let body = json!({"message": message, "signature": signature});
        let reply = endpoint.call("POST", &format!("{KEYS}/{key}/verify"), Some(&body)).await?;
        ensure!(reply["valid"] == json!(true), "Claviger does not take its own signature");
        Ok(signature.to_owned())
    }

    async fn checked_batch(&self, path: &str, body: &Value, field: &str) -> Result<Vec<String>> {
        let reply = self.server.endpoint.call("POST", path, Some(body)).await?;
        list(&reply, "/items")?
            .iter()
            .map(|item| text(item, &format!("/{field}")).map(str::to_owned))
            .collect()
    }
}

/// Where a server with its data in `folder` finds certificates.
pub fn certificates_in(folder: &Path) -> PathBuf {
    folder.join("data").join(layout::DIRECTORY)
}

/// A request that encrypts one plaintext, given in base64, with the key `default`; the bare server takes it too.
pub fn encrypt_request(endpoint: &Endpoint, plaintext: &str) -> Vec<u8> {
    endpoint.post(ENCRYPT, &json!({"plaintext": plaintext}))
}

/// A request that decrypts this ciphertext; the bare server takes it too.
pub fn decrypt_request(endpoint: &Endpoint, ciphertext: &str) -> Vec<u8> {
    endpoint.post(DECRYPT, &json!({"ciphertext": ciphertext}))
}

/// A request that signs one message, given in base64; the bare server takes it too.
pub fn sign_request(endpoint: &Endpoint, key: &str, message: &str) -> Vec<u8> {
    endpoint.post(&sign_path(key), &json!({"message": message}))
}

/// A request that creates a symmetric key, with a tag or without.
pub fn create_request(endpoint: &Endpoint, name: &str, tag: Option<&str>) -> Vec<u8> {
    endpoint.post(KEYS, &create_body(name, "aes-256-gcm", tag))
}

/// A request that shows one key.
pub fn show_request(endpoint: &Endpoint, name: &str) -> Vec<u8> {
    endpoint.get(&format!("{KEYS}/{name}"))
}

/// A request that lists the keys with a tag.
pub fn list_by_tag_request(endpoint: &Endpoint, tag: &str) -> Vec<u8> {
    endpoint.get(&format!("{KEYS}?tag={tag}"))
}

/// How many keys a reply to [`list_by_tag_request`] holds.
pub async fn count_by_tag(endpoint: &Endpoint, tag: &str) -> Result<usize> {
    let reply = endpoint.call("GET", &format!("{KEYS}?tag={tag}"), None).await?;
    Ok(list(&reply, "/keys")?.len())
}

/// Commands of Claviger's command line against a running server.
pub struct CommandLine {
    /// The binary.
    pub binary: PathBuf,
    /// The server's URL.
    pub url: String,
}

impl CommandLine {
    /// `claviger encrypt-file INPUT --output OUTPUT`
    pub fn encrypt_file(&self, input: &Path, output: &Path) -> Command {
        self.file_command("encrypt-file", input, output)
    }

    /// `claviger decrypt-file INPUT --output OUTPUT`
    pub fn decrypt_file(&self, input: &Path, output: &Path) -> Command {
        self.file_command("decrypt-file", input, output)
    }

    fn file_command(&self, name: &str, input: &Path, output: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(name).arg(input).arg("--output").arg(output);
        command.env("KMS_SERVICE_URL", &self.url);
        command
    }
}

/// What `claviger --version` says.
pub fn version(binary: &Path) -> Result<String> {
    let output = Command::new(binary).arg("--version").output();
    let output = output.context("claviger cannot be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn create_body(name: &str, algorithm: &str, tag: Option<&str>) -> Value {
    match tag {
        Some(tag) => json!({"name": name, "algorithm": algorithm, "tags": [tag]}),
        None => json!({"name": name, "algorithm": algorithm}),
    }
}

fn batch(field: &str, values: &[String]) -> Value {
    let items: Vec<Value> = values.iter().map(|value| json!({field: value})).collect();
    json!({"items": items})
}

fn sign_path(key: &str) -> String {
    format!("{KEYS}/{key}/sign")
}

const HEALTH: &str = "/api/v1/kms/health";
const ENCRYPT: &str = "/api/v1/kms/encrypt";
const DECRYPT: &str = "/api/v1/kms/decrypt";
const KEYS: &str = "/api/v1/keys";
