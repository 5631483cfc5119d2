//! `claviger-bench load`: one load on a server that runs already, for whoever is looking for its slow places.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{
    load::{self, Plan, Requests, Speech, Target, arrivals::Pace, http::write_request},
    progress,
    report::{Load, load_row},
};

/// What to send, where to, and for how long.
#[derive(Args, Clone, Debug)]
pub struct LoadOptions {
    /// The server's address
    #[arg(long, default_value = "127.0.0.1:9998")]
    pub address: SocketAddr,
    /// The server's process, whose processor time and memory are charged
    #[arg(long)]
    pub pid: u32,
    /// The path to ask
    #[arg(long, default_value = "/api/v1/kms/encrypt")]
    pub path: String,
    /// A file with the JSON body; without it the request is a GET
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// How many connections are kept open
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    /// How many seconds are counted, after one of warm-up
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,
    /// Send at this rate whatever the server does, instead of each request after the last reply
    #[arg(long, value_name = "PER SECOND")]
    pub rate: Option<f64>,
}

/// Loads the server and prints what came of it.
pub async fn run(options: LoadOptions) -> Result<()> {
    let pace = match options.rate {
        None => Pace::Closed,
        Some(per_second) => {
            ensure!(per_second > 0.0, "--rate must be above zero");
            Pace::Open { per_second }
        }
    };
    let body = options.body.as_ref().map(fs::read).transpose().context("--body cannot be read")?;
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    let request = write_request(method, &options.path, options.address, &[], &body);
    let plan = Plan {
        connections: options.connections,
        pace,
        warm_up: Duration::from_secs(1),
        measure: Duration::try_from_secs_f64(options.seconds)
            .context("--seconds must be a positive number")?,
    };
    let target = Target { address: options.address, speech: Speech::Http, pid: options.pid };
    let measurement = load::run(target, plan, &Requests::fixed(vec![request])).await?;
    let load = Load {
        what: options.path,
        server: "server",
        connections: options.connections,
        pace,
        measurement,
    };
    progress::print(
        "| load | server | connections | pace | requests/s | median µs | p99 µs | server CPU µs/request | server peak MiB | generator cores | requests | errors |\n",
    );
    progress::print(&load_row(&load));
    Ok(())
}
