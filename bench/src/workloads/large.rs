//! Payloads of 1 MiB, against what one core does without any server: decode base64, AES-256-GCM, encode base64.

use std::time::Duration;

use anyhow::{Result, anyhow};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64_simd::STANDARD;

use crate::{
    clock,
    compare::{Contender, compare},
    data::{pseudo_random, pseudo_random_base64},
    figure::{Figure, Target, Unit, significant},
    load::arrivals::Pace,
    report::{Load, Section},
    run::Bench,
    subject::{self, AuditSync, Claviger},
};

/// Plaintext bytes per second, encrypting and decrypting.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("large")?;
    let claviger = Claviger::start(&bench.claviger, &folder, AuditSync::Default).await?;
    let payloads: Vec<String> = (0..2).map(|seed| pseudo_random_base64(MEBIBYTE, seed)).collect();
    let ciphertext = claviger.encrypt(&payloads[0]).await?;
    let bare = crate::peers::bare::BareOptions::like(&ciphertext, MEBIBYTE).start(&folder).await?;
    let raw = Raw::measure(bench.effort.measure)?;
    let mut section = Section::default();

    let encrypt = |endpoint| -> Vec<Vec<u8>> {
        payloads.iter().map(|payload| subject::encrypt_request(endpoint, payload)).collect()
    };
    let contenders = [
        Contender::new(&claviger.server, encrypt(&claviger.server.endpoint)),
        Contender::new(&bare, encrypt(&bare.endpoint)),
    ];
    let loads = compare(bench, "encrypt 1 MiB", CONNECTIONS, Pace::Closed, &contenders).await?;
    section.figures.push(figure("encrypt 1 MiB", &loads, &raw));
    section.loads.extend(loads);

    let decrypt = vec![claviger.decrypt_request(&payloads[0]).await?];
    let bare_decrypt = vec![subject::decrypt_request(&bare.endpoint, &ciphertext)];
    let contenders =
        [Contender::new(&claviger.server, decrypt), Contender::new(&bare, bare_decrypt)];
    let loads = compare(bench, "decrypt 1 MiB", CONNECTIONS, Pace::Closed, &contenders).await?;
    section.figures.push(figure("decrypt 1 MiB", &loads, &raw));
    section.loads.extend(loads);
    claviger.server.stop().await?;
    Ok(section)
}

fn figure(what: &str, loads: &[Load], raw: &Raw) -> Figure {
    let rate = loads[0].measurement.rate;
    let detail = format!(
        "{} MiB/s over HTTP, the bare server {}; one core: {} with base64, {} AES-256-GCM alone",
        significant(rate),
        significant(loads[1].measurement.rate),
        significant(raw.with_base64),
        significant(raw.cipher_alone)
    );
    let what = format!("{what}: rate to raw AES-256-GCM with base64 on one core");
    Figure::measured(&what, Target::AtLeast(0.5, Unit::Times), rate / raw.with_base64, detail)
}

/// What one core does, in mebibytes of plaintext per second.
struct Raw {
    with_base64: f64,
    cipher_alone: f64,
}

impl Raw {
    fn measure(time: Duration) -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, &pseudo_random(32, 1))
            .map_err(|_| anyhow!("AES-256-GCM refuses a key of 32 bytes"))?;
        let key = LessSafeKey::new(key);
        let encoded = pseudo_random_base64(MEBIBYTE, 1);
        let mut number = 0_u64;
        let mut seal = |data: &mut [u8]| {
            number += 1;
            let mut nonce = [0; NONCE_LEN];
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            let nonce = Nonce::assume_unique_for_key(nonce);
            key.seal_in_place_separate_tag(nonce, Aad::empty(), data)
                .map_err(|_| anyhow!("AES-256-GCM refuses 1 MiB"))
        };
        let mut plaintext = vec![0; encoded.len()];
        let mut ciphertext = vec![0; encoded.len()];
        let with_base64 = per_second(time, || {
            let decoded = STANDARD
                .decode(encoded.as_bytes(), base64_simd::Out::from_slice(&mut plaintext))?;
            let _tag = seal(decoded)?;
            let _ = STANDARD.encode(decoded, base64_simd::Out::from_slice(&mut ciphertext));
            Ok(())
        })?;
        let cipher_alone = per_second(time, || seal(&mut plaintext[..MEBIBYTE]).map(|_tag| ()))?;
        Ok(Self { with_base64, cipher_alone })
    }
}

fn per_second(time: Duration, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    work()?;
    let start = clock::now();
    let mut count = 0_u32;
    while start.elapsed() < time {
        work()?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

const MEBIBYTE: usize = 1024 * 1024;
const CONNECTIONS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_raw_path_works_and_base64_does_not_make_it_faster_than_nothing() {
        let raw = Raw::measure(Duration::from_millis(5)).expect("measured");
        assert!(raw.with_base64 > 0.0 && raw.cipher_alone > 0.0);
    }
}
