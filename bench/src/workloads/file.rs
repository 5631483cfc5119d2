//! `encrypt-file` and `decrypt-file` of 1 GiB, against Debian's `age` on the same file and disk.

use std::{fs, path::Path};

use anyhow::{Result, ensure};

use crate::{
    data,
    figure::{Figure, Target, Unit, significant},
    load::measurement::median,
    peers::age::Age,
    process::{Finished, run_watched},
    report::Section,
    run::Bench,
    subject::{AuditSync, Claviger, CommandLine},
};

/// Time and memory of both, in turns; the decrypted file must be the one that was encrypted.
pub async fn run(bench: &Bench) -> Result<Section> {
    let folder = bench.folder("file")?;
    let input = folder.join("plain");
    data::write_file(&input, bench.effort.file_bytes)?;
    let data = folder.join("server");
    let claviger = Claviger::start(&bench.claviger, &data, AuditSync::Default).await?;
    let age = Age::new(&folder)?;
    let command_line = CommandLine {
        binary: bench.claviger.clone(),
        url: format!("http://{}", claviger.server.endpoint.address),
    };
    let (ours, theirs) = (folder.join("claviger.enc"), folder.join("age.enc"));
    let output = folder.join("decrypted");
    let mut times = Times::default();
    for _ in 0..bench.effort.rounds {
        prepare(&ours)?;
        times.encrypt.0.push(run_watched(command_line.encrypt_file(&input, &ours)).await?);
        prepare(&theirs)?;
        times.encrypt.1.push(age.encrypt(&input, &theirs).await?);
        prepare(&output)?;
        times.decrypt.0.push(run_watched(command_line.decrypt_file(&ours, &output)).await?);
        ensure!(data::same_content(&input, &output)?, "decrypt-file does not give the file back");
        prepare(&output)?;
        times.decrypt.1.push(age.decrypt(&theirs, &output).await?);
    }
    claviger.server.stop().await?;
    fs::remove_dir_all(&folder)?;
    Ok(Section { figures: times.figures(bench, &age.version), loads: Vec::new() })
}

/// Removes what an earlier round left, and lets the disk finish what that round wrote.
fn prepare(output: &Path) -> Result<()> {
    if output.exists() {
        fs::remove_file(output)?;
    }
    rustix::fs::sync();
    Ok(())
}

/// For each direction Claviger's rounds and age's.
#[derive(Default)]
struct Times {
    encrypt: (Vec<Finished>, Vec<Finished>),
    decrypt: (Vec<Finished>, Vec<Finished>),
}

impl Times {
    fn figures(&self, bench: &Bench, version: &str) -> Vec<Figure> {
        let size = format!("{} MiB", bench.effort.file_bytes >> 20);
        let least = Target::AtLeast(1.0, Unit::Times);
        let most = Target::AtMost(32.0, Unit::Mebibytes);
        let information = Target::Information(Unit::Times);
        let encrypt = format!("encrypt-file of {size}");
        let decrypt = format!("decrypt-file of {size}");
        vec![
            speed(&format!("{encrypt}: speed to age"), least, &self.encrypt, version),
            memory(&format!("{encrypt}: peak memory"), most, &self.encrypt),
            speed(&format!("{decrypt}: speed to age"), information, &self.decrypt, version),
            memory(&format!("{decrypt}: peak memory"), most, &self.decrypt),
        ]
    }
}

fn speed(
    what: &str,
    target: Target,
    (ours, theirs): &(Vec<Finished>, Vec<Finished>),
    version: &str,
) -> Figure {
    let elapsed = |rounds: &[Finished]| {
        median(rounds.iter().map(|round| round.elapsed.as_secs_f64()).collect())
    };
    let cpu =
        |rounds: &[Finished]| median(rounds.iter().map(|round| round.cpu.as_secs_f64()).collect());
    let detail = format!(
        "{} s ({} s CPU) against {} s ({} s CPU) of age {version}",
        significant(elapsed(ours)),
        significant(cpu(ours)),
        significant(elapsed(theirs)),
        significant(cpu(theirs))
    );
    Figure::measured(what, target, elapsed(theirs) / elapsed(ours), detail)
}

fn memory(what: &str, target: Target, (ours, theirs): &(Vec<Finished>, Vec<Finished>)) -> Figure {
    let peak =
        |rounds: &[Finished]| rounds.iter().map(|round| round.peak_mebibytes).fold(0.0, f64::max);
    let detail = format!("age {} MiB", significant(peak(theirs)));
    Figure::measured(what, target, peak(ours), detail)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn rounds(seconds: [u64; 3], peak_mebibytes: f64) -> Vec<Finished> {
        let round = |seconds| Finished {
            elapsed: Duration::from_secs(seconds),
            cpu: Duration::from_secs(1),
            peak_mebibytes,
        };
        seconds.map(round).into()
    }

    #[test]
    fn being_faster_than_age_is_a_ratio_above_one() {
        let both = (rounds([2, 9, 1], 10.0), rounds([3, 4, 5], 20.0));
        let figure = speed("x", Target::AtLeast(1.0, Unit::Times), &both, "1.1");
        assert_eq!(figure.measured, Some(2.0));
        assert_eq!(figure.verdict(), "met");
        let figure = memory("x", Target::AtMost(32.0, Unit::Mebibytes), &both);
        assert_eq!(figure.measured, Some(10.0));
    }
}
