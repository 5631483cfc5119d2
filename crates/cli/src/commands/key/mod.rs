//! `claviger key …`: one file per command.

mod activate;
mod backup;
mod cancel_deletion;
mod create;
mod delete;
mod destroy_version;
mod export;
mod import;
mod list;
mod public_key;
mod restore;
mod revoke;
mod rotate;
mod set;
mod settings;
mod show;
mod versions;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

/// The commands about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Create(create::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Versions(versions::Arguments),
    Set(set::Arguments),
    Rotate(rotate::Arguments),
    Activate(activate::Arguments),
    Revoke(revoke::Arguments),
    Delete(delete::Arguments),
    CancelDeletion(cancel_deletion::Arguments),
    DestroyVersion(destroy_version::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    PublicKey(public_key::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
}

pub(crate) fn run(verb: Verb, session: &Session) -> Result<(), Failure> {
    match verb {
        Verb::Create(arguments) => create::run(arguments, session),
        Verb::List(arguments) => list::run(arguments, session),
        Verb::Show(arguments) => show::run(&arguments, session),
        Verb::Versions(arguments) => versions::run(&arguments, session),
        Verb::Set(arguments) => set::run(arguments, session),
        Verb::Rotate(arguments) => rotate::run(&arguments, session),
        Verb::Activate(arguments) => activate::run(&arguments, session),
        Verb::Revoke(arguments) => revoke::run(&arguments, session),
        Verb::Delete(arguments) => delete::run(&arguments, session),
        Verb::CancelDeletion(arguments) => cancel_deletion::run(&arguments, session),
        Verb::DestroyVersion(arguments) => destroy_version::run(&arguments, session),
        Verb::Import(arguments) => import::run(arguments, session),
        Verb::Export(arguments) => export::run(&arguments, session),
        Verb::PublicKey(arguments) => public_key::run(&arguments, session),
        Verb::Backup(arguments) => backup::run(&arguments, session),
        Verb::Restore(arguments) => restore::run(&arguments, session),
    }
}
