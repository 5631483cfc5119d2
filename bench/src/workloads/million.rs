//! A store with a million objects: how soon the server serves, how fast it finds one, how much memory it takes.
//!
//! The objects are created through the API, as anybody's would be; then the server is stopped and started
//! again, and only the new process is looked at.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::task::JoinSet;

use crate::{
    clock,
    compare::{Contender, compare},
    data::Generator,
    figure::{Figure, Target, Unit, significant},
    load::{Requests, arrivals::Pace, excerpt, http::Connection},
    progress,
    report::{Load, Section},
    run::Bench,
    server::Endpoint,
    subject::{self, AuditSync, Claviger},
};

/// Fills a store, starts again, looks things up.
pub async fn run(bench: &Bench) -> Result<Section> {
    let objects = bench.effort.objects;
    let folder = bench.folder("million")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let took = fill(&claviger.server.endpoint, objects).await?;
    claviger.server.stop().await?;

    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let server = &claviger.server;
    let start = server.start_time;
    let found = subject::count_by_tag(&server.endpoint, &tag(0)).await?;
    ensure!(found as u64 == TAGGED_ALIKE.min(objects), "a tag finds {found} objects");
    let by_name = {
        let endpoint = server.endpoint.clone();
        random_requests(objects, move |index| subject::show_request(&endpoint, &name(index)))
    };
    let by_tag = {
        let endpoint = server.endpoint.clone();
        random_requests(objects, move |index| subject::list_by_tag_request(&endpoint, &tag(index)))
    };
    let mut loads = Vec::new();
    for (what, requests) in [("look up by name", by_name), ("look up by tag", by_tag)] {
        let contenders = [Contender::with(server, requests)];
        loads.extend(compare(bench, what, CLIENTS, Pace::Closed, &contenders).await?);
    }
    let usage = server.usage()?;
    let peak = usage.peak_mebibytes.context("the server has ended")?;
    let resident = usage.resident_mebibytes.unwrap_or(f64::NAN);
    claviger.server.stop().await?;
    let filled = format!(
        "filled through the API in {} s ({} keys/s)",
        significant(took.as_secs_f64()),
        significant(objects as f64 / took.as_secs_f64())
    );
    let store = Store { objects, start, peak, resident, filled };
    Ok(Section { figures: store.figures(&loads), loads })
}

struct Store {
    objects: u64,
    start: Duration,
    peak: f64,
    resident: f64,
    filled: String,
}

impl Store {
    fn figures(&self, loads: &[Load]) -> Vec<Figure> {
        let objects = self.objects;
        let start = Figure::measured(
            &format!("{objects} objects: start to first answer"),
            Target::AtMost(2.0, Unit::Seconds),
            self.start.as_secs_f64(),
            self.filled.clone(),
        );
        let lookups = loads.iter().map(|load| {
            let measurement = &load.measurement;
            let detail = format!(
                "median {} ms, {}/s over {} connections",
                significant(measurement.median_microseconds / 1e3),
                significant(measurement.rate),
                load.connections
            );
            let target = Target::AtMost(20.0, Unit::Milliseconds);
            let what = format!("{objects} objects: {}, p99", load.what);
            Figure::measured(&what, target, measurement.p99_microseconds / 1e3, detail)
        });
        let memory = Figure::measured(
            &format!("{objects} objects: peak memory after start and look-ups"),
            Target::AtMost(150.0, Unit::Mebibytes),
            self.peak,
            format!("{} MiB resident at the end", significant(self.resident)),
        );
        std::iter::once(start).chain(lookups).chain([memory]).collect()
    }
}

/// Creates the objects over many connections, so that they share commits; gives how long that took.
async fn fill(endpoint: &Endpoint, objects: u64) -> Result<Duration> {
    let next = Arc::new(AtomicU64::new(0));
    let start = clock::now();
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        writers.spawn(write_objects(endpoint.clone(), Arc::clone(&next), objects));
    }
    let report = async {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            progress::say(&format!("{} objects", next.load(Relaxed).min(objects)));
        }
    };
    let written = async {
        while let Some(writer) = writers.join_next().await {
            writer??;
        }
        anyhow::Ok(())
    };
    tokio::select! {
        written = written => written?,
        () = report => bail!("the progress never ends"),
    }
    Ok(start.elapsed())
}

async fn write_objects(endpoint: Endpoint, next: Arc<AtomicU64>, objects: u64) -> Result<()> {
    let mut connection = Connection::open(endpoint.address).await?;
    loop {
        let index = next.fetch_add(1, Relaxed);
        if index >= objects {
            return Ok(());
        }
        let request = subject::create_request(&endpoint, &name(index), Some(&tag(index)));
        let reply = connection.exchange(&request).await?;
        if !reply.is_success() {
            bail!("creating object {index}: status {}: {}", reply.status, excerpt(&reply.body()));
        }
    }
}

/// Requests about objects all over the store, so that no cache holds them all.
fn random_requests(
    objects: u64,
    make: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
) -> Requests {
    Requests::numbered(move |number| make(Generator::new(number + 1).number() % objects.max(1)))
}

fn name(index: u64) -> String {
    format!("object-{index:07}")
}

/// Neighbours share a tag.
fn tag(index: u64) -> String {
    format!("group-{:07}", index / TAGGED_ALIKE)
}

const WRITERS: usize = 256;
const CLIENTS: usize = 8;
const TAGGED_ALIKE: u64 = 10;
