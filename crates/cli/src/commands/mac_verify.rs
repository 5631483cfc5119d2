//! `claviger mac-verify`.

use std::path::PathBuf;

use claviger_wire_native::{Base64Bytes, MacVerifyRequest};

use super::signed::{self, Message};
use crate::failure::Failure;
use crate::session::Session;
use crate::values;

/// Check a message authentication code; the exit code is 0 if it is valid and 5 if it is not
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    message: Message,
    /// The code as base64
    #[arg(long, value_name = "BASE64", value_parser = values::base64, required_unless_present = "mac_file")]
    mac: Option<Base64Bytes>,
    /// A file with the code, as base64 or as raw bytes
    #[arg(long, value_name = "FILE", conflicts_with = "mac")]
    mac_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { message, mac, mac_file } = arguments;
    let mac = signed::proof(session, mac, mac_file, "mac")?;
    let text = message.read(session)?;
    let (algorithm, version) = (message.algorithm, message.version);
    let request = MacVerifyRequest { message: text, mac, algorithm, version };
    let reply = session.wait(session.client.mac_verify(&message.key, &request))?;
    signed::verdict(session, &reply, "message authentication code")
}
