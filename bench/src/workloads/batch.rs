//! Batches of 100 items of 1 KiB in one request, against OpenBao's `batch_input`.

use anyhow::Result;

use crate::{
    compare::{Contender, compare},
    data::pseudo_random_base64,
    figure::{Figure, Target, Unit, significant},
    load::arrivals::Pace,
    peers::openbao::{BaoAudit, OpenBao},
    report::{Load, Section},
    run::Bench,
    subject::{AuditSync, Claviger},
};

/// Items per second, encrypting and decrypting.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("batch")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let bao = match &bench.bao {
        None => None,
        Some(bao) => {
            let bao = OpenBao::start(bao, &folder.join("openbao"), BaoAudit::Off).await?;
            bao.create_key("bench", "aes256-gcm96").await?;
            Some(bao)
        }
    };
    let plaintexts: Vec<String> =
        (0..ITEMS).map(|seed| pseudo_random_base64(super::KIBIBYTE, seed)).collect();
    let mut section = Section::default();

    let mut contenders = vec![Contender::new(
        &claviger.server,
        vec![claviger.encrypt_batch_request(&plaintexts).await?],
    )];
    if let Some(bao) = &bao {
        let request = bao.encrypt_batch_request("bench", &plaintexts).await?;
        contenders.push(Contender::new(&bao.server, vec![request]));
    }
    measure(bench, "encrypt batches of 100", &contenders, &mut section).await?;

    let mut contenders = vec![Contender::new(
        &claviger.server,
        vec![claviger.decrypt_batch_request(&plaintexts).await?],
    )];
    if let Some(bao) = &bao {
        let request = bao.decrypt_batch_request("bench", &plaintexts).await?;
        contenders.push(Contender::new(&bao.server, vec![request]));
    }
    measure(bench, "decrypt batches of 100", &contenders, &mut section).await?;
    claviger.server.stop().await?;
    Ok(section)
}

async fn measure(
    bench: &Bench,
    what: &str,
    contenders: &[Contender<'_>],
    section: &mut Section,
) -> Result<()> {
    let loads = compare(bench, what, CONNECTIONS, Pace::Closed, contenders).await?;
    section.figures.push(figure(what, &loads));
    section.loads.extend(loads);
    Ok(())
}

fn figure(what: &str, loads: &[Load]) -> Figure {
    let what = format!("{what}: items per second to OpenBao");
    let target = Target::AtLeast(5.0, Unit::Times);
    let items = |load: &Load| load.measurement.rate * ITEMS as f64;
    let ours = items(&loads[0]);
    match loads.get(1) {
        None => Figure::missing(&what, target, format!("no bao; {} items/s", significant(ours))),
        Some(bao) => {
            let theirs = items(bao);
            let detail = format!("{} items/s against {}", significant(ours), significant(theirs));
            Figure::measured(&what, target, ours / theirs, detail)
        }
    }
}

const ITEMS: u64 = 100;
const CONNECTIONS: usize = 16;
