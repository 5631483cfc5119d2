//! Connections that want nothing good, and a normal client beside them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use claviger_testkit::process::Service;
use rustix::process::{Pid, Resource, Rlimit};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::{options, service};

/// A deadline for what takes the service ten seconds, on the slowest machine.
const GENEROUS: Duration = Duration::from_secs(60);

/// Lets this process, and so the services that it starts, open as many files as the system allows.
fn raise_open_files() -> u64 {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    rustix::process::setrlimit(Resource::Nofile, raised).unwrap();
    limit.maximum.unwrap_or(u64::MAX)
}

/// Waits until the peer closes.
async fn closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    // A reset is a close too.
    let _ =
        tokio::time::timeout(GENEROUS, stream.read_to_end(&mut rest)).await.expect("it is closed");
    assert!(!rest.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn heads_byte_by_byte_silence_and_half_prefaces_end_at_the_deadline() {
    let service = service();
    let client = Client::of(&service);
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let mut silent = TcpStream::connect(service.address()).await.unwrap();
        tasks.push(tokio::spawn(async move { closed(&mut silent).await }));
        let mut half = TcpStream::connect(service.address()).await.unwrap();
        half.write_all(b"PRI * HTTP/2.0\r\n\r\n").await.unwrap();
        tasks.push(tokio::spawn(async move { closed(&mut half).await }));
        let slow = TcpStream::connect(service.address()).await.unwrap();
        tasks.push(tokio::spawn(async move {
            let (mut read, mut write) = slow.into_split();
            let drip = tokio::spawn(async move {
                for byte in b"GET /api/v1/kms/health HTTP/1.1\r\nhost: localhost\r\nx-endless: "
                    .iter()
                    .cycle()
                {
                    if write.write_all(&[*byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
            let mut rest = Vec::new();
            let read = tokio::time::timeout(GENEROUS, read.read_to_end(&mut rest)).await;
            drip.abort();
            let _ = read.expect("a head byte by byte is cut off");
            assert!(!rest.starts_with(b"HTTP/1.1 2"));
        }));
    }
    while tasks.iter().any(|task| !task.is_finished()) {
        let ciphertext = client.encrypted("default", "meanwhile").await;
        client.opens(&ciphertext, "meanwhile").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_disturb_nobody() {
    assert!(
        raise_open_files() > 10_500,
        "the system allows too few open files: raise `ulimit -Hn`"
    );
    let service = service();
    let client = Client::of(&service);
    let ciphertext = client.encrypted("default", "meanwhile").await;
    let before = service.memory();
    let mut idle = Vec::with_capacity(10_000);
    for batch in 0..100 {
        for _ in 0..100 {
            idle.push(TcpStream::connect(service.address()).await.unwrap());
        }
        // Each has had one request, so that it is kept open.
        for stream in &mut idle[batch * 100..] {
            health(stream).await;
        }
        client.opens(&ciphertext, "meanwhile").await;
    }
    let with = service.memory();
    println!("10,000 idle connections: {before} KiB before, {with} KiB with them");
    assert!(with - before < 300 * 1024, "{before} KiB before, {with} KiB with them");
    for _ in 0..50 {
        let more = client.encrypted("default", "more").await;
        client.opens(&more, "more").await;
    }
    for stream in idle.iter_mut().step_by(1000) {
        health(stream).await;
    }
}

async fn health(stream: &mut TcpStream) {
    stream.write_all(b"GET /api/v1/kms/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut reply = [0; 1024];
    let length = stream.read(&mut reply).await.unwrap();
    assert!(
        reply[..length].starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&reply[..length])
    );
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let service = options().argument("--max-connections=3").start().unwrap();
    // The connection of the harness may not be gone yet.
    let mut kept = Vec::new();
    let refused = loop {
        assert!(kept.len() < 4, "no connection is refused");
        let mut stream = TcpStream::connect(service.address()).await.unwrap();
        let _ =
            stream.write_all(b"GET /api/v1/kms/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        let mut reply = vec![0; 1024];
        let length = stream.read(&mut reply).await.unwrap();
        if reply.starts_with(b"HTTP/1.1 503") {
            break String::from_utf8_lossy(&reply[..length]).into_owned();
        }
        kept.push(stream);
    };
    assert!(
        refused.contains("retry-after: 1") && refused.contains("--max-connections"),
        "{refused}"
    );
    kept.clear();
    assert!(served_again(&service).await, "there is room again");
}

#[tokio::test]
async fn a_limit_of_open_files_is_said_and_survived() {
    let limited = options().argument("--max-connections=1000000");
    let service = limited.start().unwrap();
    if rustix::process::getrlimit(Resource::Nofile).maximum.is_some() {
        assert!(service.said().contains("open files"), "{}", service.said());
    }
    assert!(served_again(&service).await);
}

#[tokio::test]
async fn running_out_of_files_is_survived() {
    raise_open_files();
    let service = service();
    let process = i32::try_from(service.process_id()).ok().and_then(Pid::from_raw);
    let few = Rlimit { current: Some(100), maximum: Some(100) };
    rustix::process::prlimit(process, Resource::Nofile, few).unwrap();
    let mut crowd = Vec::new();
    for _ in 0..500 {
        crowd.push(TcpStream::connect(service.address()).await.unwrap());
    }
    while !service.said().contains("no connection can be accepted") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(crowd);
    assert!(served_again(&service).await, "{}", service.said());
    let client = Client::of(&service);
    let ciphertext = client.encrypted("default", "afterwards").await;
    client.opens(&ciphertext, "afterwards").await;
}

#[tokio::test]
async fn http2_serves_many_requests_on_one_connection() {
    let service = service();
    let client = Client::http2(&service);
    let ciphertext = client.encrypted("default", "text").await;
    let mut tasks = Vec::new();
    for _ in 0..300 {
        let (client, ciphertext) = (client.clone(), ciphertext.clone());
        tasks.push(tokio::spawn(async move { client.opens(&ciphertext, "text").await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut service = service;
    assert!(service.stop().success());
}

/// Whether a new client is served before long.
async fn served_again(service: &Service) -> bool {
    for _ in 0..200 {
        let path = "/api/v1/kms/health";
        let reply = Client::of(service).try_call(reqwest::Method::GET, path, None).await;
        if reply.is_ok_and(|reply| reply.status == 200) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test]
async fn bodies_without_measure_are_refused_in_constant_memory() {
    let service = service();
    let client = Client::of(&service);
    client.encrypted("default", "first").await;
    let before = service.memory();
    let large = "A".repeat(33 << 20);
    client
        .post("/api/v1/kms/encrypt", &json!({"plaintext": large}))
        .await
        .is_problem(413, "too_large");

    let head = "POST /api/v1/kms/encrypt HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let mut claimed = TcpStream::connect(service.address()).await.unwrap();
    claimed
        .write_all(format!("{head}content-length: 10000000000\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut reply = vec![0; 64];
    claimed.read_exact(&mut reply).await.unwrap();
    assert!(reply.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&reply));

    let mut endless = TcpStream::connect(service.address()).await.unwrap();
    endless
        .write_all(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut sent = 0;
    while endless.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 1;
        assert!(sent < 16_384, "a gigabyte was taken");
    }
    let grown = service.memory().saturating_sub(before);
    assert!(grown < 160 * 1024, "{grown} KiB");
    let ciphertext = client.encrypted("default", "afterwards").await;
    client.opens(&ciphertext, "afterwards").await;
}

#[tokio::test]
async fn what_is_no_http_is_dropped() {
    let service = service();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n\r\n",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\r\n\r\n",
        b"GET /x HTTP/1.1\r\nhost : localhost\r\n\r\n",
        b"GET /x HTTP/1.1\r\nhost: localhost\r\n folded: y\r\n\r\n",
        b"POST /version HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let mut stream = TcpStream::connect(service.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        closed(&mut stream).await;
    }
    let text = STANDARD.encode("fine");
    let reply = Client::of(&service).post("/api/v1/kms/encrypt", &json!({"plaintext": text})).await;
    reply.good();
    assert!(!service.said().contains("panicked"), "{}", service.said());
}
