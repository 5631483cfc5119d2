//! The load generator: N connections kept open, a warm-up, then a measured time in closed or open loop.
//!
//! It sends and receives on the one thread of its runtime, so that on a small machine the servers under test get
//! the rest.

pub mod arrivals;
pub mod http;
mod link;
pub mod measurement;
pub mod messages;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use self::{
    arrivals::{Arrivals, Pace},
    link::Link,
    measurement::{Cost, Measurement, Recorder},
};
use crate::{clock, process};

pub use self::link::Speech;

/// How to load a server.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many connections are kept open.
    pub connections: usize,
    /// How requests arrive.
    pub pace: Pace,
    /// How long the server is loaded before counting starts.
    pub warm_up: Duration,
    /// How long is counted.
    pub measure: Duration,
}

/// What is sent.
#[derive(Clone)]
pub enum Requests {
    /// These in turn, over and over.
    Fixed(Arc<[Vec<u8>]>),
    /// A new one for each number, counted from 0 within the load.
    Numbered(Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>),
}

impl Requests {
    /// These in turn, over and over.
    pub fn fixed(requests: Vec<Vec<u8>>) -> Self {
        Self::Fixed(requests.into())
    }

    /// A new one for each number.
    pub fn numbered(make: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Numbered(Arc::new(make))
    }
}

/// Who is loaded.
#[derive(Clone)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// How it is spoken to.
    pub speech: Speech,
    /// The process whose processor time and memory are charged.
    pub pid: u32,
}

/// Loads a server as planned.
///
/// A load with errors still gives a measurement, which says how many there were; it is given up only when a
/// connection cannot be opened or nearly everything fails.
pub async fn run(target: Target, plan: Plan, requests: &Requests) -> Result<Measurement> {
    let shared = Arc::new(Shared {
        shortest_body: shortest_body(&target, requests).await?,
        target,
        requests: requests.clone(),
        arrivals: Arrivals::new(plan.pace),
        counting: AtomicBool::new(false),
        recorder: Mutex::new(Recorder::new()?),
    });
    let mut connections = JoinSet::new();
    for _ in 0..plan.connections {
        let link = Link::open(&shared.target).await.context("a connection failed")?;
        connections.spawn(drive(Arc::clone(&shared), link));
    }
    let pacer = Arc::clone(&shared);
    std::thread::spawn(move || pacer.arrivals.release());
    let measured = measure(&shared, plan).await;
    shared.arrivals.stop();
    let ended = tokio::time::timeout(LAST_REPLIES, async {
        while let Some(connection) = connections.join_next().await {
            connection.context("a connection's task failed")??;
        }
        anyhow::Ok(())
    });
    ended.await.context("replies were still missing long after the end of the load")??;
    let cost = measured?;
    Ok(shared.recorder().finish(&cost))
}

struct Shared {
    target: Target,
    requests: Requests,
    shortest_body: usize,
    arrivals: Arrivals,
    counting: AtomicBool,
    recorder: Mutex<Recorder>,
}

impl Shared {
    /// Only one thread runs, so that this never waits.
    fn recorder(&self) -> std::sync::MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends the first of a fixed set of requests and takes the length of its reply as the measure for the others:
/// a reply that is much shorter says something else than the answer.
async fn shortest_body(target: &Target, requests: &Requests) -> Result<usize> {
    let Requests::Fixed(fixed) = requests else { return Ok(0) };
    let Some(first) = fixed.first() else { bail!("a load without requests") };
    let mut link = Link::open(target).await?;
    let answer = link.exchange(first).await?;
    if !answer.is_success() {
        bail!(answer.words());
    }
    Ok(answer.length() * 9 / 10)
}

/// One connection's life: take an arrival, exchange, record; a broken connection is opened again.
async fn drive(shared: Arc<Shared>, mut link: Link) -> Result<()> {
    while let Some(arrival) = shared.arrivals.next().await {
        let made;
        let request = match &shared.requests {
            Requests::Fixed(fixed) => &fixed[(arrival.number % fixed.len() as u64) as usize],
            Requests::Numbered(make) => {
                made = make(arrival.number);
                &made
            }
        };
        let reopen = exchange(&shared, &mut link, request, arrival.intended).await;
        if reopen {
            link = Link::open(&shared.target)
                .await
                .context("a broken connection could not be opened again")?;
        }
        if shared.recorder().errors() > MOST_ERRORS {
            break;
        }
    }
    Ok(())
}

/// One request; true if the connection must be opened again.
async fn exchange(shared: &Shared, link: &mut Link, request: &[u8], intended: Instant) -> bool {
    match link.exchange(request).await {
        Ok(answer) => {
            let latency = clock::now().saturating_duration_since(intended);
            let mut recorder = shared.recorder();
            if !answer.is_success() || answer.length() < shared.shortest_body {
                recorder.fail(|| answer.words());
            } else if shared.counting.load(Relaxed) {
                recorder.record(latency);
            }
            answer.closes()
        }
        Err(error) => {
            shared.recorder().fail(|| error.to_string());
            true
        }
    }
}

/// Waits for the warm-up, counts for the planned time and charges both processes for it.
async fn measure(shared: &Shared, plan: Plan) -> Result<Cost> {
    tokio::time::sleep(plan.warm_up).await;
    let server = process::usage(shared.target.pid)?;
    let own = process::own_usage()?;
    let start = clock::now();
    shared.counting.store(true, Relaxed);
    tokio::time::sleep(plan.measure).await;
    shared.counting.store(false, Relaxed);
    let elapsed = start.elapsed();
    let server_after = process::usage(shared.target.pid)?;
    let own_after = process::own_usage()?;
    Ok(Cost {
        elapsed,
        server_cpu: server_after.cpu.saturating_sub(server.cpu),
        generator_cpu: own_after.cpu.saturating_sub(own.cpu),
        peak_mebibytes: server_after
            .peak_mebibytes
            .context("the server ended while it was loaded")?,
    })
}

/// The beginning of a reply, for a message.
pub fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]).into_owned();
    if body.len() > EXCERPT { text + " …" } else { text }
}

/// Past this the load stops: something is wrong, and its rate would mean nothing.
const MOST_ERRORS: u64 = 1000;
const LAST_REPLIES: Duration = Duration::from_secs(60);
const EXCERPT: usize = 300;
