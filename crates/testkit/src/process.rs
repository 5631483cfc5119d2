//! The real service as a process: on a loopback port and a data directory of its own, and gone when the test is.
//!
//! ```no_run
//! use claviger_testkit::process::ServiceOptions;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // In a test of the package `claviger`: env!("CARGO_BIN_EXE_claviger").
//! let mut service = ServiceOptions::new("target/debug/claviger").start()?;
//! println!("{} is process {}", service.url(), service.process_id());
//! service.kill();
//! service.start_again()?;
//! assert!(service.stop().success());
//! # Ok(())
//! # }
//! ```

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long a service may take to start or to stop, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// What the service says when it is ready, before its address: to people, and to programs.
const READY: [&str; 2] = [" listens on http://", r#""url":"http://"#];

/// How to start a service.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    binary: PathBuf,
    data_dir: Option<PathBuf>,
    port: u16,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
}

impl ServiceOptions {
    /// `claviger server` from this binary, with a new data directory on a free port of 127.0.0.1.
    #[must_use]
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            data_dir: None,
            port: 0,
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// In this data directory, which outlives the service.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// On this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// With one more argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// With one more environment variable. Of the test's own environment the service gets nothing.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Starts the service and waits until it is healthy.
    ///
    /// # Errors
    /// [`StartFailure`] if it ends instead.
    pub fn start(self) -> Result<Service, StartFailure> {
        let home = tempfile::tempdir().map_err(StartFailure::of_system)?;
        let data_dir = self.data_dir.clone().unwrap_or_else(|| home.path().join("data"));
        let running = Running::start(&self, home.path(), &data_dir)?;
        Ok(Service { options: self, home, data_dir, running })
    }

    /// Starts the service, which is expected to refuse.
    ///
    /// # Panics
    /// If it starts.
    #[must_use]
    pub fn refusal(self) -> StartFailure {
        match self.start() {
            Err(failure) => failure,
            Ok(service) => {
                panic!("the service was expected to refuse, but it said:\n{}", service.said())
            }
        }
    }
}

/// A service that ended instead of starting.
#[derive(Debug)]
pub struct StartFailure {
    /// Its exit code; none if a signal ended it or it never ran.
    pub code: Option<i32>,
    /// What it said on standard error.
    pub said: String,
}

impl StartFailure {
    fn of_system(error: io::Error) -> Self {
        Self { code: None, said: error.to_string() }
    }
}

impl fmt::Display for StartFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the service did not start (exit code {:?}): {}", self.code, self.said)
    }
}

impl std::error::Error for StartFailure {}

/// A service in a process of its own. Dropping it kills the process.
#[derive(Debug)]
pub struct Service {
    options: ServiceOptions,
    home: TempDir,
    data_dir: PathBuf,
    running: Running,
}

impl Service {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.running.child.id()
    }

    /// Its data directory.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// A directory of the test's own, which is its home and its working directory.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// What it has said on standard error since it was last started.
    #[must_use]
    pub fn said(&self) -> String {
        self.running.said()
    }

    /// How much memory it has in use, in KiB, without the pages of files: its program is large when it was built for debugging.
    ///
    /// # Panics
    /// If the process has ended.
    #[must_use]
    pub fn memory(&self) -> u64 {
        memory(self.process_id(), "RssAnon:")
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// If the process has ended.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process_id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a process has a number"), signal).expect("the process runs");
    }

    /// Tells it to stop (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// If it does not end.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Ends it at once (SIGKILL).
    ///
    /// # Panics
    /// If the process has ended.
    pub fn kill(&mut self) -> ExitStatus {
        self.signal(Signal::KILL);
        self.wait()
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// If it does not end.
    pub fn wait(&mut self) -> ExitStatus {
        self.running.wait()
    }

    /// Starts it again in the same data directory, with the same options, after it has ended. Its port may be another.
    ///
    /// # Errors
    /// [`StartFailure`] if it ends instead.
    ///
    /// # Panics
    /// If it has not ended before.
    pub fn start_again(&mut self) -> Result<(), StartFailure> {
        let ended = self.running.child.try_wait().expect("the process is a child of this one");
        assert!(ended.is_some(), "the service has to end before it is started again");
        self.running = Running::start(&self.options, self.home.path(), &self.data_dir)?;
        Ok(())
    }
}

