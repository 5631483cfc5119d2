//! A full disk and a read-only one: a clear error, nothing acknowledged is lost, and the service recovers by itself.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use serde_json::json;
use tokio::runtime::Runtime;

use crate::client::{Client, Reply};
use crate::mounts::{make_read_only, small_file_system, with_mounts};
use crate::options;

/// Fills a file system to its last byte.
fn fill(folder: &Path) {
    let mut file = File::create(folder.join("filler")).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn empty(folder: &Path) {
    fs::remove_file(folder.join("filler")).unwrap();
}

/// Whether a reply says that there is no room, or that nothing can be recorded.
#[track_caller]
fn says_full(reply: &Reply) {
    assert!(matches!(reply.status, 507 | 503), "{reply:?}");
    let code = reply.body["code"].as_str().unwrap();
    assert!(["no_space", "audit_unavailable", "store_unavailable"].contains(&code), "{reply:?}");
    assert!(reply.body["remedy"].is_string(), "{reply:?}");
}

/// Creates keys until the disk is full; gives those that were acknowledged.
async fn create_until_full(client: &Client, prefix: &str) -> Vec<String> {
    let mut created = Vec::new();
    loop {
        let name = format!("{prefix}-{}", created.len());
        let attributes = json!({"filling": "x".repeat(4000)});
        let reply =
            client.post("/api/v1/keys", &json!({"name": name, "attributes": attributes})).await;
        if reply.status == 201 {
            created.push(name);
            assert!(created.len() < 100_000, "the disk is never full");
            continue;
        }
        says_full(&reply);
        return created;
    }
}

async fn assert_whole(client: &Client, keys: &[String]) {
    for key in keys {
        let ciphertext = client.encrypted(key, "text").await;
        client.opens(&ciphertext, "text").await;
    }
}

#[test]
fn a_disk_that_keys_fill_loses_none_even_when_killed() {
    with_mounts("disk::a_disk_that_keys_fill_loses_none_even_when_killed", || {
        let folder = small_file_system("24m");
        fs::write(folder.path().join("filler"), vec![0; 8 << 20]).unwrap();
        let mut service = options().data_dir(folder.path().join("data")).start().unwrap();
        Runtime::new().unwrap().block_on(async {
            let client = Client::of(&service);
            let keys = create_until_full(&client, "key").await;
            assert!(keys.len() > 100, "{} keys fill the disk", keys.len());
            service.kill();
            empty(folder.path());
            service.start_again().unwrap();
            let client = Client::of(&service);
            assert_whole(&client, &keys).await;
            client.create("afterwards").await.good();
        });
        assert!(service.stop().success(), "{}", service.said());
    });
}

#[test]
fn a_disk_that_others_fill_is_survived() {
    with_mounts("disk::a_disk_that_others_fill_is_survived", || {
        let folder = small_file_system("64m");
        let mut service = options().data_dir(folder.path().join("data")).start().unwrap();
        Runtime::new().unwrap().block_on(async {
            let client = Client::of(&service);
            let mut keys = Vec::new();
            for round in 0..5 {
                fill(folder.path());
                // The log has room set aside, so some may still succeed; they count then.
                keys.extend(create_until_full(&client, &format!("full-{round}")).await);
                empty(folder.path());
                let name = format!("room-{round}");
                client.create(&name).await.good();
                keys.push(name);
                assert_whole(&client, &keys).await;
            }
            service.kill();
            service.start_again().unwrap();
            assert_whole(&Client::of(&service), &keys).await;
        });
        assert!(service.stop().success(), "{}", service.said());
    });
}

#[test]
fn a_full_disk_is_said_at_start() {
    with_mounts("disk::a_full_disk_is_said_at_start", || {
        let folder = small_file_system("1m");
        fill(folder.path());
        let failure = options().data_dir(folder.path().join("data")).refusal();
        assert!(matches!(failure.code, Some(3 | 4)), "{failure}");
        let said = failure.said.to_lowercase();
        assert!(
            said.contains("room") || said.contains("space") || said.contains("full"),
            "{failure}"
        );
    });
}

#[test]
fn a_read_only_data_directory_is_refused() {
    with_mounts("disk::a_read_only_data_directory_is_refused", || {
        let folder = small_file_system("64m");
        let data = folder.path().join("data");
        let mut service = options().data_dir(&data).start().unwrap();
        assert!(service.stop().success());
        make_read_only(folder.path());
        let failure = options().data_dir(&data).refusal();
        assert_eq!(failure.code, Some(3), "{failure}");
        assert!(failure.said.contains("read-only"), "{failure}");
        let failure = options().data_dir(folder.path().join("new")).refusal();
        assert_eq!(failure.code, Some(3), "{failure}");
        assert!(failure.said.contains("read-only"), "{failure}");
        let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let elsewhere = tempfile::tempdir().unwrap();
        let failure = options()
            .data_dir(elsewhere.path().join("data"))
            .variable("KMS_ROOT_KEY", key)
            .argument("--audit-dir")
            .argument(folder.path().join("audit"))
            .refusal();
        assert_eq!(failure.code, Some(7), "{failure}");
    });
}
