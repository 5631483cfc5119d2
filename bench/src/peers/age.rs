//! Debian's `age`, the yardstick for files: one recipient, one file, from disk to disk.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow};

use crate::process::{Finished, run_watched};

/// An age identity of its own.
pub struct Age {
    identity: PathBuf,
    recipient: String,
    /// What `age --version` says.
    pub version: String,
}

impl Age {
    /// Makes an identity in `folder`.
    pub fn new(folder: &Path) -> Result<Self> {
        let identity = folder.join("age-identity.txt");
        let made = Command::new("age-keygen")
            .arg("-o")
            .arg(&identity)
            .output()
            .context("age-keygen cannot be started (Debian: apt-get install age)")?;
        if !made.status.success() {
            return Err(anyhow!("age-keygen: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let recipient = public_key(&fs::read_to_string(&identity)?)
            .ok_or_else(|| anyhow!("age-keygen wrote no public key"))?;
        let version = Command::new("age").arg("--version").output()?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        Ok(Self { identity, recipient, version })
    }

    /// `age -r RECIPIENT -o OUTPUT INPUT`
    pub async fn encrypt(&self, input: &Path, output: &Path) -> Result<Finished> {
        let mut command = Command::new("age");
        command.args(["-r", &self.recipient, "-o"]).arg(output).arg(input);
        run_watched(command).await
    }

    /// `age -d -i IDENTITY -o OUTPUT INPUT`
    pub async fn decrypt(&self, input: &Path, output: &Path) -> Result<Finished> {
        let mut command = Command::new("age");
        command.args(["-d", "-i"]).arg(&self.identity).arg("-o").arg(output).arg(input);
        run_watched(command).await
    }
}

/// The line `# public key: age1…` of an identity file.
fn public_key(identity: &str) -> Option<String> {
    identity.lines().find_map(|line| Some(line.strip_prefix("# public key: ")?.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_key_stands_in_a_comment() {
        let identity = "# created: 2026-01-01T00:00:00Z\n# public key: age1abc\nAGE-SECRET-KEY-1\n";
        assert_eq!(public_key(identity).as_deref(), Some("age1abc"));
        assert_eq!(public_key("AGE-SECRET-KEY-1\n"), None);
    }
}
