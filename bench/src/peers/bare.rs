//! The bare server: hyper and serde, and nothing behind them.
//!
//! It parses the same JSON as Claviger, answers with the same fields of the same lengths, and does no cryptography,
//! no audit, no limits and no lookup. It is what a server on this runtime costs at the least, so that a ratio to
//! it says what Claviger adds. It runs on tokio's multi-threaded runtime with one worker per core and with
//! mimalloc, as Claviger does.

use std::{convert::Infallible, net::SocketAddr, path::Path, process::Command};

use anyhow::{Context, Result};
use clap::Args;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{Endpoint, Server, free_address};

/// What the bare server's replies look like; every length comes from a real reply of the same run.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct BareOptions {
    /// The port on 127.0.0.1.
    #[arg(long)]
    pub port: u16,
    /// What a ciphertext starts with, up to its base64.
    #[arg(long, default_value = "claviger:1:default:1:")]
    pub ciphertext_prefix: String,
    /// How many bytes a ciphertext is longer than its plaintext, before base64.
    #[arg(long, default_value_t = 84)]
    pub ciphertext_overhead: usize,
    /// How many characters a signature has.
    #[arg(long, default_value_t = 96)]
    pub signature_length: usize,
}

impl BareOptions {
    /// Takes the lengths from a ciphertext that Claviger made of a plaintext of so many bytes.
    pub fn like(ciphertext: &str, plaintext_bytes: usize) -> Self {
        let prefix = ciphertext.rfind(':').map_or(0, |colon| colon + 1);
        let bytes = (ciphertext.len() - prefix) * 3 / 4;
        Self {
            port: 0,
            ciphertext_prefix: ciphertext[..prefix].to_owned(),
            ciphertext_overhead: bytes.saturating_sub(plaintext_bytes),
            signature_length: 96,
        }
    }

    /// The same with signatures as long as this one.
    pub fn with_signature(self, signature: &str) -> Self {
        Self { signature_length: signature.len(), ..self }
    }

    /// Starts it as a process of its own, from this very binary, with its log in `folder`.
    pub async fn start(&self, folder: &Path) -> Result<Server> {
        self.start_from(&std::env::current_exe()?, folder).await
    }

    /// The same from a `claviger-bench` elsewhere.
    pub async fn start_from(&self, binary: &Path, folder: &Path) -> Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(binary);
        command.arg("bare").args(["--port", &address.port().to_string()]);
        command.args(["--ciphertext-prefix", &self.ciphertext_prefix]);
        command.args(["--ciphertext-overhead", &self.ciphertext_overhead.to_string()]);
        command.args(["--signature-length", &self.signature_length.to_string()]);
        let endpoint = Endpoint { address, headers: &[] };
        let log = folder.join(format!("bare-{}.log", address.port()));
        Server::start("bare hyper", command, endpoint, HEALTH, log).await
    }
}

/// Serves until the process is ended.
pub async fn serve(options: BareOptions) -> Result<()> {
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let listener = TcpListener::bind(address).await.context("the port cannot be listened on")?;
    let options: &'static BareOptions = Box::leak(Box::new(options));
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve_connection(stream, options));
    }
}

async fn serve_connection(stream: TcpStream, options: &'static BareOptions) {
    // A peer that has gone away is no concern of the next one.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, options));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    options: &'static BareOptions,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let route = Route::of(request.method(), request.uri().path());
    let Ok(body) = request.into_body().collect().await else {
        return Ok(reply(StatusCode::BAD_REQUEST, Vec::new()));
    };
    Ok(match route.and_then(|route| route.answer(&body.to_bytes(), options)) {
        Some(json) => reply(StatusCode::OK, json),
        None => reply(StatusCode::BAD_REQUEST, Vec::new()),
    })
}

fn reply(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Health,
    Encrypt,
    Decrypt,
    Sign,
}

impl Route {
    fn of(method: &Method, path: &str) -> Option<Self> {
        match path.rsplit('/').next()? {
            "health" if method == Method::GET => Some(Self::Health),
            "encrypt" if method == Method::POST => Some(Self::Encrypt),
            "decrypt" if method == Method::POST => Some(Self::Decrypt),
            "sign" if method == Method::POST => Some(Self::Sign),
            _ => None,
        }
    }

