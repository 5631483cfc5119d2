//! `claviger key destroy-version`.

use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// Destroy the material of one version at once; nothing brings it back
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// The version
    version: u32,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, version } = arguments;
    let reply = session.wait(session.client.destroy_version(name, *version))?;
    session.screen.reply(&reply, |screen| {
        let headings = ["VERSION", "STATE", "CREATED", "ORIGIN", "DESTROYED", "ID"];
        screen.rows(headings, &[0], [show::version_row(&reply)])
    })
}
