//! `claviger version`.

use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Print the versions of this program and of the service, if it is reached
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(Arguments {}: Arguments, session: &Session) -> Result<(), Failure> {
    let own = env!("CARGO_PKG_VERSION");
    // That no service runs is no failure here.
    let service = session.wait(session.client.version()).ok();
    let reply = json!({ "client": own, "service": service });
    session.screen.reply(&reply, |screen| {
        let service = service.as_ref().map(|found| format!("{} {}", found.name, found.version));
        screen.fields([
            ("client", Some(format!("claviger {own}"))),
            ("service", Some(service.unwrap_or_else(|| "not reached".to_owned()))),
        ])
    })
}
