//! Certificates for the time of a run: an authority with a server and a client, as `claviger cert init` makes them.

use std::path::Path;

use anyhow::Result;
use claviger_certificates::{Authority, KeyKind, Kind, NewAuthority, NewCertificate, layout};
use rustls::pki_types::UnixTime;

/// The name of the client's certificate.
pub const CLIENT: &str = "client";

/// Makes them in this directory.
pub fn make(directory: &Path) -> Result<()> {
    let (key, now) = (KeyKind::EcdsaP256, UnixTime::now().as_secs());
    let mut authority = Authority::create(directory, NewAuthority { key, now })?;
    let names = ["127.0.0.1".to_owned()];
    for (name, kind, names) in
        [(layout::SERVER, Kind::Server, &names[..]), (CLIENT, Kind::Client, &[])]
    {
        let days = 1;
        authority.issue(&NewCertificate {
            name,
            kind,
            names,
            days,
            key,
            replace: false,
            pkcs12: None,
            now,
        })?;
    }
    Ok(())
}
