//! Latencies of encrypt at fixed rates, counted from when each request should have been sent.
//!
//! Under a closed loop every server is saturated and its latencies only mirror its rate. Here all get the same
//! arrivals: first half of what OpenBao can do, which all of them can serve, then half of what Claviger can do.

use anyhow::{Context, Result};

use super::single::{Operation, start_bare};
use crate::{
    compare::{Contender, compare},
    figure::{Figure, Target, Unit, significant},
    load::{self, Plan, arrivals::Pace},
    peers::openbao::{BaoAudit, OpenBao},
    report::{Load, Section},
    run::Bench,
    subject::{AuditSync, Claviger},
};

/// The same arrivals for all.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("latency")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let bare = start_bare(&claviger, &folder).await?;
    let bao = match &bench.bao {
        None => None,
        Some(bao) => {
            let bao = OpenBao::start(bao, &folder.join("openbao"), BaoAudit::Off).await?;
            bao.create_key("bench", "aes256-gcm96").await?;
            Some(bao)
        }
    };
    let contenders = Operation::Encrypt.contenders(&claviger, &bare).await?;
    let mut section = Section::default();
    if let Some(bao) = &bao {
        let mut contenders = Operation::Encrypt.contenders(&claviger, &bare).await?;
        contenders.push(Operation::Encrypt.bao(bao).await?);
        let slowest = contenders.last().context("OpenBao is the last")?;
        let pace = half_of_saturation(bench, slowest).await?;
        measure_at(bench, pace, &contenders, &mut section).await?;
    }
    let pace = half_of_saturation(bench, &contenders[0]).await?;
    measure_at(bench, pace, &contenders, &mut section).await?;
    claviger.server.stop().await?;
    Ok(section)
}

async fn half_of_saturation(bench: &Bench, contender: &Contender<'_>) -> Result<Pace> {
    let plan = Plan {
        connections: CONNECTIONS,
        pace: Pace::Closed,
        warm_up: bench.effort.warm_up,
        measure: bench.effort.measure,
    };
    let measured = load::run(contender.target(), plan, &contender.requests).await?;
    Ok(Pace::Open { per_second: (measured.rate / 2.0).max(1.0).round() })
}

async fn measure_at(
    bench: &Bench,
    pace: Pace,
    contenders: &[Contender<'_>],
    section: &mut Section,
) -> Result<()> {
    let loads = compare(bench, "encrypt 1 KiB, open loop", CONNECTIONS, pace, contenders).await?;
    section.figures.push(figure(pace, &loads));
    section.loads.extend(loads);
    Ok(())
}

/// Claviger's p99, with the others' beside it.
fn figure(pace: Pace, loads: &[Load]) -> Figure {
    let rate = match pace {
        Pace::Open { per_second } => per_second,
        Pace::Closed => f64::NAN,
    };
    let ours = loads[0].measurement.p99_microseconds;
    let others: Vec<String> = loads
        .iter()
        .map(|load| {
            let Load { server, measurement, .. } = load;
            let median = significant(measurement.median_microseconds);
            format!("{server} {median}/{} µs", significant(measurement.p99_microseconds))
        })
        .collect();
    let what = format!("encrypt 1 KiB at {rate:.0}/s: p99");
    let detail = format!("median/p99: {}", others.join(", "));
    Figure::measured(&what, Target::Information(Unit::Microseconds), ours, detail)
}

const CONNECTIONS: usize = 32;
