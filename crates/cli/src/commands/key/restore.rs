//! `claviger key restore`.

use std::path::PathBuf;

use claviger_wire_native::{Base64Bytes, RestoreKeyRequest};

use super::show;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;

/// The longest backup: the service takes 64 MiB of JSON, in which it is base64.
const LIMIT: usize = 48 << 20;

/// Restore a key from a backup
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The backup; `-` is standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let remedy = "no backup is as long; name the right file";
    let backup = input::read(&session.screen, &arguments.input, LIMIT, remedy)?;
    let request = RestoreKeyRequest { backup: Base64Bytes(backup.to_vec()) };
    let reply = session.wait(session.client.restore_key(&request))?;
    show::print(session, &reply)
}
