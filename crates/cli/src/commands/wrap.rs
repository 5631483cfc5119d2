//! `claviger wrap`.

use std::path::PathBuf;

use claviger_wire_native::{Algorithm, Base64Secret, KeyFormat, WrapRequest};

use super::material::ByteOutput;
use crate::failure::Failure;
use crate::input::{self, DASH, MATERIAL_LIMIT};
use crate::session::Session;
use crate::values;

/// Wrap key material from standard input, or another key of the service
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wrapping key
    key: String,
    /// The material as raw bytes; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// Wrap this key of the service instead, whose policy must allow export
    #[arg(long, value_name = "NAME", conflicts_with = "input")]
    target: Option<String>,
    /// The version of the key to wrap; without it, the latest
    #[arg(long, value_name = "NUMBER", requires = "target")]
    target_version: Option<u32>,
    /// How the material of the key is written before it is wrapped
    #[arg(long, value_name = "FORMAT", requires = "target", value_parser = values::key_format())]
    target_format: Option<KeyFormat>,
    /// The algorithm; without it, the wrapping key's own
    #[arg(long, value_name = "NAME", value_parser = values::algorithm())]
    algorithm: Option<Algorithm>,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { key, input, target, target_version, target_format, algorithm, output } =
        arguments;
    let material = if target.is_some() {
        None
    } else {
        let bytes = input::read(&session.screen, &input, MATERIAL_LIMIT, "wrap keys, not data")?;
        Some(Base64Secret::copy_from(&bytes))
    };
    let request = WrapRequest { material, target, target_version, target_format, algorithm };
    let reply = session.wait(session.client.wrap(&key, &request))?;
    output.write(session, &reply, &reply.wrapped.0)
}
