//! `claviger key rotate`.

use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// Add a version, with which is encrypted and signed from now on; older ones still decrypt and verify
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let reply = session.wait(session.client.rotate_key(&arguments.name))?;
    show::print(session, &reply)
}
