//! Import, export, backup and restore.

use std::sync::Arc;

use claviger_core::ErrorKind;
use claviger_core::operations::{
    BackUpKey, DeleteKey, ExportKey, ImportKey, KeySettings, PolicyChange, ReadPublicKey,
    RestoreKey, RotateKey, Sign, SignatureMessage, Verify,
};
use claviger_model::{DAY, KeyFormat, KeyTemplate};
use claviger_secret::SecretBytes;
use claviger_store_memory::MemoryStore;

use crate::service::{Service, caller, name, refused};

fn exportable() -> KeySettings {
    let policy = PolicyChange { exportable: Some(true), ..PolicyChange::default() };
    KeySettings { policy, ..KeySettings::default() }
}

fn import(key: &str, template: Option<&str>, format: KeyFormat, material: &[u8]) -> ImportKey {
    ImportKey {
        name: name(key),
        template: template.map(|template| KeyTemplate::from_name(template).unwrap()),
        format,
        material: SecretBytes::copy_from(material),
        settings: KeySettings::default(),
    }
}

#[tokio::test]
async fn only_exportable_keys_leave() {
    let service = Service::new().await;
    service.create("stays", "aes-256-gcm").await;
    service.create_with("leaves", "aes-256-gcm", exportable()).await.unwrap();
    let export = |key: &str| ExportKey { name: name(key), version: None, format: KeyFormat::Raw };
    assert_eq!(refused(service.call(export("stays")).await), ErrorKind::PolicyForbids);
    let exported = service.call(export("leaves")).await.unwrap();
    assert_eq!(exported.material.len(), 32);
    let missing = ExportKey { name: name("leaves"), version: Some(2), format: KeyFormat::Raw };
    assert_eq!(refused(service.call(missing).await), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_exported_pair_is_the_same_key_when_imported() {
    let service = Service::new().await;
    service.create_with("made", "ecdsa-p256", exportable()).await.unwrap();
    let export = ExportKey { name: name("made"), version: None, format: KeyFormat::Pkcs8 };
    let exported = service.call(export).await.unwrap();
    let pkcs8 = exported.material.expose("test");
    service.call(import("imported", None, KeyFormat::Pkcs8, pkcs8)).await.unwrap();
    let public = |key: &str| ReadPublicKey { name: name(key), version: None };
    let made = service.call(public("made")).await.unwrap();
    assert_eq!(made, service.call(public("imported")).await.unwrap());
    // The public key alone verifies and does nothing else.
    service.call(import("public", None, KeyFormat::Spki, &made.spki)).await.unwrap();
    let message = SignatureMessage::Message(b"message".to_vec());
    let sign = |key: &str| Sign {
        key: name(key),
        version: None,
        algorithm: None,
        message: message.clone(),
    };
    let signature = service.call(sign("imported")).await.unwrap().signature;
    let verify = Verify {
        key: name("public"),
        version: None,
        algorithm: None,
        message: message.clone(),
        signature,
    };
    assert!(service.call(verify).await.unwrap().valid);
    assert_eq!(refused(service.call(sign("public")).await), ErrorKind::PolicyForbids);
    let rotate = RotateKey { name: name("public") };
    assert_eq!(refused(service.call(rotate).await), ErrorKind::Unsupported);
}

#[tokio::test]
async fn imports_that_do_not_fit_are_refused() {
    let service = Service::new().await;
    for (template, format, material) in [
        (None, KeyFormat::Raw, &[1; 32][..]),
        (Some("aes-256-gcm"), KeyFormat::Raw, &[1; 31]),
        (Some("aes-256-gcm"), KeyFormat::Pkcs8, &[1; 32]),
        (None, KeyFormat::Jwk, b"{}"),
        (None, KeyFormat::Spki, b""),
    ] {
        let result = service.call(import("key", template, format, material)).await;
        assert_eq!(refused(result), ErrorKind::InvalidInput, "{template:?} {format:?}");
    }
    let jwk = br#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    service.call(import("key", Some("aes-256-gcm"), KeyFormat::Jwk, jwk)).await.unwrap();
}

#[tokio::test]
async fn a_backup_brings_a_key_back_with_its_ciphertexts() {
    let service = Service::new().await;
    let first = service.encrypt("default", b"one").await.unwrap();
    service.call(RotateKey { name: name("default") }).await.unwrap();
    let second = service.encrypt("default", b"two").await.unwrap();
    let backup = service.call(BackUpKey { name: name("default") }).await.unwrap();
    assert_eq!(backup.versions, 2);
    let restore = || RestoreKey { blob: backup.blob.clone() };
    assert_eq!(refused(service.call(restore()).await), ErrorKind::AlreadyExists);
    // A destroyed key is replaced.
    service.call(DeleteKey { name: name("default"), waiting_period: None }).await.unwrap();
    service.clock.advance(7 * DAY);
    service.kms.run_due().await.unwrap();
    service.call(restore()).await.unwrap();
    // Another installation with the same root key takes it too.
    let elsewhere = Service::over(Arc::new(MemoryStore::new()), 7).await;
    elsewhere.call(restore()).await.unwrap();
    for service in [&service, &service.restarted().await, &elsewhere] {
        assert_eq!(service.decrypt(&first).await.unwrap(), b"one");
        assert_eq!(service.decrypt(&second).await.unwrap(), b"two");
    }
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let backup = service.call(BackUpKey { name: name("key") }).await.unwrap().blob;
    let foreign = Service::over(Arc::new(MemoryStore::new()), 8).await;
    let elsewhere = Service::over(Arc::new(MemoryStore::new()), 7).await;
    let restore = |blob: &[u8]| RestoreKey { blob: blob.to_vec() };
    assert_eq!(refused(foreign.call(restore(&backup)).await), ErrorKind::Undecryptable);
    for position in (0..backup.len()).step_by(17) {
        let mut changed = backup.clone();
        changed[position] ^= 1;
        let result = elsewhere.call(restore(&changed)).await;
        assert_eq!(refused(result), ErrorKind::Undecryptable, "{position}");
    }
    for length in [0, 4, 5, 60, backup.len() - 1] {
        let result = elsewhere.call(restore(&backup[..length])).await;
        assert_eq!(refused(result), ErrorKind::Undecryptable, "{length}");
    }
    let stranger = elsewhere.kms.call(&caller("mallory"), restore(&backup)).await;
    assert_eq!(refused(stranger), ErrorKind::PermissionDenied);
}
