//! `claviger key activate`.

use claviger_wire_native::ActivateKeyRequest;

use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// Activate a version that is not active yet
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let request = ActivateKeyRequest { version: arguments.version };
    let reply = session.wait(session.client.activate_key(&arguments.name, &request))?;
    show::print(session, &reply)
}
