//! Who may do what: every operation of the table, for everybody.

use claviger_core::operations::{OPERATIONS, SetGrant};
use claviger_core::{Error, ErrorKind};
use claviger_model::{KeyFormat, Permissions, RevocationReason};
use claviger_ports::Outcome;
use claviger_secret::{SealBuffer, SecretBytes};

use crate::object_attempts;
use crate::service::{Service, caller, context, name, refused};

/// Runs the operation of this name on the key as somebody else.
async fn attempt(
    service: &Service,
    subject: &str,
    operation: &str,
    text: &str,
) -> Result<(), Error> {
    use claviger_core::NativeCiphertext;
    use claviger_core::operations::*;
    let key = name("key");
    let caller = caller(subject);
    let (version, algorithm, length) = (None, None, 16);
    let message = SignatureMessage::Message(Vec::new());
    macro_rules! run {
        ($operation:expr) => {
            service.kms.call(&caller, $operation).await.map(|_| ())
        };
    }
    let (context, ciphertext) = (context(&[]), NativeCiphertext::read(text));
    let additional_data = Vec::new();
    let empty = Vec::new;
    match operation {
        "encrypt" => run!(Encrypt { key, context, plaintext: SealBuffer::copy_from(b"") }),
        "decrypt" => run!(Decrypt { ciphertext, key: None, context }),
        "rewrap" => run!(Rewrap { ciphertext, key: None, to: None, context }),
        "generate-data-key" => run!(GenerateDataKey { key, context, length }),
        "encipher" => run!(Encipher {
            key,
            version,
            algorithm,
            nonce: None,
            additional_data,
            plaintext: SecretBytes::new(empty())
        }),
        "decipher" => run!(Decipher {
            key,
            version,
            algorithm,
            nonce: None,
            additional_data,
            ciphertext: empty()
        }),
        "sign" => run!(Sign { key, version, algorithm, message }),
        "verify" => run!(Verify { key, version, algorithm, message, signature: empty() }),
        "mac" => run!(Mac { key, version, algorithm, message: empty() }),
        "mac-verify" => run!(MacVerify { key, version, algorithm, message: empty(), mac: empty() }),
        "wrap" => {
            run!(Wrap { key, algorithm, source: WrapSource::Material(SecretBytes::new(empty())) })
        }
        "unwrap" => run!(Unwrap { key, version, algorithm, wrapped: empty() }),
        "derive" => run!(Derive {
            key,
            version,
            algorithm,
            salt: empty(),
            info: empty(),
            iterations: 0,
            length
        }),
        "agree" => run!(Agree { key, version, peer: empty() }),
        "encapsulate" => run!(Encapsulate { key }),
        "decapsulate" => run!(Decapsulate { key, version, ciphertext: empty() }),
        "describe" => run!(DescribeKey { name: key }),
        "list-versions" => run!(ListVersions { name: key, after: 0, limit: 0 }),
        "change" => run!(ChangeKey {
            name: key,
            policy: PolicyChange::default(),
            tags: None,
            attributes: None,
            dates: DatesChange::default()
        }),
        "set-grant" => run!(SetGrant {
            name: key,
            grantee: "test||eve".into(),
            permissions: Permissions::empty()
        }),
        "rotate" => run!(RotateKey { name: key }),
        "activate" => run!(ActivateKey { name: key, version }),
        "revoke" => run!(RevokeKey { name: key, version, reason: RevocationReason::Unspecified }),
        "delete" => run!(DeleteKey { name: key, waiting_period: None }),
        "cancel-deletion" => run!(CancelDeletion { name: key }),
        "destroy-version" => run!(DestroyVersion { name: key, version: 1 }),
        "read-public-key" => run!(ReadPublicKey { name: key, version }),
        "export" => run!(ExportKey { name: key, version, format: KeyFormat::Raw }),
        "back-up" => run!(BackUpKey { name: key }),
        other => {
            let identifier = object_attempts::identifier(service).await;
            return object_attempts::attempt(service, subject, other, identifier).await;
        }
    }
}

