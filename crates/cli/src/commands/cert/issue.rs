//! `claviger cert issue`.

use std::path::PathBuf;

use claviger_certificates::{
    Authority, CertificateError, Kind, NewCertificate, Pkcs12Output, pkcs12::Encryption,
};

use super::{Making, Place, Printed, host_name, now};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::input;
use crate::screen::Screen;

/// The longest password that is read.
const LONGEST_PASSWORD: usize = 1024;

/// Issue a certificate for a client, or for a server
///
/// It is written as PEM, with its key, into the authority's directory; move both to where they are used. The name of a client is
/// its common name, which its principal has.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The certificate's name
    name: String,
    #[command(flatten)]
    place: Place,
    /// Make a server's certificate
    #[arg(long)]
    server: bool,
    /// A host name or address of the server; may be given several times. A renewed certificate keeps those that it has
    #[arg(long = "name", value_name = "HOST", value_parser = host_name, requires = "server")]
    host: Vec<String>,
    /// Renew the certificate of this name, with a new key; the one before stays valid until it expires or is revoked
    #[arg(long)]
    renew: bool,
    #[command(flatten)]
    making: Making,
    /// Write a PKCS#12 file too
    #[arg(long)]
    p12: bool,
    /// Read the PKCS#12 file's password from the first line of this file, or from standard input for `-`; empty without it
    #[arg(long, value_name = "FILE", requires = "p12")]
    p12_password_file: Option<PathBuf>,
    /// Encrypt the PKCS#12 file with triple DES, for devices that do not read AES
    #[arg(long, requires = "p12")]
    p12_legacy: bool,
}

pub(crate) fn run(
    arguments: Arguments,
    environment: &Environment,
    screen: &Screen,
) -> Result<(), Failure> {
    let Arguments { name, place, server, host, renew, making, p12, p12_password_file, p12_legacy } =
        arguments;
    let directory = place.directory(environment)?;
    let line = p12_password_file
        .map(|path| input::read(screen, &path, LONGEST_PASSWORD, "choose a shorter password"))
        .transpose()?;
    let password = match &line {
        Some(line) => first_line(line)?,
        None => "",
    };
    let encryption = if p12_legacy { Encryption::TripleDes } else { Encryption::Aes256 };
    let kind = if server { Kind::Server } else { Kind::Client };
    let mut authority = Authority::open(&directory)?;
    let issued = authority.issue(&NewCertificate {
        name: &name,
        kind,
        names: &host,
        days: making.days,
        key: making.key(),
        replace: renew,
        pkcs12: p12.then_some(Pkcs12Output { password, encryption }),
        now: now(),
    });
    let issued = Printed::from(issued.map_err(|error| match error {
        CertificateError::Name { name: ref of_server, .. }
            if of_server.is_empty() && !name.is_empty() =>
        {
            Failure::usage("a server's certificate needs a host name", "give one with --name HOST")
        }
        error => error.into(),
    })?);
    if p12 && password.is_empty() {
        screen.note("the PKCS#12 file has an empty password: whoever can read it has the key");
    }
    screen.reply(&issued, |screen| screen.fields(issued.fields()))
}

fn first_line(bytes: &[u8]) -> Result<&str, Failure> {
    let text = input::text(bytes, "password")?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(line.strip_suffix('\r').unwrap_or(line))
}
