//! `claviger cert …`: a private certificate authority for the KMIP listener, one file per command.
//!
//! They work on files of this machine and need no service. One that runs takes up what they change by itself.

mod init;
mod issue;
mod list;
mod revoke;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use claviger_certificates::{Entry, Issued, KeyKind, Kind, layout};
use claviger_wire_native::Date;
use serde::Serialize;

use crate::clock;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::screen::Screen;

/// For how many days a certificate is valid when nobody says.
const DAYS: u32 = 730;

/// The commands about certificates.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(init::Arguments),
    Issue(issue::Arguments),
    List(list::Arguments),
    Revoke(revoke::Arguments),
}

pub(crate) fn run(verb: Verb, environment: &Environment, screen: &Screen) -> Result<(), Failure> {
    match verb {
        Verb::Init(arguments) => init::run(arguments, environment, screen),
        Verb::Issue(arguments) => issue::run(arguments, environment, screen),
        Verb::List(arguments) => list::run(arguments, environment, screen),
        Verb::Revoke(arguments) => revoke::run(arguments, environment, screen),
    }
}

/// Where the authority is.
#[derive(Debug, clap::Args)]
struct Place {
    /// The authority's directory; without it, `certificates` in the service's data directory
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl Place {
    /// The directory.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is no home directory either.
    fn directory(self, environment: &Environment) -> Result<PathBuf, Failure> {
        if let Some(directory) = self.directory {
            return Ok(directory);
        }
        usual_data_dir(environment).map(|path| path.join(layout::DIRECTORY)).ok_or_else(|| {
            let what = "there is no home directory to keep certificates in";
            Failure::usage(what, "say where with --directory DIR")
        })
    }
}

/// Where a service that was told nothing else keeps its data.
fn usual_data_dir(environment: &Environment) -> Option<PathBuf> {
    let of_home = || Some(environment.data_home.as_ref()?.join("claviger"));
    environment.data_dir.clone().or_else(of_home)
}

/// Which key a certificate is for, and for how long it is valid.
#[derive(Debug, clap::Args)]
struct Making {
    /// Make RSA keys instead of ECDSA on P-256, for devices that know nothing else
    #[arg(long)]
    rsa: bool,
    /// For how many days certificates are valid
    #[arg(long, value_name = "NUMBER", default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
}

impl Making {
    fn key(&self) -> KeyKind {
        if self.rsa { KeyKind::Rsa } else { KeyKind::EcdsaP256 }
    }
}

/// A certificate, as it is printed.
#[derive(Debug, Serialize)]
struct Printed {
    name: String,
    serial: String,
    kind: Kind,
    subject: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    not_before: Date,
    not_after: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Date>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    files: Option<Files>,
}

/// The files of a certificate that was just issued.
#[derive(Debug, Serialize)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    authority: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkcs12: Option<PathBuf>,
}

impl From<Entry> for Printed {
    fn from(entry: Entry) -> Self {
        let Entry { name, serial, kind, subject, names, not_before, not_after, revoked } = entry;
        let (not_before, not_after) = (date(not_before), date(not_after));
        let revoked = revoked.map(date);
        Self { name, serial, kind, subject, names, not_before, not_after, revoked, files: None }
    }
}

impl From<Issued> for Printed {
    fn from(issued: Issued) -> Self {
        let Issued { entry, certificate, key, authority, pkcs12 } = issued;
        Self { files: Some(Files { certificate, key, authority, pkcs12 }), ..entry.into() }
    }
}

impl Printed {
    /// Pairs for people.
    fn fields(&self) -> Vec<(&'static str, Option<String>)> {
        let path = |path: &Path| Some(path.display().to_string());
        let names = (!self.names.is_empty()).then(|| self.names.join(", "));
        let mut fields = vec![
            ("name", Some(self.name.clone())),
            ("kind", Some(kind_name(self.kind).to_owned())),
            ("serial", Some(self.serial.clone())),
            ("subject", Some(self.subject.clone())),
            ("names", names),
            ("valid until", Some(self.not_after.to_string())),
            ("revoked", self.revoked.as_ref().map(Date::to_string)),
        ];
        if let Some(Files { certificate, key, authority, pkcs12 }) = &self.files {
            fields.extend([
                ("certificate", path(certificate)),
                ("key", path(key)),
                ("authority", path(authority)),
                ("pkcs12", pkcs12.as_deref().and_then(path)),
            ]);
        }
        fields
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Authority => "authority",
        Kind::Client => "client",
        Kind::Server => "server",
    }
}

fn date(seconds: u64) -> Date {
    let milliseconds = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
    Date::from_milliseconds(milliseconds)
}

/// Seconds since 1970.
fn now() -> u64 {
    u64::try_from(clock::now() / 1000).unwrap_or_default()
}

/// A host name or address on the command line.
fn host_name(text: &str) -> Result<String, String> {
    match claviger_certificates::is_host_name(text) {
        true => Ok(text.to_owned()),
        false => Err("expected a host name or an address, without a port".to_owned()),
    }
}

/// By which names a service on this machine is called.
fn own_names(more: Vec<String>) -> Vec<String> {
    let machine = rustix::system::uname().nodename().to_str().unwrap_or_default().to_owned();
    let usual = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    for name in usual.into_iter().chain([machine]).chain(more) {
        if claviger_certificates::is_host_name(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
