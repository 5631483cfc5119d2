//! The server: it reads the configuration, puts the parts together, listens, and stops in good order.
//!
//! It speaks no protocol and decides nothing about keys. `compose.rs` is the only place of the whole project that names
//! adapters.

mod announce;
mod audit_log;
mod client_certificates;
mod clock;
mod compose;
mod config;
mod data_dir;
mod exit;
mod harden;
mod kmip;
mod kmip_door;
mod kmip_users;
mod listen;
mod logs;
mod schedule;
mod shutdown;
mod tls;

use std::io::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::ArgMatches;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use announce::Announcement;
use compose::Service;
use config::{Configuration, Environment};
use exit::StartError;
use harden::Hardened;
use kmip::KmipListener;
use listen::{Connections, HTTP, Http, KMIP, Place};
use schedule::Schedule;
use shutdown::StopSignals;

/// Makes aws-lc-rs the provider of cryptography for whatever in this process speaks TLS and doesn't choose one. Called first.
pub fn install_cryptography() {
    // That somebody has installed it before is what is wanted.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The subcommand `server` with its flags.
#[must_use]
pub fn command() -> clap::Command {
    config::command()
}

/// The subcommand `audit`, whose own subcommand `verify` checks the audit log of a service that runs or not.
#[must_use]
pub fn audit_command() -> clap::Command {
    audit_log::command()
}

/// Runs the subcommand that was given to [`audit_command`]. The exit codes are in its `--help`.
#[must_use]
pub fn run_audit(matches: &ArgMatches) -> ExitCode {
    audit_log::run(matches)
}

/// The reference page of the configuration, `docs/operating/configuration.md`.
#[must_use]
pub fn reference_page() -> String {
    config::reference_page()
}

/// Runs the service with the flags that were given to [`command`], until it is told to stop. The exit codes are in `--help`.
#[must_use]
pub fn run(matches: &ArgMatches) -> ExitCode {
    match start_and_serve(matches) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Without standard error the exit code still says what kind of error it was.
            let _ = writeln!(std::io::stderr(), "claviger: {error}");
            ExitCode::from(error.code())
        }
    }
}

fn start_and_serve(matches: &ArgMatches) -> Result<u8, StartError> {
    let hardened = harden::harden()?;
    let configuration = config::load(matches, Environment::of_process(), Path::new(".env"))?;
    logs::start(configuration.log_level, configuration.log_format);
    let runtime = runtime(configuration.worker_threads).map_err(StartError::Runtime)?;
    let code = runtime.block_on(serve(configuration, hardened));
    // What is still running is dropped, and waits for nobody; with it goes the last hold on the audit log, which syncs it.
    runtime.shutdown_timeout(Duration::from_secs(1));
    code
}

fn runtime(worker_threads: Option<usize>) -> std::io::Result<Runtime> {
    // Where the system does not say how many cores there are, two threads keep one slow request from stopping all others.
    let cores = || std::thread::available_parallelism().map_or(2, NonZero::get);
    Builder::new_multi_thread()
        .worker_threads(worker_threads.unwrap_or_else(cores))
        .thread_name("claviger")
        .enable_all()
        .build()
}

async fn serve(mut configuration: Configuration, hardened: Hardened) -> Result<u8, StartError> {
    let mut signals = StopSignals::listen().map_err(StartError::Runtime)?;
    let kmip = KmipListener::open(&mut configuration).await?;
    let client_certificates = kmip.as_ref().and_then(KmipListener::client_certificates);
    let service = Service::open(&mut configuration, client_certificates).await?;
    let listeners = listen::bind(&place(&configuration)).await?;
    let announcement = announcement(&configuration, &hardened, &service, &listeners, &kmip);
    let most = most_connections(configuration.max_connections, &hardened);

    let http = Connections::new(HTTP);
    let all = [Arc::clone(&http), http.beside(KMIP)];
    let mut listening = JoinSet::new();
    for listener in listeners {
        let routes = service.routes.clone();
        listening.spawn(listen::accept(listener, Http { routes }, Arc::clone(&http), most));
    }
    if let Some(kmip) = kmip {
        kmip.start(&mut listening, &service.kmip, &all[1], most).map_err(StartError::Runtime)?;
    }
    let mut deadlines = JoinSet::new();
    for connections in &all {
        deadlines.spawn(listen::mind_deadlines(Arc::clone(connections)));
    }
    let schedule = Schedule::start(service.kms.clone());
    announcement.say(configuration.log_format);

    let signal = signals.next().await;
    tracing::info!(signal, "the service stops: it finishes the requests that it has");
    drop(listening);
    let farewell = farewell(service, &all, schedule);
    let code = tokio::select! {
        code = farewell => code,
        signal = signals.next() => {
            tracing::warn!(signal, "the service stops at once");
            exit::FAILED
        }
    };
    Ok(code)
}

/// Where the configuration says that HTTP is spoken.
fn place(configuration: &Configuration) -> Place<'_> {
    Place {
        hostname: &configuration.hostname,
        port: configuration.port,
        allow_remote: configuration.allow_remote,
        hostname_option: "--hostname",
        port_option: "--port",
    }
}

/// Finishes requests, and puts everything on disk.
async fn farewell(service: Service, all: &[Arc<Connections>; 2], schedule: Schedule) -> u8 {
    for connections in all {
        connections.close();
    }
    let [http, kmip] = all;
    let emptied = async { tokio::join!(http.emptied(), kmip.emptied()) };
    let time = Duration::from_secs(HTTP.farewell_seconds.into());
    let (finished, ()) = tokio::join!(tokio::time::timeout(time, emptied), schedule.stop());
    if finished.is_err() {
        tracing::warn!(
            connections = http.total(),
            seconds = HTTP.farewell_seconds,
            "some connections did not finish in time and are closed"
        );
    }
    match service.close().await {
        Ok(()) => {
            tracing::info!("the service has stopped");
            exit::OK
        }
        Err(error) => {
            tracing::error!(%error, "the store could not be closed in good order");
            exit::FAILED
        }
    }
}

fn announcement(
    configuration: &Configuration,
    hardened: &Hardened,
    service: &Service,
    listeners: &[TcpListener],
    kmip: &Option<KmipListener>,
) -> Announcement {
    Announcement {
        addresses: listen::addresses(listeners),
        kmip: kmip.as_ref().map(KmipListener::addresses).unwrap_or_default(),
        data_dir: configuration.data_dir.clone(),
        audit_dir: configuration.audit_dir.clone(),
        seal: service.seal.clone(),
        memory_is_locked: hardened.memory_is_locked,
    }
}

fn most_connections(wanted: usize, hardened: &Hardened) -> usize {
    let most = listen::possible_connections(wanted, hardened.open_files);
    if most < wanted {
        tracing::warn!(
            most,
            wanted,
            open_files = hardened.open_files,
            "the limit of open files allows fewer connections than --max-connections; `ulimit -n` raises it"
        );
    }
    most
}
