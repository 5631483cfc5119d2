//! `claviger key cancel-deletion`.

use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// Cancel a scheduled deletion
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let reply = session.wait(session.client.cancel_deletion(&arguments.name))?;
    show::print(session, &reply)
}
