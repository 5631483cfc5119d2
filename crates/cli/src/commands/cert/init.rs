//! `claviger cert init`.

use std::path::{Path, PathBuf};

use claviger_certificates::{Authority, Issued, Kind, NewAuthority, NewCertificate, layout};
use serde::Serialize;

use super::{Making, Place, Printed, host_name, now, own_names, usual_data_dir};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::screen::{self, Screen};

/// The name of the first client.
const CLIENT: &str = "client";

/// Make a private certificate authority, and certificates for the service and a first client
///
/// The service finds them in its data directory, and opens its KMIP listener.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// A host name or address of the service, besides localhost and the machine's own; may be given several times
    #[arg(long, value_name = "HOST", value_parser = host_name)]
    name: Vec<String>,
    /// Make no certificate for a first client
    #[arg(long)]
    no_client: bool,
    #[command(flatten)]
    making: Making,
}

#[derive(Debug, Serialize)]
struct Reply {
    directory: PathBuf,
    certificates: Vec<Printed>,
}

pub(crate) fn run(
    arguments: Arguments,
    environment: &Environment,
    screen: &Screen,
) -> Result<(), Failure> {
    let Arguments { place, name, no_client, making } = arguments;
    let directory = place.directory(environment)?;
    let (key, days, now) = (making.key(), making.days, now());
    let mut authority = Authority::create(&directory, NewAuthority { key, now })?;
    let names = own_names(name);
    let certificate = |name, kind, names| NewCertificate {
        name,
        kind,
        names,
        days,
        key,
        replace: false,
        pkcs12: None,
        now,
    };
    let server = authority.issue(&certificate(layout::SERVER, Kind::Server, &names))?;
    let client = match no_client {
        true => None,
        false => Some(authority.issue(&certificate(CLIENT, Kind::Client, &[]))?),
    };
    let next = next(&directory, environment, client.as_ref());
    let own = Authority::list(&directory)?.into_iter().take(1).map(Printed::from);
    let issued = [Some(server), client].into_iter().flatten().map(Printed::from);
    let reply = Reply { certificates: own.chain(issued).collect(), directory };
    screen.reply(&reply, |screen| {
        for certificate in &reply.certificates {
            screen.fields(certificate.fields())?;
            screen::line("")?;
        }
        screen::bytes(next.as_bytes())
    })
}

/// What to do next: start the service, and connect to it.
fn next(directory: &Path, environment: &Environment, client: Option<&Issued>) -> String {
    let data_dir = directory.parent().filter(|_| directory.ends_with(layout::DIRECTORY));
    let shown = |path: &Path| path.display().to_string();
    let server = match data_dir {
        Some(data_dir) if usual_data_dir(environment).as_deref() == Some(data_dir) => {
            "claviger server".to_owned()
        }
        Some(data_dir) => format!("claviger server --data-dir {}", shown(data_dir)),
        None => format!(
            "claviger server --kmip-cert-file {} --kmip-key-file {} --kmip-client-ca-file {} --kmip-crl-file {}",
            shown(&layout::certificate(directory, layout::SERVER)),
            shown(&layout::key(directory, layout::SERVER)),
            shown(&layout::certificate(directory, layout::AUTHORITY)),
            shown(&layout::revocation_list(directory)),
        ),
    };
    let mut text = format!("Start the service:\n\n  {server}\n\n");
    match client {
        Some(Issued { certificate, key, authority, .. }) => text.push_str(&format!(
            "Connect with PyKMIP, in ~/.pykmip/pykmip.conf:\n\n  [client]\n  host=127.0.0.1\n  port=5696\n  certfile={}\n  \
             keyfile={}\n  ca_certs={}\n  cert_reqs=CERT_REQUIRED\n  ssl_version=PROTOCOL_TLSv1_2\n",
            shown(certificate),
            shown(key),
            shown(authority),
        )),
        None => text.push_str("Make a client's certificate:\n\n  claviger cert issue NAME\n"),
    }
    text
}
