//! `claviger key export`.

use std::path::PathBuf;

use claviger_wire_native::{ExportKeyRequest, KeyFormat};

use crate::commands::material;
use crate::failure::Failure;
use crate::screen::{self, Format};
use crate::session::Session;
use crate::values;

/// Export key material, where the policy allows it
///
/// Raw bytes and DER are not printed on a terminal.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// How to write it: raw bytes, DER for pkcs8 and spki, JSON text for jwk
    #[arg(long, value_name = "FORMAT", value_parser = values::key_format())]
    format: KeyFormat,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    /// Write it into this file, which only you can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file of --out if it is there
    #[arg(long, requires = "out")]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, format, version, out, force } = arguments;
    let request = ExportKeyRequest { format: *format, version: *version };
    let reply = session.wait(session.client.export_key(name, &request))?;
    let bytes = reply.material.expose("for who exported it");
    match out {
        Some(path) => {
            material::write_file(path, *force, bytes)?;
            session.screen.note(&format!("wrote {}", path.display()));
            Ok(())
        }
        None if session.screen.format == Format::Json => session.screen.json(&reply),
        None if *format == KeyFormat::Jwk => {
            screen::bytes(bytes)?;
            screen::line("")
        }
        None => material::raw(bytes),
    }
}
