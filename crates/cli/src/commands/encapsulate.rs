//! `claviger encapsulate`.

use std::path::PathBuf;

use claviger_wire_native::EncapsulateRequest;

use super::material::{self, ByteOutput};
use crate::failure::Failure;
use crate::session::Session;

/// Make a shared secret and its encapsulation (ML-KEM)
///
/// The secret goes where the output options say, the encapsulation into the file of --ciphertext.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    key: String,
    /// Where to write the encapsulated secret, for whoever decapsulates it
    #[arg(long, value_name = "FILE")]
    ciphertext: PathBuf,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { key, ciphertext, output } = arguments;
    let reply = session.wait(session.client.encapsulate(&key, &EncapsulateRequest::default()))?;
    material::write_file(&ciphertext, false, &reply.ciphertext.0)?;
    session.screen.note(&format!("wrote the encapsulation to {}", ciphertext.display()));
    output.write(session, &reply, reply.secret.expose("for who asked for it"))
}
