//! The HTTP client of these tests: a call, and what came back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_testkit::process::Service;
use reqwest::Method;
use serde_json::{Value, json};

/// A client of one service. Clones share connections.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The JSON body; null if there was none.
    pub(crate) body: Value,
}

impl Reply {
    /// The body of a reply that has to be good.
    #[track_caller]
    pub(crate) fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }

    /// Whether it is a problem with this status and code, which says what to do.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert!(self.body["detail"].is_string() && self.body["remedy"].is_string(), "{self:?}");
    }
}

impl Client {
    /// A client of this service as it runs now.
    pub(crate) fn of(service: &Service) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        Self { http, url: service.url() }
    }

    /// A client that speaks HTTP/2 without asking.
    pub(crate) fn http2(service: &Service) -> Self {
        let builder = reqwest::Client::builder().timeout(Duration::from_secs(60));
        Self { http: builder.http2_prior_knowledge().build().unwrap(), url: service.url() }
    }

    /// One call; the error if no reply came.
    pub(crate) async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Reply> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await?;
        Ok(Reply { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.try_call(Method::GET, path, None).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.try_call(Method::POST, path, Some(body)).await.unwrap()
    }

    /// Creates an AES-256 key.
    pub(crate) async fn create(&self, name: &str) -> Reply {
        self.post("/api/v1/keys", &json!({"name": name})).await
    }

    /// Encrypts with a key.
    pub(crate) async fn encrypt(&self, key: &str, plaintext: &str) -> Reply {
        let body = json!({"key": key, "plaintext": STANDARD.encode(plaintext)});
        self.post("/api/v1/kms/encrypt", &body).await
    }

    /// Decrypts what one of the services has encrypted.
    pub(crate) async fn decrypt(&self, ciphertext: &str) -> Reply {
        self.post("/api/v1/kms/decrypt", &json!({"ciphertext": ciphertext})).await
    }

    /// Encrypts with a key that works, and gives the ciphertext.
    pub(crate) async fn encrypted(&self, key: &str, plaintext: &str) -> String {
        let reply = self.encrypt(key, plaintext).await.good();
        reply["ciphertext"].as_str().unwrap().to_owned()
    }

    /// Asserts that a ciphertext opens.
    #[track_caller]
    pub(crate) fn opens(
        &self,
        ciphertext: &str,
        plaintext: &str,
    ) -> impl Future<Output = ()> + use<'_> {
        let place = std::panic::Location::caller();
        let (ciphertext, plaintext) = (ciphertext.to_owned(), STANDARD.encode(plaintext));
        async move {
            let reply = self.decrypt(&ciphertext).await;
            assert_eq!(reply.body["plaintext"], plaintext.as_str(), "{place}: {reply:?}");
        }
    }
}
