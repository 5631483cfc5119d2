//! `claviger key delete`.

use claviger_wire_native::DeleteKeyRequest;

use super::show;
use crate::failure::Failure;
use crate::session::Session;
use crate::values;

/// Schedule a key's deletion; until it happens, `cancel-deletion` takes it back
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// How long the deletion waits, such as `30d`, if longer than the policy says
    #[arg(long, value_name = "DURATION", value_parser = values::seconds)]
    waiting_period: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let request = DeleteKeyRequest { waiting_period: arguments.waiting_period };
    let reply = session.wait(session.client.delete_key(&arguments.name, &request))?;
    if let Some(date) = reply.deletion_date {
        session.screen.note(&format!(
            "{} will be destroyed on {date}; `claviger key cancel-deletion {}` takes it back",
            reply.name, reply.name
        ));
    }
    show::print(session, &reply)
}
