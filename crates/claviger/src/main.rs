//! `claviger`: the service and its command line in one program.

use std::process::ExitCode;

use clap::Command;

/// A request makes a few dozen small allocations: with the system's allocator they are a fifth of its cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    claviger_server::install_cryptography();
    let matches = command().get_matches();
    match matches.subcommand() {
        Some(("server", of_server)) => claviger_cli::refused_for_the_server(&matches)
            .unwrap_or_else(|| claviger_server::run(of_server)),
        Some(("audit", of_audit)) => claviger_cli::refused_for_the_server(&matches)
            .unwrap_or_else(|| claviger_server::run_audit(of_audit)),
        _ => claviger_cli::run(&matches, command()),
    }
}

fn command() -> Command {
    claviger_cli::command(claviger_server::command()).subcommand(claviger_server::audit_command())
}