/// One run.
#[derive(Debug)]
struct Running {
    child: Child,
    address: SocketAddr,
    said: Arc<Mutex<String>>,
}

impl Running {
    fn start(options: &ServiceOptions, home: &Path, data_dir: &Path) -> Result<Self, StartFailure> {
        let mut command = Command::new(&options.binary);
        command.env_clear().env("HOME", home).current_dir(home);
        command.arg("server").arg("--data-dir").arg(data_dir);
        command.args(["--port", &options.port.to_string()]).args(&options.arguments);
        command.envs(options.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(StartFailure::of_system)?;
        let said = Arc::new(Mutex::new(String::new()));
        let (sender, addresses) = mpsc::channel();
        let errors = child.stderr.take().expect("standard error is a pipe");
        let copy = Arc::clone(&said);
        let reader = thread::spawn(move || listen_to(errors, &copy, &sender));
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut running = Self { child, address: nowhere, said };
        match running.first_address(&addresses) {
            Some(address) => running.address = address,
            None => {
                let code = running.wait().code();
                // It has said everything when its standard error is closed.
                let _ = reader.join();
                return Err(StartFailure { code, said: running.said() });
            }
        }
        running.wait_until_healthy();
        Ok(running)
    }

    /// The address that it says it listens on; none if it ends first.
    fn first_address(&self, addresses: &Receiver<SocketAddr>) -> Option<SocketAddr> {
        match addresses.recv_timeout(PATIENCE) {
            Ok(address) => Some(address),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("the service does not get ready; it said:\n{}", self.said())
            }
        }
    }

    fn wait_until_healthy(&self) {
        for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
            if is_healthy(self.address).unwrap_or(false) {
                return;
            }
            thread::sleep(LOOK);
        }
        panic!("the service is not healthy; it said:\n{}", self.said());
    }

    fn wait(&mut self) -> ExitStatus {
        for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
            let ended = self.child.try_wait().expect("the process is a child of this one");
            if let Some(status) = ended {
                return status;
            }
            thread::sleep(LOOK);
        }
        panic!("the service does not end; it said:\n{}", self.said());
    }

    fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended, which is all that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory that a process ever had, in KiB, without the pages of files, as for [`Service::memory`].
///
/// # Panics
/// If the process has ended.
#[must_use]
pub fn peak_memory(process_id: u32) -> u64 {
    memory(process_id, "VmHWM:").saturating_sub(memory(process_id, "RssFile:"))
}

/// What the system says of a process's memory, in KiB (proc_pid_status(5)).
fn memory(process_id: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process_id}/status"));
    let status = status.expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    number.and_then(|number| number.trim().parse().ok()).expect("the system says it in kB")
}

/// Keeps what the service says, and passes on the first address that it listens on.
fn listen_to(errors: ChildStderr, said: &Mutex<String>, addresses: &Sender<SocketAddr>) {
    for line in BufReader::new(errors).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line).into_owned();
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push_str(&line);
        said.push('\n');
        if let Some(address) = address_in(&line) {
            // Later lines are only kept: nobody waits for a second address.
            let _ = addresses.send(address);
        }
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = READY.iter().find_map(|ready| line.split_once(ready))?;
    rest.split([' ', '"']).next()?.parse().ok()
}

fn is_healthy(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(
        b"GET /api/v1/kms/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    )?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    Ok(reply.starts_with(b"HTTP/1.1 200 "))
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn the_address_is_read_from_what_the_service_says() {
        let line = "Claviger 0.1.0 listens on http://127.0.0.1:40123 and http://[::1]:40123";
        assert_eq!(address_in(line), Some("127.0.0.1:40123".parse().unwrap()));
        let line = r#"{"level":"INFO","message":"the service listens","url":"http://127.0.0.1:1","seal":"file"}"#;
        assert_eq!(address_in(line), Some("127.0.0.1:1".parse().unwrap()));
        assert_eq!(address_in("Warning: http://127.0.0.1:1"), None);
    }
}
