//! Signatures: ECDSA P-256 against the bare server, RSA-2048 against `openssl speed`.

use anyhow::Result;

use crate::{
    compare::{Contender, compare},
    data::pseudo_random_base64,
    figure::{Figure, Target, Unit, significant},
    load::arrivals::Pace,
    peers::{
        bare::BareOptions,
        openbao::{BaoAudit, OpenBao},
        openssl,
    },
    report::{Load, Section},
    run::Bench,
    server::Server,
    subject::{self, AuditSync, Claviger},
};

/// Processor time of a signature beyond the bare server's.
pub async fn run_ecdsa(bench: &Bench) -> Result<Section> {
    let kind = Kind { what: "sign ECDSA P-256", algorithm: "ecdsa-p256", bao: "ecdsa-p256" };
    let speed = openssl::speed(bench.effort.openssl_seconds).await?;
    let loads = kind.loads(bench).await?;
    let (ours, bare) =
        (loads[0].measurement.cpu_microseconds, loads[1].measurement.cpu_microseconds);
    let detail = format!(
        "{} µs against {} µs of the bare server{}; openssl speed {} µs",
        significant(ours),
        significant(bare),
        bao_detail(&loads),
        significant(speed.ecdsa_p256_sign * 1e6)
    );
    let figure = Figure::measured(
        "sign ECDSA P-256: CPU beyond the bare server's",
        Target::AtMost(30.0, Unit::Microseconds),
        ours - bare,
        detail,
    );
    Ok(Section { figures: vec![figure], loads })
}

/// Processor time of a whole request that signs, against the bare signature.
pub async fn run_rsa(bench: &Bench) -> Result<Section> {
    let kind = Kind { what: "sign RSA-2048", algorithm: "rsa-2048-pkcs1", bao: "rsa-2048" };
    let before = openssl::speed(bench.effort.openssl_seconds).await?;
    let loads = kind.loads(bench).await?;
    let after = openssl::speed(bench.effort.openssl_seconds).await?;
    let openssl = f64::midpoint(before.rsa_2048_sign, after.rsa_2048_sign) * 1e6;
    let ours = loads[0].measurement.cpu_microseconds;
    let detail = format!(
        "{} µs with its HTTP request, of which the bare server's is {} µs, against {} µs of {}{}",
        significant(ours),
        significant(loads[1].measurement.cpu_microseconds),
        significant(openssl),
        before.version,
        bao_detail(&loads)
    );
    let target = Target::AtMost(1.2, Unit::Times);
    let what = "sign RSA-2048: CPU to openssl speed";
    Ok(Section { figures: vec![Figure::measured(what, target, ours / openssl, detail)], loads })
}

struct Kind {
    what: &'static str,
    algorithm: &'static str,
    bao: &'static str,
}

impl Kind {
    /// Claviger, the bare server and, if it is there, OpenBao, in this order.
    async fn loads(&self, bench: &Bench) -> Result<Vec<Load>> {
        let folder = bench.folder(self.algorithm)?;
        let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
        claviger.create_key("bench", self.algorithm).await?;
        let signature = claviger.sign("bench", &messages()[0]).await?;
        let options = BareOptions::like(&claviger.encrypt("").await?, 0);
        let bare = options.with_signature(&signature).start(&folder).await?;
        let bao = match &bench.bao {
            None => None,
            Some(bao) => {
                let bao = OpenBao::start(bao, &folder.join("openbao"), BaoAudit::Off).await?;
                bao.create_key("bench", self.bao).await?;
                Some(bao)
            }
        };
        let requests = |server: &Server| {
            let sign = |message: &String| subject::sign_request(&server.endpoint, "bench", message);
            messages().iter().map(sign).collect()
        };
        let mut contenders = vec![
            Contender::new(&claviger.server, requests(&claviger.server)),
            Contender::new(&bare, requests(&bare)),
        ];
        if let Some(bao) = &bao {
            let sign = |message: &String| bao.sign_request("bench", message);
            contenders.push(Contender::new(&bao.server, messages().iter().map(sign).collect()));
        }
        let loads = compare(bench, self.what, 32, Pace::Closed, &contenders).await?;
        claviger.server.stop().await?;
        Ok(loads)
    }
}

fn bao_detail(loads: &[Load]) -> String {
    loads.get(2).map_or_else(String::new, |bao| {
        format!(", OpenBao {} µs", significant(bao.measurement.cpu_microseconds))
    })
}

/// Messages as long as a digest or a small token.
fn messages() -> Vec<String> {
    (0..super::VARIETY).map(|seed| pseudo_random_base64(64, seed)).collect()
}
