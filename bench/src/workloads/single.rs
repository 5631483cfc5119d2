//! Single encrypt and decrypt of 1 KiB: the hot path, against the bare server and OpenBao.

use anyhow::Result;

use super::{KIBIBYTE, payloads};
use crate::{
    compare::{Contender, compare, cpu_ratio, rate_ratio},
    figure::{Figure, Target, Unit},
    load::arrivals::Pace,
    peers::{
        bare::BareOptions,
        openbao::{BaoAudit, OpenBao},
    },
    report::{Load, Section},
    run::Bench,
    server::Server,
    subject::{self, AuditSync, Claviger},
};

/// 32 connections, audit on: rate and cost against the bare server, cost against OpenBao without audit.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("single")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let bare = start_bare(&claviger, &folder).await?;
    let mut baos = Vec::new();
    if let Some(bao) = &bench.bao {
        baos.push(OpenBao::start(bao, &folder.join("openbao"), BaoAudit::Off).await?);
        baos.push(OpenBao::start(bao, &folder.join("openbao-audit"), BaoAudit::File).await?);
    }
    for bao in &baos {
        bao.create_key("bench", "aes256-gcm96").await?;
    }
    let mut section = Section::default();
    for operation in [Operation::Encrypt, Operation::Decrypt] {
        let mut contenders = operation.contenders(&claviger, &bare).await?;
        for bao in &baos {
            contenders.push(operation.bao(bao).await?);
        }
        let what = format!("{} 1 KiB", operation.name());
        let loads = compare(bench, &what, 32, Pace::Closed, &contenders).await?;
        section.figures.extend(figures(&what, &loads));
        section.loads.extend(loads);
    }
    claviger.server.stop().await?;
    Ok(section)
}

/// 256 connections, every audit record synced before its reply: rate against the bare server.
pub async fn run_synced(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("synced")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Always).await?;
    let bare = start_bare(&claviger, &folder).await?;
    let mut section = Section::default();
    for operation in [Operation::Encrypt, Operation::Decrypt] {
        let contenders = operation.contenders(&claviger, &bare).await?;
        let what = format!("{} 1 KiB, audit synced", operation.name());
        let loads = compare(bench, &what, 256, Pace::Closed, &contenders).await?;
        let name = format!("{what}: rate to bare server");
        section.figures.push(rate_ratio(&name, 0.4, &loads[0], &loads[1]));
        section.loads.extend(loads);
    }
    claviger.server.stop().await?;
    Ok(section)
}

/// A bare server whose replies are as long as this Claviger's.
pub async fn start_bare(claviger: &Claviger, folder: &std::path::Path) -> Result<Server> {
    let ciphertext = claviger.encrypt(&payloads()[0]).await?;
    BareOptions::like(&ciphertext, KIBIBYTE).start(folder).await
}

/// The loads are of Claviger, the bare server and, if it is there, OpenBao without audit, in this order.
fn figures(what: &str, loads: &[Load]) -> Vec<Figure> {
    let (ours, bare) = (&loads[0], &loads[1]);
    let to_bao = format!("{what}: CPU to OpenBao without audit");
    vec![
        rate_ratio(&format!("{what}: rate to bare server"), 0.7, ours, bare),
        cpu_ratio(&format!("{what}: CPU to bare server"), 1.5, ours, bare),
        match loads.get(2) {
            Some(bao) => cpu_ratio(&to_bao, 1.0 / 7.0, ours, bao),
            None => {
                Figure::missing(&to_bao, Target::AtMost(1.0 / 7.0, Unit::Times), "no bao was given")
            }
        },
    ]
}

/// One of the two operations of the hot path.
#[derive(Clone, Copy)]
pub enum Operation {
    /// Plaintext to ciphertext.
    Encrypt,
    /// Ciphertext to plaintext.
    Decrypt,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
        }
    }

    /// Claviger and the bare server with the same requests; Claviger's are seen to work first.
    pub async fn contenders<'a>(
        self,
        claviger: &'a Claviger,
        bare: &'a Server,
    ) -> Result<Vec<Contender<'a>>> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for plaintext in payloads() {
            let endpoint = &claviger.server.endpoint;
            match self {
                Self::Encrypt => {
                    ours.push(subject::encrypt_request(endpoint, &plaintext));
                    theirs.push(subject::encrypt_request(&bare.endpoint, &plaintext));
                }
                Self::Decrypt => {
                    ours.push(claviger.decrypt_request(&plaintext).await?);
                    let ciphertext = claviger.encrypt(&plaintext).await?;
                    theirs.push(subject::decrypt_request(&bare.endpoint, &ciphertext));
                }
            }
        }
        Ok(vec![Contender::new(&claviger.server, ours), Contender::new(bare, theirs)])
    }

    /// OpenBao with the same payloads.
    pub async fn bao(self, bao: &OpenBao) -> Result<Contender<'_>> {
        let mut requests = Vec::new();
        for plaintext in payloads() {
            requests.push(match self {
                Self::Encrypt => bao.encrypt_request("bench", &plaintext),
                Self::Decrypt => bao.decrypt_request("bench", &plaintext).await?,
            });
        }
        Ok(Contender::new(&bao.server, requests))
    }
}
