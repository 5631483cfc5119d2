//! The server: it reads the configuration, puts the parts together, listens, and stops in good order.
//!
//! It speaks no protocol and decides nothing about keys. `compose.rs` is the only place of the whole project that names
//! adapters.

mod config;
mod exit;
mod harden;
mod listen;

/// The subcommand `server` with its flags.
#[must_use]
pub fn command() -> clap::Command {
    config::command()
}

/// The reference page of the configuration, `docs/operating/configuration.md`.
#[must_use]
pub fn reference_page() -> String {
    config::reference_page()
}
