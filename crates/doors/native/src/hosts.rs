//! Which hosts a request may name: the defence against web pages that point their own name at this machine (DNS rebinding).
//!
//! That attack needs a name: the browser takes the page's own name for the service's, finds both of one origin, and sends that
//! name in `Host`. An address in `Host` cannot come about so. Nobody's DNS points an address elsewhere, and what browsers take
//! for one (a host that ends in a number, or in brackets; WHATWG URL, section 3.5) they never look up. So any address may be
//! addressed, which probes and clients that know the service by its address do. A page of another host that sends to that
//! address says so in `Origin`, where an address is allowed only if it is in the list: it may be another machine's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

/// The hosts that a request may be addressed to, and that a page that sends one may come from.
#[derive(Clone, Debug)]
pub enum Hosts {
    /// The loopback addresses, `localhost` and these names or addresses (without a port); requests may be addressed to any
    /// other address too, but not come from a page there. For a service that asks for no credentials.
    Only(Vec<String>),
    /// Any: for a service whose callers prove who they are, which a web page cannot do in their place.
    Any,
}

impl Hosts {
    /// The loopback addresses and `localhost`, as [`Hosts::Only`] without a list.
    #[must_use]
    pub const fn loopback() -> Self {
        Self::Only(Vec::new())
    }

    /// Whether the request names allowed hosts only. One that names none, as no browser sends it, is allowed.
    #[must_use]
    pub fn allow(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let Self::Only(names) = self else { return true };
        let addressed = headers
            .get_all(HOST)
            .iter()
            .all(|host| host.to_str().is_ok_and(|host| may_be_addressed(host_of(host), names)));
        let authority =
            uri.authority().is_none_or(|authority| may_be_addressed(authority.host(), names));
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

fn may_be_addressed(host: &str, names: &[String]) -> bool {
    let is_address = match without_brackets(host) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok(),
    };
    is_address || is_allowed(host, names)
}

fn without_brackets(host: &str) -> Option<&str> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']'))
}

fn is_allowed(host: &str, names: &[String]) -> bool {
    let bare = without_brackets(host).unwrap_or(host);
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
            "10.0.0.1.evil.example:9998",
            "10.0.0",
            "0x0a.0.0.1",
            "10.0.0.01",
            "[10.0.0.1]",
            "fd00::1",
            "[fd00::1].evil.example",
            "[fd00::1]evil.example",
            "[evil.example]",
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
    fn every_address_may_be_addressed_and_no_page_come_from_it() {
        let hosts = Hosts::loopback();
        for host in ["10.0.0.1", "10.0.0.1:9998", "203.0.113.5:80", "[fd00::1]:9998", "[fd00::1]"] {
            assert!(allows(&hosts, host, None), "{host}");
            assert!(allows(&hosts, host, Some("http://localhost:3000")), "{host}");
            for origin in [format!("http://{host}"), "http://evil.example".into(), "null".into()] {
                assert!(!allows(&hosts, host, Some(&origin)), "{host} {origin}");
                assert!(!allows(&hosts, "localhost", Some(&origin)), "{host} {origin}");
            }
        }
        for address in ["http://10.0.0.1:9998/x", "http://[fd00::1]/x"] {
            assert!(hosts.allow(&Uri::from_static(address), &HeaderMap::new()), "{address}");
        }
        let listed = Hosts::Only(vec!["10.0.0.1".to_owned()]);
        assert!(allows(&listed, "10.0.0.1:9998", Some("http://10.0.0.1:9998")));
    }

    #[test]
    fn one_foreign_name_among_several_is_enough() {
        let hosts = Hosts::loopback();
        let mut headers = HeaderMap::new();
        headers.append(HOST, HeaderValue::from_static("10.0.0.1"));
        headers.append(HOST, HeaderValue::from_static("evil.example"));
        assert!(!hosts.allow(&Uri::from_static("/x"), &headers));
        assert!(!allows(&hosts, "10.0.0.1:1:evil.example", None));
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
