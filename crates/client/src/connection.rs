//! The connection to one service: addresses, requests and their deadlines.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::reply;
use crate::wiped::WipedBuffer;

/// How long a connection may take to come about.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// How long a request may take: longer than the longest deadlines of the service, of body and operation together.
const REQUEST_DEADLINE: Duration = Duration::from_secs(300);
/// Room for a small request.
const SMALL: usize = 1024;

/// A client of one service. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    /// With a path that ends with `/`.
    base: Url,
}

impl Client {
    /// A client of the service at this address, such as `http://127.0.0.1:9998`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`] if it isn't the address of a service.
    pub fn new(url: &str) -> Result<Self, Error> {
        let refused = |reason| Error::Address { url: url.to_owned(), reason };
        let mut base = Url::parse(url).map_err(|_| refused("it is not a URL"))?;
        match base.scheme() {
            "http" => {}
            "https" => {
                return Err(refused(
                    "this version speaks http only; where TLS is needed, put a local proxy or tunnel in between",
                ));
            }
            _ => return Err(refused("it does not begin with http://")),
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(refused("it has a query or fragment"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(Error::Address {
                url: base.host_str().unwrap_or_default().to_owned(),
                reason: "it has a user name or password, which the service does not ask for",
            });
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_DEADLINE)
            .timeout(REQUEST_DEADLINE)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| refused("no client can be made for it"))?;
        Ok(Self { http, base })
    }

    /// The service's address.
    #[must_use]
    pub fn url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The address of a path of these segments, which are escaped.
    pub(crate) fn path(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut url = self.base.clone();
        // Dots would lead to another path, and a missing name to another route.
        if let Some(name) = segments.iter().find(|segment| matches!(**segment, "" | "." | "..")) {
            return Err(Error::KeyName { name: (*name).to_owned() });
        }
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Ok(url)
    }

    /// Asks.
    pub(crate) async fn get<R: DeserializeOwned>(&self, url: Url) -> Result<R, Error> {
        self.answer(Request::new(Method::GET, url)).await
    }

    /// Sends a message.
    pub(crate) async fn send<M: Serialize, R: DeserializeOwned>(
        &self,
        method: Method,
        url: Url,
        message: &M,
    ) -> Result<R, Error> {
        let mut request = Request::new(method, url);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(self.body(message)?.into());
        self.answer(request).await
    }

    /// Sends a message to a path.
    pub(crate) async fn post<M: Serialize, R: DeserializeOwned>(
        &self,
        segments: &[&str],
        message: &M,
    ) -> Result<R, Error> {
        self.send(Method::POST, self.path(segments)?, message).await
    }

    /// Sends a request without a body.
    pub(crate) async fn answer<R: DeserializeOwned>(&self, request: Request) -> Result<R, Error> {
        let response = self.http.execute(request).await.map_err(|error| self.failure(&error))?;
        reply::read(self, response).await
    }

    /// The header `date` of whatever the service answers.
    pub(crate) async fn date(&self, url: Url) -> Result<Option<String>, Error> {
        let sent = self.http.get(url).send().await;
        let response = sent.map_err(|error| self.failure(&error))?;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.map(str::to_owned))
    }

    fn body<M: Serialize>(&self, message: &M) -> Result<Bytes, Error> {
        let mut body = WipedBuffer::with_capacity(SMALL);
        serde_json::to_writer(&mut body, message).map_err(|_| Error::Address {
            url: self.url().to_owned(),
            reason: "the message has no JSON form",
        })?;
        Ok(Bytes::from_owner(body.into_bytes()))
    }

    /// A failure of the transport, in words.
    pub(crate) fn failure(&self, error: &reqwest::Error) -> Error {
        let (url, reason) = (self.url().to_owned(), innermost(error));
        if error.is_connect() {
            Error::Unreachable { url, reason }
        } else {
            Error::Broken { url, reason }
        }
    }
}

/// The cause of all: what is around it only repeats the address.
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause = error.source();
    let mut text = None;
    while let Some(error) = cause {
        text = Some(error.to_string());
        cause = error.source();
    }
    text.unwrap_or_else(|| "the request could not be sent".to_owned())
}

#[cfg(test)]
mod tests {
    use super::Client;
    use crate::error::Error;

    #[test]
    fn addresses_are_checked() {
        assert_eq!(Client::new("http://127.0.0.1:9998").unwrap().url(), "http://127.0.0.1:9998");
        assert_eq!(Client::new("http://kms/a/b/").unwrap().url(), "http://kms/a/b");
        for (url, reason) in [
            ("", "not a URL"),
            ("127.0.0.1:9998", "not a URL"),
            ("localhost:9998", "does not begin with http://"),
            ("https://kms", "http only"),
            ("ftp://kms", "does not begin with http://"),
            ("http://kms?x=1", "query"),
            ("http://user:secret@kms", "password"),
        ] {
            let message = Client::new(url).unwrap_err().to_string();
            assert!(message.contains(reason), "{url}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn a_name_stays_one_segment() {
        let client = Client::new("http://kms/base").unwrap();
        for (name, path) in [
            ("orders", "/base/api/v1/keys/orders"),
            ("a/b", "/base/api/v1/keys/a%2Fb"),
            ("%2e%2e", "/base/api/v1/keys/%252e%252e"),
            ("a b?#", "/base/api/v1/keys/a%20b%3F%23"),
            ("🔑", "/base/api/v1/keys/%F0%9F%94%91"),
        ] {
            let url = client.path(&["api", "v1", "keys", name]).unwrap();
            assert_eq!(url.path(), path, "{name}");
        }
        for name in ["", ".", ".."] {
            let refused = client.path(&["api", "v1", "keys", name]);
            assert!(matches!(refused, Err(Error::KeyName { .. })), "{name}");
        }
    }
}
