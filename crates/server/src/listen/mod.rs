//! The listener: an accept loop of our own, because a ready-made one sets no deadline for heads.
//!
//! It never ends by itself: an error of one connection is that connection's, and when the system has no room for another one
//! the loop waits until it has.

mod connection;
mod limits;
mod stream;
mod watched;

use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::MissedTickBehavior;

pub(crate) use limits::HTTP;
pub(crate) use watched::Connections;

use crate::exit::StartError;

/// Open files that are not connections: the database, the audit log, the runtime.
const OTHER_FILES: u64 = 64;

/// How long to wait when the system has no room for one more connection.
const BREATH: Duration = Duration::from_millis(100);

/// What a connection beyond the limit gets: no request has been read, so the problem names none.
const OVERLOADED: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: 268\r\n",
    "retry-after: 1\r\nconnection: close\r\n\r\n",
    r#"{"type":"urn:claviger:problem:overloaded","title":"too many connections","status":503,"code":"overloaded","#,
    r#""detail":"the service serves as many connections as it may","#,
    r#""remedy":"close a connection and try again, or raise `--max-connections` of the service","request":""}"#,
);

/// Listens on every address that `hostname` stands for; on port 0 the first takes a free one and the others the same.
///
/// # Errors
/// [`StartError`] when an address isn't loopback and `allow_remote` is not set, or when none can be listened on.
pub(crate) async fn bind(
    hostname: &str,
    port: u16,
    allow_remote: bool,
) -> Result<Vec<TcpListener>, StartError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut port = port;
    let mut unavailable = None;
    for mut address in resolve(hostname, port).await? {
        if !address.ip().is_loopback() && !allow_remote {
            return Err(StartError::Remote { address });
        }
        address.set_port(port);
        match listen(address) {
            Ok(listener) => {
                port = listener.local_addr().map_err(refused(address))?.port();
                listeners.push(listener);
            }
            // A name such as localhost often stands for an IPv6 address that the machine does not have.
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
                unavailable = Some(refused(address)(error));
            }
            Err(error) => return Err(refused(address)(error)),
        }
    }
    match unavailable {
        Some(error) if listeners.is_empty() => Err(error),
        _ => Ok(listeners),
    }
}

/// How many connections are possible when `wanted` are wanted and so many files may be open.
pub(crate) fn possible_connections(wanted: usize, open_files: Option<u64>) -> usize {
    let possible = open_files.map_or(u64::MAX, |files| files - OTHER_FILES.min(files / 2));
    wanted.min(usize::try_from(possible).unwrap_or(usize::MAX))
}

/// Accepts connections for as long as the future is polled.
pub(crate) async fn accept(
    listener: TcpListener,
    routes: Router,
    connections: Arc<Connections>,
    most: usize,
) {
    let mut has_room = true;
    loop {
        let accepted = listener.accept().await;
        if accepted.is_ok() && !has_room {
            has_room = true;
            tracing::info!("connections are accepted again");
        }
        match accepted {
            Ok((stream, _)) if connections.count() >= most => refuse(stream),
            Ok((stream, peer)) => {
                // Small replies leave at once. A connection that is gone already says so later.
                let _ = stream.set_nodelay(true);
                let connection = connections.open();
                tokio::spawn(connection::serve(stream, peer, routes.clone(), connection));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if has_room {
                    has_room = false;
                    tracing::warn!(%error, "no connection can be accepted until there is room again");
                }
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Minds the deadlines of connections for as long as the future is polled.
pub(crate) async fn mind_deadlines(connections: Arc<Connections>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        connections.second_passed();
    }
}

async fn resolve(hostname: &str, port: u16) -> Result<Vec<SocketAddr>, StartError> {
    let bare = hostname.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let unresolved = |error| StartError::Resolution { hostname: hostname.to_owned(), error };
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((bare.unwrap_or(hostname), port))
        .await
        .map_err(unresolved)?
        .collect();
    if addresses.is_empty() {
        return Err(unresolved(io::Error::from(ErrorKind::NotFound)));
    }
    Ok(addresses)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart need not wait until the system forgets the connections of the server before it.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(HTTP.backlog)
}

fn refused(address: SocketAddr) -> impl FnOnce(io::Error) -> StartError {
    move |error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program listens there, perhaps another Claviger: stop it, or choose another port with `--port`"
            }
            ErrorKind::PermissionDenied => {
                "the user may not: choose a port from 1024 on with `--port`"
            }
            ErrorKind::AddrNotAvailable => {
                "it is no address of this machine: give one that is with `--hostname`"
            }
            _ => "choose another address with `--hostname` and `--port`",
        };
        StartError::Address { address, error, advice }
    }
}

/// Whether the next connection can be accepted at once after this error.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// Says that there is no room, as far as that is possible without waiting, and closes.
fn refuse(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        // A peer that does not take it is closed all the same.
        let _ = stream.write(OVERLOADED.as_bytes());
    }
}

#[cfg(test)]
mod tests;
