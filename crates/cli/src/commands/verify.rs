//! `claviger verify`.

use std::path::PathBuf;

use claviger_wire_native::{Base64Bytes, VerifyRequest};

use super::signed::{self, Message};
use crate::failure::Failure;
use crate::session::Session;
use crate::values;

/// Verify a signature; the exit code is 0 if it is valid and 5 if it is not
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    message: Message,
    /// The input is the hash of the message, as raw bytes
    #[arg(long)]
    digest: bool,
    /// The signature as base64
    #[arg(long, value_name = "BASE64", value_parser = values::base64, required_unless_present = "signature_file")]
    signature: Option<Base64Bytes>,
    /// A file with the signature, as base64 or as raw bytes
    #[arg(long, value_name = "FILE", conflicts_with = "signature")]
    signature_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { message, digest, signature, signature_file } = arguments;
    let signature = signed::proof(session, signature, signature_file, "signature")?;
    let input = Some(message.read(session)?);
    let (digest, text) = if digest { (input, None) } else { (None, input) };
    let (algorithm, version) = (message.algorithm, message.version);
    let request = VerifyRequest { message: text, digest, signature, algorithm, version };
    let reply = session.wait(session.client.verify(&message.key, &request))?;
    signed::verdict(session, &reply, "signature")
}
