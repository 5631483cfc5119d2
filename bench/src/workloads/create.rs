//! Durable creation of keys by 32 clients, against what one file on the same disk can sync in the same run.

use std::{
    fs,
    io::Write,
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use anyhow::Result;

use crate::{
    clock,
    compare::{Contender, compare},
    figure::{Figure, Target, Unit, significant},
    load::{Requests, arrivals::Pace},
    report::Section,
    run::Bench,
    subject::{self, AuditSync, Claviger},
};

/// Keys per second as a multiple of syncs per second.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("create")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let endpoint = claviger.server.endpoint.clone();
    // Names go on from round to round, since a name is taken only once.
    let number = AtomicU64::new(0);
    let requests = Requests::numbered(move |_| {
        let name = format!("bench-{}", number.fetch_add(1, Relaxed));
        subject::create_request(&endpoint, &name, None)
    });
    let before = syncs_per_second(&folder, bench.effort.measure)?;
    let contenders = [Contender::with(&claviger.server, requests)];
    let loads = compare(bench, "create AES-256 key", CLIENTS, Pace::Closed, &contenders).await?;
    let after = syncs_per_second(&folder, bench.effort.measure)?;
    claviger.server.stop().await?;
    let syncs = f64::midpoint(before, after);
    let rate = loads[0].measurement.rate;
    let detail = format!(
        "{} keys/s against {} fdatasync/s of one file (before {}, after {})",
        significant(rate),
        significant(syncs),
        significant(before),
        significant(after)
    );
    let target = Target::AtLeast(10.0, Unit::Times);
    let what = "create keys durably: rate to single-file fdatasync";
    Ok(Section { figures: vec![Figure::measured(what, target, rate / syncs, detail)], loads })
}

/// Appends 512 bytes and syncs them, over and over, alone on the machine.
fn syncs_per_second(folder: &Path, time: Duration) -> Result<f64> {
    let path = folder.join("syncs");
    let mut file = fs::OpenOptions::new().create(true).append(true).open(&path)?;
    let start = clock::now();
    let mut count = 0_u32;
    while start.elapsed() < time {
        file.write_all(&[0x5a; 512])?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    fs::remove_file(&path)?;
    Ok(rate)
}

const CLIENTS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syncs_are_counted_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let rate = syncs_per_second(folder.path(), Duration::from_millis(10)).expect("synced");
        assert!(rate > 0.0);
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0);
    }
}
