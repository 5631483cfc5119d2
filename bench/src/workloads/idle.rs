//! The memory of a server that has answered one request and now has nothing to do.

use anyhow::{Context, Result};

use crate::{
    figure::{Figure, Target, Unit, significant},
    report::Section,
    run::Bench,
    subject::{AuditSync, Claviger},
};

/// Resident memory after a while.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("idle")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    claviger.encrypt("AAAA").await?;
    tokio::time::sleep(bench.effort.idle).await;
    let usage = claviger.server.usage()?;
    let resident = usage.resident_mebibytes.context("the server has ended")?;
    let detail = format!(
        "peak {} MiB; start on an empty folder {} ms; {} ms of CPU in all",
        significant(usage.peak_mebibytes.unwrap_or(f64::NAN)),
        significant(claviger.server.start_time.as_secs_f64() * 1e3),
        significant(usage.cpu.as_secs_f64() * 1e3)
    );
    claviger.server.stop().await?;
    let target = Target::AtMost(40.0, Unit::Mebibytes);
    let figure = Figure::measured("idle server: resident memory", target, resident, detail);
    Ok(Section { figures: vec![figure], loads: Vec::new() })
}