/// Whether the pipeline let the operation through to its own checks.
fn passed(result: &Result<(), Error>) -> bool {
    !matches!(
        result.as_ref().map_err(Error::kind),
        Err(ErrorKind::NotFound | ErrorKind::PermissionDenied)
    ) && !matches!(result, Err(error) if error.kind() == ErrorKind::Undecryptable && error.message().contains("cannot be decrypted: it was changed"))
}

#[tokio::test]
async fn every_operation_needs_its_own_permission() {
    let concerned = OPERATIONS.iter().filter(|operation| !operation.permissions.is_empty());
    for operation in concerned {
        for granted in Permissions::all().iter() {
            let service = Service::new().await;
            service.create("key", "aes-256-gcm").await;
            let encrypt = claviger_core::operations::Encrypt {
                key: name("key"),
                context: context(&[]),
                plaintext: SealBuffer::copy_from(b""),
            };
            let made = service.call(encrypt).await.unwrap();
            let text =
                claviger_core::NativeCiphertext::write(&made.key, made.version, &made.record);
            let grant =
                SetGrant { name: name("key"), grantee: "test||bob".into(), permissions: granted };
            service.call(grant).await.unwrap();
            let expected = operation.permissions == granted;
            let label = format!("{} with {granted:?}", operation.name);
            let result = attempt(&service, "bob", operation.name, &text).await;
            if operation.name == "rewrap" && expected {
                // Rewrapping needs the permission to encrypt as well.
                assert_eq!(refused(result), ErrorKind::PermissionDenied);
            } else if matches!(operation.name, "decrypt" | "rewrap") && !expected {
                assert_eq!(refused(result), ErrorKind::PermissionDenied, "{label}");
            } else {
                assert_eq!(passed(&result), expected, "{label}: {result:?}");
            }
            // Who was granted nothing learns nothing.
            let stranger = attempt(&service, "eve", operation.name, &text).await;
            let absent = if matches!(operation.name, "decrypt" | "rewrap") {
                ErrorKind::Undecryptable
            } else {
                ErrorKind::NotFound
            };
            assert_eq!(refused(stranger), absent, "{label}");
            let last = service.audit.records().pop().unwrap();
            assert!(matches!(last.outcome, Outcome::Refused(_)));
            assert_eq!(last.principal.subject(), "eve");
        }
    }
}

#[tokio::test]
async fn nobody_grants_more_than_they_have() {
    let service = Service::new().await;
    service.create("key", "aes-256-gcm").await;
    let grant = |grantee: &str, permissions| SetGrant {
        name: name("key"),
        grantee: grantee.into(),
        permissions,
    };
    service.call(grant("test||bob", Permissions::GRANT | Permissions::ENCRYPT)).await.unwrap();
    let bob = caller("bob");
    let kms = &service.kms;
    let more = kms.call(&bob, grant("test||bob", Permissions::DECRYPT)).await;
    assert_eq!(refused(more), ErrorKind::PermissionDenied);
    kms.call(&bob, grant("test||carol", Permissions::ENCRYPT)).await.unwrap();
    attempt(&service, "carol", "encrypt", "").await.unwrap();
    service.call(grant("test||carol", Permissions::empty())).await.unwrap();
    let withdrawn = attempt(&service, "carol", "encrypt", "").await;
    assert_eq!(refused(withdrawn), ErrorKind::NotFound);
    service.call(grant("*", Permissions::ENCRYPT)).await.unwrap();
    attempt(&service, "carol", "encrypt", "").await.unwrap();
    for wrong in ["", "a\nb"] {
        let result = service.call(grant(wrong, Permissions::ENCRYPT)).await;
        assert_eq!(refused(result), ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn lists_show_what_one_may_see() {
    let service = Service::new().await;
    service.create("hidden", "aes-256-gcm").await;
    service.create("shown", "aes-256-gcm").await;
    let grant = SetGrant {
        name: name("shown"),
        grantee: "test||bob".into(),
        permissions: Permissions::READ_ATTRIBUTES,
    };
    service.call(grant).await.unwrap();
    let list = claviger_core::operations::ListKeys::default();
    let seen = service.kms.call(&caller("bob"), list).await.unwrap();
    let names: Vec<_> = seen.keys.iter().map(|key| key.keyset.name.as_str()).collect();
    assert_eq!(names, ["shown"]);
}
