//! `claviger random`.

use claviger_wire_native::RandomRequest;

use super::material::ByteOutput;
use crate::failure::Failure;
use crate::session::Session;

/// Print random bytes of the service
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many bytes, 1 to 1,048,576
    #[arg(default_value_t = 32)]
    length: u32,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { length, output } = arguments;
    let reply = session.wait(session.client.random(&RandomRequest { length }))?;
    output.write(session, &reply, reply.random.expose("for who asked for it"))
}
