//! `claviger key backup`.

use std::path::PathBuf;

use crate::commands::material;
use crate::failure::Failure;
use crate::screen::Format;
use crate::session::Session;

/// Back up a key with all its versions as one sealed blob
///
/// Only a service with the same root key restores it. It is binary, and not printed on a terminal.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// Write it into this file, which only you can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file of --out if it is there
    #[arg(long, requires = "out")]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, out, force } = arguments;
    let reply = session.wait(session.client.back_up_key(name))?;
    match out {
        Some(path) => {
            material::write_file(path, *force, &reply.backup.0)?;
            let versions = reply.versions;
            session.screen.note(&format!("wrote {} ({versions} versions)", path.display()));
            Ok(())
        }
        None if session.screen.format == Format::Json => session.screen.json(&reply),
        None => material::raw(&reply.backup.0),
    }
}
