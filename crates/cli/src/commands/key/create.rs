//! `claviger key create`.

use claviger_wire_native::CreateKeyRequest;

use super::settings::{NewKey, NewKeyOptions, PolicyOptions};
use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// Create a key with its first version
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The name: 1 to 128 ASCII letters, digits, `.`, `_` and `-`
    name: String,
    /// What it is, such as `aes-256-gcm` (the default), `ecdsa-p256`, `rsa-2048-oaep`, `ed25519`, `hmac-sha-256`,
    /// `ml-kem-768` or `hkdf-sha-256`
    #[arg(long, value_name = "TEMPLATE")]
    algorithm: Option<String>,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    new: NewKeyOptions,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, algorithm, policy, new } = arguments;
    let NewKey {
        tags,
        attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = new.request()?;
    let request = CreateKeyRequest {
        name,
        algorithm,
        policy: policy.request(),
        tags: tags.into(),
        attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    };
    let reply = session.wait(session.client.create_key(&request))?;
    show::print(session, &reply)
}
