//! Restarts, signals, dates that come, and what the process denies itself.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::{options, service};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut service = service();
    let client = Client::of(&service);
    let labels = json!({"name": "labelled", "tags": ["a", "b"], "attributes": {"team": "x"}});
    client.post("/api/v1/keys", &labels).await.good();
    let old = client.encrypted("labelled", "old").await;
    client.post("/api/v1/keys/labelled/rotate", &json!({})).await.good();
    let new = client.encrypted("labelled", "new").await;
    let before = client.get("/api/v1/keys/labelled").await.good();

    assert!(service.stop().success());
    assert!(
        !service.data_dir().join("claviger.db-wal").exists(),
        "the database file is whole by itself"
    );
    service.start_again().unwrap();

    let client = Client::of(&service);
    assert_eq!(client.get("/api/v1/keys/labelled").await.good(), before);
    client.opens(&old, "old").await;
    client.opens(&new, "new").await;
    let listed = client.get("/api/v1/keys?tag=a").await.good();
    assert_eq!(listed["keys"][0]["name"], "labelled", "{listed}");
}

#[tokio::test]
async fn sigterm_finishes_the_request_that_has_begun() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut service = service();
        let mut idle = TcpStream::connect(service.address()).await.unwrap();
        let mut busy = TcpStream::connect(service.address()).await.unwrap();
        let body = br#"{"plaintext": "aGVsbG8="}"#;
        let head = format!(
            "POST /api/v1/kms/encrypt HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        busy.write_all(head.as_bytes()).await.unwrap();
        busy.write_all(&body[..5]).await.unwrap();
        // Whoever sees this reply knows that what was sent before it has arrived.
        Client::of(&service).get("/api/v1/kms/health").await.good();
        service.signal(signal);
        assert_eq!(idle.read(&mut [0; 16]).await.unwrap(), 0, "an idle connection is closed");
        busy.write_all(&body[5..]).await.unwrap();
        let mut reply = String::new();
        busy.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
        assert!(service.wait().success(), "{}", service.said());
        assert!(TcpStream::connect(service.address()).await.is_err());
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let mut service = service();
    let mut busy = TcpStream::connect(service.address()).await.unwrap();
    let head = "POST /api/v1/kms/encrypt HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 100\r\n\r\n{";
    busy.write_all(head.as_bytes()).await.unwrap();
    Client::of(&service).get("/api/v1/kms/health").await.good();
    service.signal(Signal::TERM);
    while !service.said().contains("SIGTERM") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    service.signal(Signal::INT);
    assert_eq!(service.wait().code(), Some(1), "{}", service.said());
    assert!(service.said().contains("at once"), "{}", service.said());
}

#[tokio::test]
async fn dates_act_when_they_come() {
    let service = service();
    let client = Client::of(&service);
    let created = client.create("clock").await.good();
    let now = OffsetDateTime::parse(created["created"].as_str().unwrap(), &Rfc3339).unwrap();
    let soon = (now + Duration::from_secs(3)).format(&Rfc3339).unwrap();
    let body = json!({"name": "soon", "activation_date": soon});
    assert_eq!(client.post("/api/v1/keys", &body).await.good()["state"], "pre-active");
    client.encrypt("soon", "text").await.is_problem(409, "wrong_state");
    // Nobody asks for the key meanwhile: the service itself looks what is due, and records what it does.
    let log = service.data_dir().join("audit/audit-000001.log");
    while !fs::read_to_string(&log).unwrap().contains(r#""operation":"scheduled-state-change""#) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ciphertext = client.encrypted("soon", "text").await;
    client.opens(&ciphertext, "text").await;
}

#[test]
fn files_are_nobody_elses_whatever_the_umask() {
    let service = service();
    assert_private(service.data_dir());
}

fn assert_private(path: &Path) {
    let metadata = fs::metadata(path).unwrap();
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_dir() {
        assert_eq!(mode, 0o700, "{}", path.display());
        for entry in fs::read_dir(path).unwrap() {
            assert_private(&entry.unwrap().path());
        }
    } else {
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn the_process_denies_itself_what_would_show_its_memory() {
    let service = service();
    let process = format!("/proc/{}", service.process_id());
    let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert!(core.split_whitespace().nth(4) == Some("0"), "{core}");
    let status = fs::read_to_string(format!("{process}/status")).unwrap();
    assert!(status.lines().any(|line| line == "NoNewPrivs:\t1"), "{status}");
    // The files of a process that is not dumpable belong to root.
    let owner =
        std::os::unix::fs::MetadataExt::uid(&fs::metadata(format!("{process}/mem")).unwrap());
    assert_eq!(owner, 0);
}

#[tokio::test]
async fn an_idle_service_is_small() {
    let service = service();
    let client = Client::of(&service);
    client.encrypted("default", "text").await;
    let idle = service.memory();
    println!("idle: {idle} KiB");
    assert!(idle < 28 * 1024, "{idle} KiB");
}

#[tokio::test]
async fn logs_can_be_json() {
    let mut service = options().argument("--log-format=json").start().unwrap();
    assert!(service.stop().success());
    let said = service.said();
    let lines: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
    let listens =
        lines.iter().find(|line| line["url"].is_string()).expect("it says where it listens");
    assert_eq!(listens["seal"], "development-file", "{listens}");
    assert!(lines.iter().any(|line| line["level"] == "WARN"), "the development seal is a warning");
}
