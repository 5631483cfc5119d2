//! The accept loop, spoken to over real sockets.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::connection::OVERLOADED;
use super::limits::{HTTP, Limits};
use super::{Connections, Http, Place, accept, possible_connections};
use crate::exit::StartError;

async fn bind(
    hostname: &str,
    port: u16,
    allow_remote: bool,
) -> Result<Vec<TcpListener>, StartError> {
    let (hostname_option, port_option) = ("--hostname", "--port");
    super::bind(&Place { hostname, port, allow_remote, hostname_option, port_option }).await
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/// A listener with one route that says who asks.
struct Service {
    address: SocketAddr,
    connections: Arc<Connections>,
    loop_task: tokio::task::JoinHandle<()>,
}

impl Service {
    async fn start(limits: Limits, most: usize) -> Self {
        let listener = bind("127.0.0.1", 0, false).await.unwrap().remove(0);
        let address = listener.local_addr().unwrap();
        let connections = Connections::new(limits);
        let routes = Router::new()
            .route("/", get(|peer: ConnectInfo<SocketAddr>| async move { peer.to_string() }))
            .route("/slow", get(|| async { tokio::time::sleep(Duration::from_millis(300)).await }));
        let loop_task =
            tokio::spawn(accept(listener, Http { routes }, Arc::clone(&connections), most));
        Self { address, connections, loop_task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn wait_for(&self, count: usize) {
        while self.connections.count() != count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.loop_task.abort();
    }
}

async fn ask(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).await.unwrap();
    let mut reply = vec![0; 4096];
    let length = stream.read(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply[..length]).into_owned()
}

/// Everything until the peer closes; a reset counts as closing.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes).await {
        Ok(_) => bytes,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => bytes,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn requests_are_served_one_after_the_other_on_one_connection() {
    let service = Service::start(HTTP, 10).await;
    let mut stream = service.connect().await;
    let own = stream.local_addr().unwrap().to_string();
    for _ in 0..3 {
        let reply = ask(&mut stream, REQUEST).await;
        assert!(reply.starts_with("HTTP/1.1 200 OK"), "{reply}");
        assert!(reply.ends_with(&own), "{reply}");
    }
}

#[tokio::test]
async fn http2_is_spoken_to_whom_begins_with_it() {
    let service = Service::start(HTTP, 10).await;
    let mut stream = service.connect().await;
    // In two pieces, and with an empty SETTINGS frame behind the preface.
    stream.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    stream.write_all(b"\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00").await.unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "the reply is a SETTINGS frame: {frame:?}");
}

#[tokio::test]
async fn a_head_byte_by_byte_is_cut_off_at_its_deadline() {
    let service = Service::start(Limits { head_seconds: 2, ..HTTP }, 10).await;
    let (mut silent, mut slow, mut quick) =
        (service.connect().await, service.connect().await, service.connect().await);
    service.wait_for(3).await;
    ask(&mut quick, REQUEST).await;
    for byte in REQUEST.iter().take(3) {
        slow.write_all(&[*byte]).await.unwrap();
        service.connections.second_passed();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(rest(&mut slow).await, b"");
    assert_eq!(rest(&mut silent).await, b"");
    assert!(ask(&mut quick, REQUEST).await.starts_with("HTTP/1.1 200"));
    service.wait_for(1).await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let service = Service::start(HTTP, 10).await;
    let mut stream = service.connect().await;
    let head = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let reply = ask(&mut stream, head.as_bytes()).await;
    assert!(reply.starts_with("HTTP/1.1 431"), "{reply}");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let service = Service::start(HTTP, 2).await;
    let (one, _other) = (service.connect().await, service.connect().await);
    service.wait_for(2).await;
    let mut third = service.connect().await;
    assert_eq!(rest(&mut third).await, OVERLOADED.as_bytes());
    let (head, body) = OVERLOADED.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
    drop(one);
    service.wait_for(1).await;
    assert!(ask(&mut service.connect().await, REQUEST).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn closing_finishes_requests_and_ends_what_is_idle() {
    let service = Service::start(HTTP, 10).await;
    let (mut silent, mut idle, mut busy) =
        (service.connect().await, service.connect().await, service.connect().await);
    ask(&mut idle, REQUEST).await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    service.wait_for(3).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    service.connections.close();
    assert_eq!(rest(&mut silent).await, b"");
    assert_eq!(rest(&mut idle).await, b"");
    let reply = String::from_utf8(rest(&mut busy).await).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    tokio::time::timeout(Duration::from_secs(10), service.connections.emptied()).await.unwrap();
}

#[tokio::test]
async fn addresses_are_refused_with_advice() {
    let taken = bind("127.0.0.1", 0, false).await.unwrap().remove(0);
    let port = taken.local_addr().unwrap().port();
    let refusal = bind("127.0.0.1", port, false).await.unwrap_err().to_string();
    assert!(refusal.contains("another program listens there"), "{refusal}");
    let refusal = bind("0.0.0.0", 0, false).await.unwrap_err();
    assert!(matches!(refusal, StartError::Remote { .. }), "{refusal}");
    assert_eq!(bind(&Ipv4Addr::UNSPECIFIED.to_string(), 0, true).await.unwrap().len(), 1);
    let refusal = bind("192.0.2.1", 0, true).await.unwrap_err().to_string();
    assert!(refusal.contains("no address of this machine"), "{refusal}");
    assert!(!bind("localhost", 0, false).await.unwrap().is_empty());
    assert_eq!(bind("[::1]", 0, false).await.map_or(1, |listeners| listeners.len()), 1);
}

#[test]
fn the_limit_of_open_files_lowers_the_number_of_connections() {
    assert_eq!(possible_connections(16_384, None), 16_384);
    assert_eq!(possible_connections(16_384, Some(20_000)), 16_384);
    assert_eq!(possible_connections(16_384, Some(1024)), 960);
    assert_eq!(possible_connections(16_384, Some(10)), 5);
}
