//! `openssl speed`, the yardstick for RSA: what one signature costs on one core of this machine.

use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};
use tokio::process::Command;

/// What `openssl speed` measured.
pub struct Speed {
    /// Seconds of one RSA-2048 signature.
    pub rsa_2048_sign: f64,
    /// Seconds of one ECDSA P-256 signature.
    pub ecdsa_p256_sign: f64,
    /// Its name and version.
    pub version: String,
}

/// Runs `openssl speed` for both algorithms, each for so many seconds.
pub async fn speed(seconds: u64) -> Result<Speed> {
    let seconds = seconds.to_string();
    let text = output(&["speed", "-mr", "-seconds", &seconds, "rsa2048", "ecdsap256"]).await?;
    let rate = |table, bits| {
        signatures_per_second(&text, table, bits)
            .ok_or_else(|| anyhow!("openssl speed printed no line for {bits} bits: {text}"))
    };
    Ok(Speed {
        rsa_2048_sign: 1.0 / rate(RSA_TABLE, 2048)?,
        ecdsa_p256_sign: 1.0 / rate(ECDSA_TABLE, 256)?,
        version: version(&output(&["version"]).await?),
    })
}

/// The name and number out of a line such as `OpenSSL 3.0.19 27 Jan 2026 (Library: …)`.
fn version(line: &str) -> String {
    line.split_ascii_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

async fn output(arguments: &[&str]) -> Result<String> {
    let output = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("openssl cannot be started (Debian: apt-get install openssl)")?;
    if !output.status.success() {
        bail!("openssl ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Machine-readable lines are `+F2:index:bits:signatures per second:verifications per second` for RSA and
/// `+F4:…` for ECDSA. Versions before 3.0 gave seconds for each instead of rates.
fn signatures_per_second(text: &str, table: &str, bits: u32) -> Option<f64> {
    text.lines().find_map(|line| {
        let mut fields = line.strip_prefix(table)?.strip_prefix(':')?.split(':').skip(1);
        if fields.next()?.parse() != Ok(bits) {
            return None;
        }
        let figure: f64 = fields.next()?.parse().ok()?;
        (figure > 0.0).then(|| if figure < 1.0 { 1.0 / figure } else { figure })
    })
}

const RSA_TABLE: &str = "+F2";
const ECDSA_TABLE: &str = "+F4";

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str =
        "+F2:2:2048:3762.000000:70000.000000\n+F4:3:256:53688.000000:16591.000000\n";

    #[test]
    fn both_tables_are_found() {
        assert_eq!(signatures_per_second(OUTPUT, RSA_TABLE, 2048), Some(3762.0));
        assert_eq!(signatures_per_second(OUTPUT, ECDSA_TABLE, 256), Some(53688.0));
    }

    #[test]
    fn the_version_is_name_and_number() {
        let line = "OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)\n";
        assert_eq!(version(line), "OpenSSL 3.0.19");
    }

    #[test]
    fn seconds_of_old_versions_become_rates() {
        let rate = signatures_per_second("+F2:2:2048:0.000500:0.000010\n", RSA_TABLE, 2048);
        assert!(rate.is_some_and(|rate| (rate - 2000.0).abs() < 1e-6), "{rate:?}");
    }

    #[test]
    fn a_missing_or_broken_line_gives_nothing() {
        assert_eq!(signatures_per_second(OUTPUT, RSA_TABLE, 4096), None);
        assert_eq!(signatures_per_second("+F2:2:2048\n", RSA_TABLE, 2048), None);
        assert_eq!(signatures_per_second("+F2:2:2048:0:1\n", RSA_TABLE, 2048), None);
        assert_eq!(signatures_per_second("rsa 2048 bits\n", RSA_TABLE, 2048), None);
    }
}
