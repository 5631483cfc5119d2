//! `claviger`: the service and its command line in one program.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    let matches = command().get_matches();
    match matches.subcommand() {
        Some(("server", of_server)) => claviger_cli::refused_for_the_server(&matches)
            .unwrap_or_else(|| claviger_server::run(of_server)),
        _ => claviger_cli::run(&matches, command()),
    }
}

fn command() -> Command {
    claviger_cli::command(claviger_server::command())
}
