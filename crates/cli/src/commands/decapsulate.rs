//! `claviger decapsulate`.

use std::path::PathBuf;

use claviger_wire_native::DecapsulateRequest;

use super::material::ByteOutput;
use super::signed;
use crate::failure::Failure;
use crate::input::DASH;
use crate::session::Session;

/// Get the shared secret out of an encapsulation (ML-KEM)
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    key: String,
    /// The encapsulated secret, as base64 or as raw bytes; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { key, input, version, output } = arguments;
    let ciphertext = signed::proof(session, None, Some(input), "encapsulation")?;
    let reply = session
        .wait(session.client.decapsulate(&key, &DecapsulateRequest { ciphertext, version }))?;
    output.write(session, &reply, reply.secret.expose("for who asked for it"))
}
