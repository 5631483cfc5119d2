//! `kill -9` under load: whatever was acknowledged is there afterwards, and recorded.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use claviger_testkit::process::Service;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::client::Client;
use crate::service;

/// What the service has acknowledged: keys, and what they encrypted.
#[derive(Default)]
struct Acknowledged {
    keys: Vec<String>,
    ciphertexts: Vec<(String, String)>,
    /// Keys with the number of versions that they have at least.
    rotated: Vec<(String, u64)>,
}

/// Creates keys, encrypts and rotates until there is no service any more.
async fn write(
    client: Client,
    writer: usize,
    round: usize,
    acknowledged: Arc<Mutex<Acknowledged>>,
) {
    for number in 0.. {
        let name = format!("key-{round}-{writer}-{number}");
        let create = json!({"name": name});
        let Some(_) = try_post(&client, "/api/v1/keys", &create).await else { return };
        acknowledged.lock().await.keys.push(name.clone());
        let encrypt = json!({"key": name, "plaintext": "dGV4dA=="});
        let Some(reply) = try_post(&client, "/api/v1/kms/encrypt", &encrypt).await else { return };
        let ciphertext = reply["ciphertext"].as_str().unwrap().to_owned();
        acknowledged.lock().await.ciphertexts.push((name.clone(), ciphertext));
        if number % 4 == 0 {
            let rotated =
                try_post(&client, &format!("/api/v1/keys/{name}/rotate"), &json!({})).await;
            let Some(_) = rotated else { return };
            acknowledged.lock().await.rotated.push((name, 2));
        }
    }
}

/// The reply's body; none if the connection broke, which is not acknowledged.
async fn try_post(client: &Client, path: &str, body: &Value) -> Option<Value> {
    let reply = client.try_call(reqwest::Method::POST, path, Some(body)).await.ok()?;
    Some(reply.good())
}

async fn kill_under_load(
    service: &mut Service,
    round: usize,
    acknowledged: &Arc<Mutex<Acknowledged>>,
) {
    let mut writers = Vec::new();
    for writer in 0..32 {
        let client = Client::of(service);
        writers.push(tokio::spawn(write(client, writer, round, Arc::clone(acknowledged))));
    }
    let before = acknowledged.lock().await.keys.len();
    while acknowledged.lock().await.keys.len() < before + 64 * (round + 1) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    service.kill();
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost() {
    let mut service = service();
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    for round in 0..4 {
        kill_under_load(&mut service, round, &acknowledged).await;
        service.start_again().unwrap();
        let client = Client::of(&service);
        let all = acknowledged.lock().await;
        for key in &all.keys {
            assert_eq!(client.get(&format!("/api/v1/keys/{key}")).await.good()["name"], *key);
        }
        for (_, ciphertext) in &all.ciphertexts {
            client.opens(ciphertext, "text").await;
        }
        for (key, versions) in &all.rotated {
            let described = client.get(&format!("/api/v1/keys/{key}")).await.good();
            assert!(described["latest_version"].as_u64().unwrap() >= *versions, "{described}");
        }
        // Every key still does its work, not just the old ciphertexts.
        for key in all.keys.iter().step_by(7) {
            let ciphertext = client.encrypted(key, "after the crash").await;
            client.opens(&ciphertext, "after the crash").await;
        }
    }
    assert_recorded(&service, &*acknowledged.lock().await);
    println!("{} keys were acknowledged before four kills", acknowledged.lock().await.keys.len());
    assert!(service.stop().success());
}

/// Every acknowledged operation has its record, and the sequence has no gap.
fn assert_recorded(service: &Service, acknowledged: &Acknowledged) {
    let log = fs::read_to_string(service.data_dir().join("audit/audit-000001.log")).unwrap();
    let records: Vec<Value> = log
        .trim_end_matches('\0')
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?} is no record")))
        .collect();
    for (index, record) in records.iter().enumerate() {
        assert_eq!(record["seq"].as_u64(), Some(index as u64 + 1), "{record}");
    }
    let recorded = |operation: &str| -> std::collections::HashSet<&str> {
        records
            .iter()
            .filter(|record| record["operation"] == operation && record["outcome"] == "done")
            .filter_map(|record| record["key"].as_str())
            .collect()
    };
    let (created, encrypted, rotated) =
        (recorded("create"), recorded("encrypt"), recorded("rotate"));
    for key in &acknowledged.keys {
        assert!(created.contains(key.as_str()), "the creation of {key} is not recorded");
    }
    for (key, _) in &acknowledged.ciphertexts {
        assert!(encrypted.contains(key.as_str()), "an encryption with {key} is not recorded");
    }
    for (key, _) in &acknowledged.rotated {
        assert!(rotated.contains(key.as_str()), "the rotation of {key} is not recorded");
    }
}
