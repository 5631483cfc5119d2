//! KMIP over TLS with client certificates, against a bare TLS server that gives the same answers.

use std::net::SocketAddr;

use anyhow::Result;

use crate::{
    certificates::{self, CLIENT},
    compare::{Contender, compare, cpu_ratio},
    kmip,
    load::{Speech, arrivals::Pace, messages::Client},
    peers::bare_messages,
    report::Section,
    run::Bench,
    server::free_address,
    subject::{self, Claviger},
};

/// How many connections are kept open.
const CONNECTIONS: usize = 32;
/// How many clients connect again and again.
const CONNECTING: usize = 8;
/// The plaintext of Encrypt.
const PLAINTEXT: &[u8] = &[0x5A; 64];

/// Encrypt of 64 bytes on connections that are kept open.
pub async fn run_encrypt(bench: &Bench) -> Result<Section> {
    let message = |key: &str| kmip::encrypt(key, PLAINTEXT);
    run(bench, "KMIP Encrypt of 64 bytes", Speech::Messages, CONNECTIONS, message, 2.5).await
}

/// Get of a symmetric key on connections that are kept open.
pub async fn run_get(bench: &Bench) -> Result<Section> {
    run(bench, "KMIP Get", Speech::Messages, CONNECTIONS, kmip::get, 2.5).await
}

/// A connection with a full handshake for each Encrypt of 64 bytes. Not Get: what lets key material out waits for the disk.
pub async fn run_connect(bench: &Bench) -> Result<Section> {
    let message = |key: &str| kmip::encrypt(key, PLAINTEXT);
    let what = "KMIP connect and Encrypt of 64 bytes";
    run(bench, what, Speech::MessagesOnce, CONNECTING, message, 1.5).await
}

/// Loads Claviger and the bare server with a message about a new key, and compares what it costs them.
async fn run(
    bench: &Bench,
    what: &str,
    speech: fn(Client) -> Speech,
    connections: usize,
    message: impl Fn(&str) -> Vec<u8>,
    at_most: f64,
) -> Result<Section> {
    let folder = bench.folder(&what.replace(' ', "-"))?;
    let certificates = subject::certificates_in(&folder);
    certificates::make(&certificates)?;
    let address: SocketAddr = free_address()?;
    let claviger = Claviger::start_with_kmip(&bench.claviger, &folder, address).await?;
    let client = Client::new(address, &certificates, CLIENT)?;
    let key = kmip::create_key(&client).await?;
    let message = message(&key);
    let answer = kmip::call(&client, &message).await?;
    let binary = std::env::current_exe()?;
    let (bare, of_bare) = bare_messages::start(&binary, &folder, &certificates, &answer).await?;
    let contenders = [
        Contender::of_messages(&claviger.server, vec![message.clone()], speech(client)),
        Contender::of_messages(&bare, vec![message], speech(of_bare)),
    ];
    let loads = compare(bench, what, connections, Pace::Closed, &contenders).await?;
    claviger.server.stop().await?;
    let figure = cpu_ratio(&format!("{what}: CPU to bare TLS"), at_most, &loads[0], &loads[1]);
    Ok(Section { figures: vec![figure], loads })
}
