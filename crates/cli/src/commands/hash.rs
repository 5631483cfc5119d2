//! `claviger hash`.

use std::path::PathBuf;

use claviger_wire_native::{Base64Bytes, Hash, HashRequest};

use super::material::ByteOutput;
use crate::failure::Failure;
use crate::input::{self, DASH, MESSAGE_LIMIT};
use crate::session::Session;
use crate::values;

/// Hash data
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The data; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The hash function
    #[arg(long, value_name = "NAME", default_value = "sha-256", value_parser = values::hash())]
    algorithm: Hash,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { input, algorithm, output } = arguments;
    let remedy = "hash it with a program of this machine, such as sha256sum";
    let data = input::read(&session.screen, &input, MESSAGE_LIMIT, remedy)?;
    let request = HashRequest { algorithm, data: Base64Bytes(data.to_vec()) };
    let reply = session.wait(session.client.hash(&request))?;
    output.write(session, &reply, &reply.hash.0)
}
