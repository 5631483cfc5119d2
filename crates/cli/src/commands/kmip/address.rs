//! Where a KMIP server is.

use std::fmt;

use crate::failure::Failure;

/// The address of a server: `kmips://host:5696`, or `https://host/kmip`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// How it is spoken to.
    pub(super) scheme: Scheme,
    /// Its name or number, without brackets.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// Where it takes messages (HTTP).
    pub(super) path: String,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// TTLV in TLS.
    Kmips,
    /// HTTP in TLS.
    Https,
    /// HTTP in the clear.
    Http,
}

impl Scheme {
    /// Whether the connection is TLS.
    pub(super) fn is_encrypted(self) -> bool {
        self != Self::Http
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Failure::Usage`] says what about it is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| {
            let remedy =
                "write it as kmips://HOST:5696, https://HOST:PORT/kmip or http://HOST:PORT/kmip";
            Failure::usage(format!("`{text}` is no address: {what}"), remedy)
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("it has no scheme"))?;
        let (scheme, usual_port) = match scheme.to_ascii_lowercase().as_str() {
            "kmips" | "kmip" => (Scheme::Kmips, 5696),
            "https" => (Scheme::Https, 443),
            "http" => (Scheme::Http, 80),
            _ => return Err(wrong("its scheme is none of kmips, https and http")),
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = host_and_port(authority).ok_or_else(|| wrong("its port is none"))?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_:%".contains(c);
        if host.is_empty() || !host.chars().all(is_name) {
            return Err(wrong("its host is no name"));
        }
        if !path.chars().all(|c| c.is_ascii_graphic()) {
            return Err(wrong("its path has characters that no path has"));
        }
        if scheme == Scheme::Kmips && !matches!(path, "" | "/") {
            return Err(wrong("TTLV has no path"));
        }
        let path = if matches!(path, "" | "/") { "/kmip" } else { path };
        let (host, path) = (host.to_owned(), path.to_owned());
        Ok(Self { scheme, host, port: port.unwrap_or(usual_port), path })
    }

    /// The host and port, as a header of HTTP has them.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Takes `host`, `host:port`, `[::1]` or `[::1]:port` apart.
fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            match after {
                "" => (host, None),
                after => (host, Some(after.strip_prefix(':')?)),
            }
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    match port {
        None => Some((host, None)),
        Some(port) => port.parse().ok().map(|port| (host, Some(port))),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scheme {
            Scheme::Kmips => write!(formatter, "kmips://{}", self.authority()),
            Scheme::Https => write!(formatter, "https://{}{}", self.authority(), self.path),
            Scheme::Http => write!(formatter, "http://{}{}", self.authority(), self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let read = |text| Address::parse(text).ok().map(|address| address.to_string());
        assert_eq!(read("kmips://host").as_deref(), Some("kmips://host:5696"));
        assert_eq!(read("KMIPS://[::1]:1").as_deref(), Some("kmips://[::1]:1"));
        assert_eq!(read("https://host:8443").as_deref(), Some("https://host:8443/kmip"));
        assert_eq!(read("https://host/kmip/2_1").as_deref(), Some("https://host:443/kmip/2_1"));
        assert_eq!(read("http://127.0.0.1:9998/").as_deref(), Some("http://127.0.0.1:9998/kmip"));
        for text in [
            "host:5696",
            "ftp://host",
            "kmips://",
            "kmips://host:port",
            "kmips://host:99999",
            "kmips://host/kmip",
            "kmips://[::1",
            "https://ho st",
            "https://host/a b",
            "https://host/\r\nX: y",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
