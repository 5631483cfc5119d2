//! One server process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a server may take to start, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// A running server. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Process {
    child: Mutex<Child>,
    /// Where it speaks TTLV.
    pub(super) kmip: SocketAddr,
    /// Where it speaks HTTP.
    pub(super) http: SocketAddr,
    said: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a server with a data directory, on free ports of the loopback interface, and waits until it answers.
    ///
    /// # Errors
    /// What it said instead.
    pub(super) fn start(
        binary: &Path,
        home: &Path,
        data: &Path,
        arguments: &[String],
    ) -> Result<Self> {
        let (kmip, http) = (free_address()?, free_address()?);
        let mut command = Command::new(binary);
        command.env_clear().env("HOME", home).current_dir(home);
        command.arg("server").arg("--data-dir").arg(data);
        command.args(["--hostname", "127.0.0.1", "--port", &http.port().to_string()]);
        command.args(["--kmip-listen", &kmip.to_string()]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start the server")?;
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(errors) = child.stderr.take() {
            let copy = Arc::clone(&said);
            thread::spawn(move || {
                for line in BufReader::new(errors).split(b'\n').map_while(Result::ok) {
                    let mut said = copy.lock().unwrap_or_else(PoisonError::into_inner);
                    said.push_str(&String::from_utf8_lossy(&line));
                    said.push('\n');
                }
            });
        }
        let process = Self { child: Mutex::new(child), kmip, http, said };
        process.wait_until_ready()?;
        Ok(process)
    }

    /// What it has said on standard error.
    pub(super) fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it still runs.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.child().try_wait(), Ok(None))
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
            if let Some(status) = self.child().try_wait()? {
                // It has said everything a moment after its end.
                thread::sleep(LOOK);
                bail!("it ended with {status} and said:\n{}", self.said());
            }
            if is_healthy(self.http).unwrap_or(false) && TcpStream::connect(self.kmip).is_ok() {
                return Ok(());
            }
            thread::sleep(LOOK);
        }
        bail!("it does not get ready; it said:\n{}", self.said());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended, which is all that is wanted.
        let mut child = self.child();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A port that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?)
}

fn is_healthy(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(
        b"GET /api/v1/kms/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    )?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    Ok(reply.starts_with(b"HTTP/1.1 200 "))
}
