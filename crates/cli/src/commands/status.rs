//! `claviger status`.

use crate::failure::Failure;
use crate::screen;
use crate::session::Session;
use crate::values;

/// Tell how the service is doing, and what was done since it started
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(Arguments {}: Arguments, session: &Session) -> Result<(), Failure> {
    let reply = session.wait(session.client.status())?;
    session.screen.reply(&reply, |screen| {
        screen.fields([
            ("service", Some(session.client.url().to_owned())),
            ("version", Some(reply.version.clone())),
            ("uptime", Some(values::elapsed(reply.uptime))),
            ("seal", Some(reply.seal.kind.clone())),
            ("store", Some(reply.store.kind.clone())),
            ("keys", Some(reply.store.keys.to_string())),
            ("objects", Some(reply.store.objects.to_string())),
        ])?;
        let used =
            || reply.operations.iter().filter(|(_, counts)| counts.done + counts.refused > 0);
        if used().next().is_none() {
            return Ok(());
        }
        screen::line("")?;
        let rows = used().map(|(name, counts)| {
            [name.clone(), counts.done.to_string(), counts.refused.to_string()]
        });
        screen.rows(["OPERATION", "DONE", "REFUSED"], &[1, 2], rows)
    })
}