    fn answer(self, body: &[u8], options: &BareOptions) -> Option<Vec<u8>> {
        match self {
            Self::Health => Some(b"{\"status\":\"ok\"}".to_vec()),
            Self::Encrypt => {
                let request: EncryptRequest = serde_json::from_slice(body).ok()?;
                let plaintext = base64_bytes(&request.plaintext);
                let length = base64_length(plaintext + options.ciphertext_overhead);
                let mut ciphertext =
                    String::with_capacity(options.ciphertext_prefix.len() + length);
                ciphertext.push_str(&options.ciphertext_prefix);
                fill(&mut ciphertext, length);
                serde_json::to_vec(&EncryptReply { ciphertext, key: "default", version: 1 }).ok()
            }
            Self::Decrypt => {
                let request: DecryptRequest = serde_json::from_slice(body).ok()?;
                let base64 =
                    request.ciphertext.len().checked_sub(options.ciphertext_prefix.len())?;
                let bytes = (base64 * 3 / 4).checked_sub(options.ciphertext_overhead)?;
                let plaintext = filled(bytes.div_ceil(3) * 4);
                serde_json::to_vec(&DecryptReply { plaintext, key: "default", version: 1 }).ok()
            }
            Self::Sign => {
                let request: SignRequest = serde_json::from_slice(body).ok()?;
                let signature = filled(options.signature_length);
                let algorithm = request.algorithm.unwrap_or_else(|| "ecdsa-sha-256".to_owned());
                serde_json::to_vec(&SignReply { signature, key: "bench", version: 1, algorithm })
                    .ok()
            }
        }
    }
}

#[derive(Deserialize)]
struct EncryptRequest {
    plaintext: String,
}

#[derive(Serialize)]
struct EncryptReply {
    ciphertext: String,
    key: &'static str,
    version: u32,
}

#[derive(Deserialize)]
struct DecryptRequest {
    ciphertext: String,
}

#[derive(Serialize)]
struct DecryptReply {
    plaintext: String,
    key: &'static str,
    version: u32,
}

#[derive(Deserialize)]
struct SignRequest {
    #[serde(rename = "message")]
    _message: String,
    #[serde(default)]
    algorithm: Option<String>,
}

#[derive(Serialize)]
struct SignReply {
    signature: String,
    key: &'static str,
    version: u32,
    algorithm: String,
}

/// How many bytes padded base64 stands for.
fn base64_bytes(text: &str) -> usize {
    let padding = text.len() - text.trim_end_matches('=').len();
    (text.len() / 4 * 3).saturating_sub(padding)
}

/// How many characters so many bytes take in base64 without padding.
fn base64_length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn filled(length: usize) -> String {
    let mut text = String::with_capacity(length);
    fill(&mut text, length);
    text
}

fn fill(text: &mut String, length: usize) {
    let mut missing = length;
    while missing > 0 {
        let part = missing.min(FILLER.len());
        text.push_str(&FILLER[..part]);
        missing -= part;
    }
}

/// Copied in large pieces, since a character at a time would cost more than the rest of the reply.
const FILLER: &str = match std::str::from_utf8(&[b'A'; 4096]) {
    Ok(filler) => filler,
    Err(_) => unreachable!(),
};

const HEALTH: &str = "/api/v1/kms/health";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn options() -> BareOptions {
        // 100 bytes of plaintext and 84 of overhead are 246 characters of base64.
        let ciphertext = format!("claviger:1:default:1:{}", "x".repeat(246));
        BareOptions::like(&ciphertext, 100).with_signature(&"s".repeat(88))
    }

    fn answered(route: Route, body: &Value) -> Value {
        let reply = route.answer(body.to_string().as_bytes(), &options()).expect("answered");
        serde_json::from_slice(&reply).expect("JSON")
    }

    #[test]
    fn lengths_are_taken_from_a_real_reply() {
        assert_eq!(options().ciphertext_prefix, "claviger:1:default:1:");
        assert_eq!(options().ciphertext_overhead, 84);
        assert_eq!(options().signature_length, 88);
    }

    #[test]
    fn replies_have_the_lengths_of_real_ones() {
        let plaintext = "A".repeat(136); // 100 bytes need 136 characters, two of them padding
        let plaintext = format!("{}==", &plaintext[..134]);
        let sealed = answered(Route::Encrypt, &json!({"plaintext": plaintext}));
        let ciphertext = sealed["ciphertext"].as_str().expect("text");
        assert_eq!(ciphertext.len(), "claviger:1:default:1:".len() + 246);
        let opened = answered(Route::Decrypt, &json!({"ciphertext": ciphertext}));
        assert_eq!(opened["plaintext"].as_str().map(str::len), Some(136));
        let signed = answered(Route::Sign, &json!({"message": "AAAA"}));
        assert_eq!(signed["signature"].as_str().map(str::len), Some(88));
    }

    #[test]
    fn what_does_not_parse_is_not_answered() {
        assert!(Route::Encrypt.answer(b"{\"plaintext\":1}", &options()).is_none());
        assert!(Route::Decrypt.answer(b"{\"ciphertext\":\"short\"}", &options()).is_none());
        assert_eq!(Route::of(&Method::GET, "/api/v1/kms/encrypt"), None);
        assert_eq!(Route::of(&Method::POST, "/api/v1/keys/k/sign"), Some(Route::Sign));
    }
}
