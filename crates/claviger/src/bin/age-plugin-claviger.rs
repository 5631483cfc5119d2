//! `age-plugin-claviger`: lets age use keys of a Claviger service.

use std::process::ExitCode;

fn main() -> ExitCode {
    claviger_cli::run_age_plugin(std::env::args_os().skip(1))
}
