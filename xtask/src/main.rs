//! The project's own commands, run as `cargo xtask <command>`.
//!
//! | command  | what it does                                                                  |
//! |----------|-------------------------------------------------------------------------------|
//! | `test`   | installs what the tests need and runs every test and doc test                 |
//! | `ci`     | format, tidy, layers, tables, clippy, documentation, cargo-deny, KMIP conformance, fuzzing, clean tree |
//! | `tidy`   | the rules of STYLE.md that a program can check                                |
//! | `layers` | the arrows between crates that must never exist                               |
//! | `deny`   | licences, banned crates and sources of every dependency                       |
//! | `fuzz`   | the fuzz targets, all of them or one                                          |
//! | `tables` | the Rust of the KMIP tables, from the facts in `crates/wire/ttlv/tables`       |
//! | `kmip-conformance` | the published KMIP cases, replayed against a fresh server                  |
//! | `bench`  | the benchmark against its peers, kept in `bench/RESULTS.md`                   |
//!
//! It works with paths below the workspace root only; whatever it downloads or builds for itself goes to
//! `target/tools` and `target/fuzz`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command for people at a terminal: it prints, reads the environment and times its stages"
)]

mod bench;
mod ci;
mod deny;
mod fuzz;
mod fuzz_seeds;
mod kmip_conformance;
mod layers;
mod process;
mod rust_source;
mod tables;
mod test;
mod tidy;
mod tools;
mod wheels;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, then run every test and doc test
    Test,
    /// Check format, tidiness, layers, tables, lints, documentation, licences, KMIP conformance, fuzz targets and a clean tree
    Ci,
    /// Check the rules of STYLE.md that a program can check
    Tidy,
    /// Check that no crate depends on what it must not know
    Layers,
    /// Check licences, banned crates and sources
    Deny,
    /// Run the fuzz targets
    Fuzz {
        /// The target to run; all of them when left out
        target: Option<String>,
        /// Seconds for each target
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
    },
    /// Generate the Rust of the KMIP tables from the facts in crates/wire/ttlv/tables
    Tables,
    /// Replay the published KMIP cases against a fresh server and compare every answer
    #[command(disable_help_flag = true)]
    KmipConformance {
        /// Arguments for the runner; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Measure against the peers and write bench/RESULTS.md
    Bench {
        /// Arguments for the load generator, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test => test::run(),
        Command::Ci => ci::run(),
        Command::Tidy => tidy::run(),
        Command::Layers => layers::run(),
        Command::Deny => deny::run(),
        Command::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Command::Tables => tables::run(),
        Command::KmipConformance { arguments } => kmip_conformance::run(&arguments),
        Command::Bench { arguments } => bench::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
