//! `claviger key revoke`.

use claviger_wire_native::{RevocationReason, RevokeKeyRequest};

use super::show;
use crate::failure::Failure;
use crate::session::Session;
use crate::values;

/// Deactivate a key, or mark it as compromised
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// Why; `key-compromise` and `ca-compromise` mark as compromised, the others deactivate
    #[arg(long, value_name = "REASON", value_parser = values::revocation_reason())]
    reason: Option<RevocationReason>,
    /// The version; without it, all of them
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let request = RevokeKeyRequest { reason: arguments.reason, version: arguments.version };
    let reply = session.wait(session.client.revoke_key(&arguments.name, &request))?;
    show::print(session, &reply)
}
