//! Which hosts a request may name: the defence against web pages that point their own name at this machine (DNS rebinding).

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

/// The hosts that a request may be addressed to, and that a page that sends one may come from.
#[derive(Clone, Debug)]
pub enum Hosts {
    /// The loopback addresses, `localhost` and these names or addresses (without a port). For a service that asks for no
    /// credentials.
    Only(Vec<String>),
    /// Any: for a service whose callers prove who they are, which a web page cannot do in their place.
    Any,
}

impl Hosts {
    /// The loopback addresses and `localhost`.
    #[must_use]
    pub const fn loopback() -> Self {
        Self::Only(Vec::new())
    }

    /// Whether the request names allowed hosts only. One that names none, as no browser sends it, is allowed.
    pub(crate) fn allow(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let Self::Only(names) = self else { return true };
        let addressed = headers
            .get_all(HOST)
            .iter()
            .all(|host| host.to_str().is_ok_and(|authority| is_allowed(host_of(authority), names)));
        let authority = uri.authority().is_none_or(|authority| is_allowed(authority.host(), names));
        let origin = headers.get_all(ORIGIN).iter().all(|origin| {
            let host = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            host.is_some_and(|(_, authority)| is_allowed(host_of(authority), names))
        });
        addressed && authority && origin
    }
}

/// The host of `host:port`, brackets of an IPv6 address included.
fn host_of(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon) if authority[colon..].contains(']') => authority,
        Some(colon) => &authority[..colon],
        None => authority,
    }
}

fn is_allowed(host: &str, names: &[String]) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || names.iter().any(|name| name.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use http::header::{HOST, ORIGIN};
    use http::{HeaderMap, HeaderValue, Uri};

    use super::Hosts;

    fn allows(hosts: &Hosts, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        hosts.allow(&Uri::from_static("/x"), &headers)
    }

    #[test]
    fn this_machine_is_allowed() {
        let hosts = Hosts::loopback();
        for host in
            ["localhost", "LOCALHOST:9998", "127.0.0.1:9998", "127.9.9.9", "[::1]:9998", "[::1]"]
        {
            assert!(allows(&hosts, host, None), "{host}");
            assert!(allows(&hosts, host, Some("http://localhost:3000")), "{host}");
        }
    }

    #[test]
    fn other_machines_are_not() {
        let hosts = Hosts::loopback();
        for host in [
            "evil.example",
            "evil.example:9998",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "",
            "localhost.evil.example",
        ] {
            assert!(!allows(&hosts, host, None), "{host}");
        }
        for origin in ["http://evil.example", "null", "https://127.0.0.1.evil.example:1", ""] {
            assert!(!allows(&hosts, "localhost", Some(origin)), "{origin}");
        }
        let by_authority = Uri::from_static("http://evil.example/x");
        assert!(!hosts.allow(&by_authority, &HeaderMap::new()));
    }

    #[test]
    fn the_list_adds_to_them() {
        let hosts = Hosts::Only(vec!["kms.internal".to_owned(), "fd00::1".to_owned()]);
        assert!(allows(&hosts, "kms.internal:9998", None));
        assert!(allows(&hosts, "[fd00::1]:9998", None));
        assert!(allows(&hosts, "127.0.0.1", None));
        assert!(!allows(&hosts, "other.internal", None));
        assert!(allows(&Hosts::Any, "evil.example", Some("null")));
    }
}
