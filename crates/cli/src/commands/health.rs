//! `claviger health`.

use crate::failure::Failure;
use crate::screen;
use crate::session::Session;

/// Tell whether requests can be served: by the exit code too
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(Arguments {}: Arguments, session: &Session) -> Result<(), Failure> {
    let reply = session.wait(session.client.health())?;
    session.screen.reply(&reply, |_| screen::line(&reply.status))
}
