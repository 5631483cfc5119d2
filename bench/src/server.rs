//! A server under test: a process on a loopback port of its own, which ends with whoever holds it.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{
    clock,
    load::{
        Speech, Target, excerpt,
        http::{Connection, write_request},
    },
    process::{self, KillOnDrop, Usage},
};

/// A port on loopback that was free just now.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no loopback port")?;
    Ok(listener.local_addr()?)
}

/// A running server.
pub struct Server {
    /// How the report calls it.
    pub name: &'static str,
    /// How to ask it something.
    pub endpoint: Endpoint,
    /// From starting the process to its first good answer on its health route.
    pub start_time: Duration,
    child: KillOnDrop,
    log: PathBuf,
}

impl Server {
    /// Starts the process and waits until `health` answers with 2xx.
    ///
    /// Its output goes to `log`; when it does not come up, the log's end is in the error.
    pub async fn start(
        name: &'static str,
        command: Command,
        endpoint: Endpoint,
        health: &str,
        log: PathBuf,
    ) -> Result<Self> {
        let asked = endpoint.clone();
        let is_ready = async || asked.call("GET", health, None).await.is_ok();
        Self::start_when(name, command, endpoint, is_ready, log).await
    }

    /// The same for a server that says otherwise that it is ready.
    pub async fn start_when(
        name: &'static str,
        mut command: Command,
        endpoint: Endpoint,
        is_ready: impl AsyncFn() -> bool,
        log: PathBuf,
    ) -> Result<Self> {
        let output = fs::File::create(&log).context("the log of a server cannot be created")?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let start = clock::now();
        let child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        let mut child = KillOnDrop(child);
        loop {
            if is_ready().await {
                let start_time = start.elapsed();
                return Ok(Self { name, endpoint, start_time, child, log });
            }
            if let Some(status) = child.0.try_wait()? {
                bail!("{name} ended at once with {status}: {}", end_of(&log));
            }
            if start.elapsed() > LONGEST_START {
                bail!("{name} does not answer: {}", end_of(&log));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// What a load needs to know.
    pub fn target(&self) -> Target {
        Target { address: self.endpoint.address, speech: Speech::Http, pid: self.child.0.id() }
    }

    /// Processor time and memory so far.
    pub fn usage(&self) -> Result<Usage> {
        process::usage(self.child.0.id())
    }

    /// Asks it to end, as an administrator would, and waits for that; it is killed only if it does not.
    pub async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.child.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process id that is none")?, Signal::TERM)?;
        let asked = clock::now();
        while self.child.0.try_wait()?.is_none() {
            if asked.elapsed() > LONGEST_STOP {
                bail!("{} did not end when asked: {}", self.name, end_of(&self.log));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }
}

/// Where a server listens, and the headers that every request to it carries.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its address.
    pub address: SocketAddr,
    /// Further headers, such as a token of a development server.
    pub headers: &'static [(&'static str, &'static str)],
}

impl Endpoint {
    /// One request as bytes, to be sent by a load.
    pub fn post(&self, path: &str, body: &Value) -> Vec<u8> {
        write_request("POST", path, self.address, self.headers, body.to_string().as_bytes())
    }

    /// The same for a request without a body.
    pub fn get(&self, path: &str) -> Vec<u8> {
        write_request("GET", path, self.address, self.headers, b"")
    }

    /// One request on a connection of its own; fails with the server's words unless it answers 2xx.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let request = write_request(method, path, self.address, self.headers, body.as_bytes());
        let mut connection = Connection::open(self.address).await?;
        let reply = connection.exchange(&request).await?;
        let answer = reply.body();
        if !reply.is_success() {
            bail!("{method} {path}: status {}: {}", reply.status, excerpt(&answer));
        }
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        // A health route may answer with plain text, which nobody looks into.
        Ok(serde_json::from_slice(&answer)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&answer).into_owned())))
    }
}

/// A text field of a reply, found by its path (RFC 6901).
pub fn text<'a>(reply: &'a Value, pointer: &str) -> Result<&'a str> {
    reply
        .pointer(pointer)
        .and_then(Value::as_str)
        .ok_or_else(|| anyhow!("a reply has no text at {pointer}: {}", excerpt_of(reply)))
}

/// A list in a reply, found by its path (RFC 6901).
pub fn list<'a>(reply: &'a Value, pointer: &str) -> Result<&'a [Value]> {
    reply
        .pointer(pointer)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| anyhow!("a reply has no list at {pointer}: {}", excerpt_of(reply)))
}

fn excerpt_of(reply: &Value) -> String {
    excerpt(reply.to_string().as_bytes())
}

fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join(" | ")
}

const POLL: Duration = Duration::from_millis(5);
const LONGEST_START: Duration = Duration::from_secs(60);
const LONGEST_STOP: Duration = Duration::from_secs(30);
const LOG_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_process_that_ends_at_once_is_reported_with_its_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such option; exit 2"]);
        let endpoint = Endpoint { address: free_address().expect("a port"), headers: &[] };
        let log = folder.path().join("log");
        let result = Server::start("a shell", command, endpoint, "/", log).await;
        let error = result.err().expect("it has ended").to_string();
        assert!(error.contains("no such option"), "{error}");
    }

    #[test]
    fn fields_are_found_or_named() {
        let reply = json!({"data": {"name": "x", "items": [1, 2]}});
        assert_eq!(text(&reply, "/data/name").expect("is there"), "x");
        assert_eq!(list(&reply, "/data/items").expect("is there").len(), 2);
        let error = text(&reply, "/data/missing").expect_err("is not there").to_string();
        assert!(error.contains("/data/missing"), "{error}");
    }
}
