//! `claviger key show`.

use claviger_wire_native::{Date, KeyReply, Policy, VersionReply};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Session;
use crate::values;

/// Describe a key
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let reply = session.wait(session.client.describe_key(&arguments.name))?;
    print(session, &reply)
}

/// Prints a description: also what every change answers with.
pub(super) fn print(session: &Session, key: &KeyReply) -> Result<(), Failure> {
    session.screen.reply(key, |screen| table(screen, key))
}

fn table(screen: &Screen, key: &KeyReply) -> Result<(), Failure> {
    let Policy {
        usage,
        permitted_algorithms,
        exportable,
        caller_nonce,
        deletion_allowed,
        deletion_waiting_period,
        rotation_period,
        minimum_encryption_version,
        minimum_decryption_version,
    } = &key.policy;
    let yes = |flag: bool| flag.then(|| "yes".to_owned());
    let number = |number: u32| (number > 0).then(|| number.to_string());
    let attributes: Vec<String> =
        key.attributes.pairs().map(|(name, value)| format!("{name}={value}")).collect();
    let names = |list: Vec<&str>| (!list.is_empty()).then(|| list.join(", "));
    screen.fields([
        ("name", Some(key.name.clone())),
        ("id", Some(key.id.clone())),
        ("owner", Some(key.owner.clone())),
        ("key spec", Some(key.key_spec.to_string())),
        ("algorithm", Some(key.algorithm.to_string())),
        ("state", Some(key.state.to_string())),
        ("latest version", Some(key.latest_version.to_string())),
        ("created", Some(key.created.to_string())),
        ("rotated", (key.latest_version > 1).then(|| key.rotated.to_string())),
        ("deletion date", key.deletion_date.map(|date| date.to_string())),
        ("destroyed", yes(key.destroyed)),
        ("usage", names(usage.iter().map(|usage| usage.name()).collect())),
        ("also permitted", names(permitted_algorithms.iter().map(|one| one.name()).collect())),
        ("exportable", Some(if *exportable { "yes" } else { "no" }.to_owned())),
        ("caller nonce", yes(*caller_nonce)),
        ("undeletable", yes(!deletion_allowed)),
        ("waiting period", Some(values::duration(*deletion_waiting_period))),
        (
            "rotation",
            (*rotation_period > 0).then(|| format!("every {}", values::duration(*rotation_period))),
        ),
        ("min. encryption", number(*minimum_encryption_version)),
        ("min. decryption", number(*minimum_decryption_version).filter(|minimum| minimum != "1")),
        ("tags", names(key.tags.iter().map(String::as_str).collect())),
        ("attributes", names(attributes.iter().map(String::as_str).collect())),
        ("activation", date(key.version.activation_date)),
        ("process start", date(key.version.process_start_date)),
        ("protect stop", date(key.version.protect_stop_date)),
        ("deactivation", date(key.version.deactivation_date)),
        ("revoked", key.version.revocation_reason.map(|reason| reason.to_string())),
    ])
}

fn date(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// A row for each version.
pub(super) fn version_row(version: &VersionReply) -> [String; 6] {
    let date = |date: Option<Date>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
    let VersionReply { version: number, id, state, created, imported, destroy_date, .. } = version;
    [
        number.to_string(),
        state.to_string(),
        created.to_string(),
        if *imported { "imported" } else { "made here" }.to_owned(),
        date(*destroy_date),
        id.clone(),
    ]
}
