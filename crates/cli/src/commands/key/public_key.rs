//! `claviger key public-key`.

use claviger_wire_native::PublicKeyFormat;

use crate::failure::Failure;
use crate::screen;
use crate::session::Session;
use crate::values;

/// Print the public key of a key pair
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "pem", value_parser = values::public_key_format())]
    format: PublicKeyFormat,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, format, version } = arguments;
    let reply = session.wait(session.client.public_key(name, *version))?;
    session.screen.reply(&reply, |screen| match format {
        PublicKeyFormat::Pem => screen::line(reply.pem.trim_end()),
        PublicKeyFormat::Jwk => screen.json(&reply.jwk),
    })
}
