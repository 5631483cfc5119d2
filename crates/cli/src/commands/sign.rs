//! `claviger sign`.

use claviger_wire_native::SignRequest;

use super::material::ByteOutput;
use super::signed::Message;
use crate::failure::Failure;
use crate::session::Session;

/// Sign a message
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    message: Message,
    /// The input is the hash of the message, as raw bytes; not for Ed25519 and ML-DSA
    #[arg(long)]
    digest: bool,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { message, digest, output } = arguments;
    let input = Some(message.read(session)?);
    let (digest, text) = if digest { (input, None) } else { (None, input) };
    let (algorithm, version) = (message.algorithm, message.version);
    let request = SignRequest { message: text, digest, algorithm, version };
    let reply = session.wait(session.client.sign(&message.key, &request))?;
    output.write(session, &reply, &reply.signature.0)
}
