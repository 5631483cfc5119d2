//! Measures Claviger against its peers; `bench/README.md` says how to read the result.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use claviger_bench::{
    peers::{bare, bare_messages},
    progress,
    run::{self, RunOptions},
    single_load::{self, LoadOptions},
    workloads,
};

/// The bare server has the allocator that Claviger has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Claviger against its peers.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the workloads and write the report
    Run(RunOptions),
    /// List the workloads
    List,
    /// Put one load on a server that runs already
    Load(LoadOptions),
    /// Be the bare server, until ended
    Bare(bare::BareOptions),
    /// Be the bare server behind TLS, until ended
    BareMessages(bare_messages::BareMessagesOptions),
}

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::say(&format!("claviger-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<()> {
    match command {
        Command::Run(options) => generator_runtime()?.block_on(run::run(options)),
        Command::Load(options) => generator_runtime()?.block_on(single_load::run(options)),
        Command::List => {
            for workload in workloads::WORKLOADS {
                progress::print(&format!("{:16} {}\n", workload.name, workload.about));
            }
            Ok(())
        }
        Command::Bare(options) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(bare::serve(options)),
        Command::BareMessages(options) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(bare_messages::serve(options)),
    }
}

/// One thread: the generator must not take the cores that the servers need.
fn generator_runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
