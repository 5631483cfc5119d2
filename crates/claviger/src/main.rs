//! `claviger`: the service and its command line in one program.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    let matches = command().get_matches();
    match matches.subcommand() {
        Some(("server", matches)) => claviger_server::run(matches),
        // clap ends the program when there is no such subcommand.
        _ => ExitCode::FAILURE,
    }
}

fn command() -> Command {
    Command::new("claviger")
        .about("A key-management service")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(claviger_server::command())
}
