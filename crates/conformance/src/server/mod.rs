//! Fresh servers, each a process with a data directory and ports of its own, and gone when the run is.

mod certificates;
mod process;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result};
use tempfile::TempDir;

pub(crate) use certificates::{Certificates, ClientIdentity};
use process::Process;

use crate::configuration::{Configuration, ServerConfiguration, file_named};

/// The servers of a run: one for each configuration that a case needs, started when the first of them does.
pub(crate) struct Servers {
    binary: PathBuf,
    home: TempDir,
    certificates: Arc<Certificates>,
    started: Vec<OnceLock<Result<Server, String>>>,
    starting: Mutex<()>,
}

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
}

impl Server {
    /// Where it speaks TTLV, in TLS.
    pub(crate) fn kmip(&self) -> SocketAddr {
        self.process.kmip
    }

    /// Whether its process still runs.
    pub(crate) fn is_running(&self) -> bool {
        self.process.is_running()
    }

    /// What it has said.
    pub(crate) fn said(&self) -> String {
        self.process.said()
    }
}

impl Servers {
    /// None started yet.
    ///
    /// # Errors
    /// If there is no place for their data, or the certificates cannot be made.
    pub(crate) fn new(binary: &Path, configuration: &Configuration, now: u64) -> Result<Self> {
        let home = tempfile::tempdir().context("a directory for the servers")?;
        let certificates = Arc::new(Certificates::make(&home.path().join("authority"), now)?);
        let started = configuration.servers().iter().map(|_| OnceLock::new()).collect();
        let binary = fs::canonicalize(binary)
            .with_context(|| format!("there is no server program at {}", binary.display()))?;
        Ok(Self { binary, home, certificates, started, starting: Mutex::new(()) })
    }

    /// The authority that they trust.
    pub(crate) fn certificates(&self) -> &Arc<Certificates> {
        &self.certificates
    }

    /// The server with this configuration.
    ///
    /// # Errors
    /// What it said instead of starting.
    pub(crate) fn get(&self, configuration: &Configuration, number: usize) -> Result<&Server> {
        let configured = configuration.servers().get(number).context("no such configuration")?;
        let place = self.started.get(number).context("no such configuration")?;
        let server = place.get_or_init(|| {
            // One after the other: a free port that was found should not be taken by the next server meanwhile.
            let _alone = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
            self.start(configuration, configured).map_err(|error| format!("{error:#}"))
        });
        server.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn start(&self, configuration: &Configuration, server: &ServerConfiguration) -> Result<Server> {
        let home = self.home.path().join(&server.name);
        let data = home.join("data");
        fs::create_dir_all(&data)?;
        self.certificates.copy_to(&data)?;
        let files = write_files(&home, configuration.files_of(server))?;
        let arguments: Vec<String> = server
            .arguments
            .iter()
            .map(|argument| match file_named(argument).and_then(|name| files.get(name)) {
                Some(path) => path.display().to_string(),
                None => argument.clone(),
            })
            .collect();
        let process = Process::start(&self.binary, &home, &data, &arguments)
            .with_context(|| format!("the server `{}`", server.name))?;
        Ok(Server { process })
    }
}

fn write_files(home: &Path, files: BTreeMap<String, String>) -> Result<BTreeMap<String, PathBuf>> {
    let mut paths = BTreeMap::new();
    for (name, content) in files {
        let path = home.join(&name);
        fs::write(&path, content)?;
        paths.insert(name, path);
    }
    Ok(paths)
}
