//! `claviger mac`.

use claviger_wire_native::MacRequest;

use super::material::ByteOutput;
use super::signed::Message;
use crate::failure::Failure;
use crate::session::Session;

/// Make a message authentication code
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    message: Message,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { message, output } = arguments;
    let text = message.read(session)?;
    let (algorithm, version) = (message.algorithm, message.version);
    let request = MacRequest { message: text, algorithm, version };
    let reply = session.wait(session.client.mac(&message.key, &request))?;
    output.write(session, &reply, &reply.mac.0)
}
