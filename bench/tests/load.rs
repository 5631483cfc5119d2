//! The load generator against the bare server, in short: that it counts, paces, notices errors and cleans up.

use std::{path::Path, time::Duration};

use claviger_bench::{
    certificates,
    data::pseudo_random_base64,
    kmip,
    load::{self, Plan, Requests, Speech, arrivals::Pace},
    peers::{bare::BareOptions, bare_messages},
    server::Server,
    subject,
};

const BINARY: &str = env!("CARGO_BIN_EXE_claviger-bench");

async fn bare(folder: &Path) -> Server {
    let ciphertext = format!("claviger:1:default:1:{}", "A".repeat(1478));
    let options = BareOptions::like(&ciphertext, 1024);
    options.start_from(Path::new(BINARY), folder).await.expect("the bare server starts")
}

fn plan(pace: Pace) -> Plan {
    let (warm_up, measure) = (Duration::from_millis(50), Duration::from_millis(300));
    Plan { connections: 8, pace, warm_up, measure }
}

fn encrypt(server: &Server) -> Vec<u8> {
    subject::encrypt_request(&server.endpoint, &pseudo_random_base64(1024, 1))
}

#[tokio::test]
async fn a_closed_loop_counts_requests_and_charges_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = bare(folder.path()).await;
    let requests = Requests::fixed(vec![encrypt(&server)]);
    let measured = load::run(server.target(), plan(Pace::Closed), &requests).await;
    let measured = measured.expect("loaded");
    assert_eq!((measured.errors, measured.first_error), (0, None));
    assert!(measured.requests > 8);
    assert!(measured.peak_mebibytes > 0.0);
    assert!(measured.median_microseconds <= measured.p99_microseconds);
    server.stop().await.expect("it ends when asked");
}

#[tokio::test]
async fn an_open_loop_sends_no_more_than_its_rate() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = bare(folder.path()).await;
    let requests = Requests::numbered({
        let request = encrypt(&server);
        move |_| request.clone()
    });
    let pace = Pace::Open { per_second: 200.0 };
    let measured = load::run(server.target(), plan(pace), &requests).await.expect("loaded");
    assert_eq!(measured.errors, 0);
    // 350 ms at this rate are 70 arrivals, however fast or slow the machine is.
    assert!((1..=70).contains(&measured.requests), "{measured:?}");
}

#[tokio::test]
async fn refused_requests_are_errors_and_not_a_rate() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = bare(folder.path()).await;
    let refused = server.endpoint.post("/api/v1/kms/encrypt", &serde_json::json!({}));
    let fixed = Requests::fixed(vec![refused.clone()]);
    let error = load::run(server.target(), plan(Pace::Closed), &fixed).await;
    assert!(error.expect_err("refused at once").to_string().contains("400"));

    let numbered = Requests::numbered(move |_| refused.clone());
    let measured = load::run(server.target(), plan(Pace::Closed), &numbered).await;
    let measured = measured.expect("measured all the same");
    assert_eq!(measured.requests, 0);
    assert!(measured.errors > 0);
    assert!(measured.first_error.is_some_and(|error| error.contains("400")));
}

#[tokio::test]
async fn a_server_that_is_dropped_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = bare(folder.path()).await;
    let endpoint = server.endpoint.clone();
    endpoint.call("GET", "/api/v1/kms/health", None).await.expect("it answers");
    drop(server);
    endpoint.call("GET", "/api/v1/kms/health", None).await.expect_err("nobody listens");
}

#[tokio::test]
async fn messages_behind_tls_are_counted_on_kept_and_on_new_connections() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificates = folder.path().join("certificates");
    certificates::make(&certificates).expect("certificates");
    // A header, and in it a result status that says Success or not.
    let mut answer = vec![0x42, 0, 0x7B, 1, 0, 0, 0, 16];
    answer.extend_from_slice(&[0x42, 0, 0x7F, 5, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    let binary = Path::new(BINARY);
    let (server, client) = bare_messages::start(binary, folder.path(), &certificates, &answer)
        .await
        .expect("the bare server starts");
    let requests = Requests::fixed(vec![kmip::get("key")]);
    let mut rates = Vec::new();
    for speech in [Speech::Messages(client.clone()), Speech::MessagesOnce(client)] {
        let target = load::Target { speech, ..server.target() };
        let measured = load::run(target, plan(Pace::Closed), &requests).await.expect("loaded");
        assert_eq!((measured.errors, measured.first_error), (0, None));
        assert!(measured.requests > 8);
        rates.push(measured.rate);
    }
    assert!(rates[0] > rates[1], "a handshake costs something: {rates:?}");
    drop(server);

    answer[19] = 1;
    let (server, client) = bare_messages::start(binary, folder.path(), &certificates, &answer)
        .await
        .expect("the bare server starts");
    let target = load::Target { speech: Speech::Messages(client), ..server.target() };
    let error = load::run(target, plan(Pace::Closed), &requests).await;
    assert!(error.is_err(), "an answer that is not Success is an error");
}
