//! `claviger unwrap`.

use std::path::PathBuf;

use claviger_wire_native::{Algorithm, UnwrapRequest};

use super::material::ByteOutput;
use super::signed;
use crate::failure::Failure;
use crate::input::DASH;
use crate::session::Session;
use crate::values;

/// Unwrap key material
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key that wrapped it
    key: String,
    /// The wrapped material, as base64 or as raw bytes; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The algorithm; without it, the key's own
    #[arg(long, value_name = "NAME", value_parser = values::algorithm())]
    algorithm: Option<Algorithm>,
    /// The version that wrapped it; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { key, input, algorithm, version, output } = arguments;
    let wrapped = signed::proof(session, None, Some(input), "wrapped material")?;
    let request = UnwrapRequest { wrapped, algorithm, version };
    let reply = session.wait(session.client.unwrap(&key, &request))?;
    output.write(session, &reply, reply.material.expose("for who asked for it"))
}
