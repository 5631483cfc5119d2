//! The listener: an accept loop of our own, because a ready-made one sets no deadline for heads.
//!
//! It never ends by itself: an error of one connection is that connection's, and when the system has no room for another one
//! the loop waits until it has.

mod authenticated;
mod connection;
mod limits;
mod stream;
mod watched;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::MissedTickBehavior;

pub(crate) use authenticated::{Authenticated, Caller, MessageDoor};
pub(crate) use connection::Http;
pub(crate) use limits::{HTTP, KMIP};
pub(crate) use watched::Connections;

use crate::exit::StartError;
use watched::Connection;

/// Open files that are not connections: the database, the audit log, the runtime.
const OTHER_FILES: u64 = 64;

/// How long to wait when the system has no room for one more connection.
const BREATH: Duration = Duration::from_millis(100);

/// What is spoken on the connections of a listener.
pub(crate) trait Protocol: Clone + Send + 'static {
    /// Serves a connection until the peer ends it, a deadline passes, or the service stops.
    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        connection: Connection,
    ) -> impl Future<Output = ()> + Send + 'static;

    /// Says that there is no room, as far as that is possible without waiting, and closes.
    fn refuse(&self, stream: TcpStream);
}

/// Where to listen, and which options say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The address or name.
    pub(crate) hostname: &'a str,
    /// The port; 0 for a free one.
    pub(crate) port: u16,
    /// Whether other machines may reach it.
    pub(crate) allow_remote: bool,
    /// The option that gives the name.
    pub(crate) hostname_option: &'static str,
    /// The option that gives the port.
    pub(crate) port_option: &'static str,
}

/// Listens on every address that the name stands for; on port 0 the first takes a free one and the others the same.
///
/// # Errors
/// [`StartError`] when an address isn't loopback and other machines may not reach it, or when none can be listened on.
pub(crate) async fn bind(place: &Place<'_>) -> Result<Vec<TcpListener>, StartError> {
    let refused = |address| refused(place, address);
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut port = place.port;
    let mut unavailable = None;
    for mut address in resolve(place).await? {
        if !address.ip().is_loopback() && !place.allow_remote {
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

/// Where these listen.
pub(crate) fn addresses(listeners: &[TcpListener]) -> Vec<SocketAddr> {
    listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
}

/// How many connections are possible when `wanted` are wanted and so many files may be open.
pub(crate) fn possible_connections(wanted: usize, open_files: Option<u64>) -> usize {
    let possible = open_files.map_or(u64::MAX, |files| files - OTHER_FILES.min(files / 2));
    wanted.min(usize::try_from(possible).unwrap_or(usize::MAX))
}

/// Accepts connections for as long as the future is polled.
pub(crate) async fn accept(
    listener: TcpListener,
    protocol: impl Protocol,
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
            Ok((stream, _)) if connections.total() >= most => protocol.refuse(stream),
            Ok((stream, peer)) => {
                // Small replies leave at once. A connection that is gone already says so later.
                let _ = stream.set_nodelay(true);
                let connection = connections.open();
                tokio::spawn(protocol.serve(stream, peer, connection));
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

async fn resolve(place: &Place<'_>) -> Result<Vec<SocketAddr>, StartError> {
    let Place { hostname, port, hostname_option, .. } = *place;
    let bare = hostname.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let unresolved = |error| StartError::Resolution {
        hostname: hostname.to_owned(),
        error,
        option: hostname_option,
    };
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

fn refused(place: &Place<'_>, address: SocketAddr) -> impl FnOnce(io::Error) -> StartError {
    let Place { hostname_option, port_option, .. } = *place;
    move |error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => format!(
                "another program listens there, perhaps another Claviger: stop it, or choose another port with \
                 `{port_option}`"
            ),
            ErrorKind::PermissionDenied => {
                format!("the user may not: choose a port from 1024 on with `{port_option}`")
            }
            ErrorKind::AddrNotAvailable => {
                format!(
                    "it is no address of this machine: give one that is with `{hostname_option}`"
                )
            }
            _ if hostname_option == port_option => {
                format!("choose another address with `{hostname_option}`")
            }
            _ => format!("choose another address with `{hostname_option}` and `{port_option}`"),
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

#[cfg(test)]
mod tests;
