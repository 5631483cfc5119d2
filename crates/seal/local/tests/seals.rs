//! The seals as an operator meets them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use claviger_ports::{RootKeySource, SealError, SealKind};
use claviger_seal_local::{EnvironmentSeal, FileSeal};
use claviger_secret::SecretBytes;
use claviger_testkit::seal::{assert_shows_no_key, conforms};

/// The base64 of the bytes 224 to 255.
const TEXT: &str = "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8=";

fn key() -> Vec<u8> {
    (224..=255).collect()
}

#[tokio::test]
async fn every_seal_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let made = directory.path().join("made");
    conforms(|| FileSeal::development(made.clone()), SealKind::DevelopmentFile).await;
    let provided = directory.path().join("provided");
    fs::write(&provided, TEXT).unwrap();
    conforms(|| FileSeal::provided(provided.clone()), SealKind::File).await;
    let environment =
        || EnvironmentSeal::new("KMS_ROOT_KEY", SecretBytes::copy_from(TEXT.as_bytes()));
    conforms(environment, SealKind::Environment).await;
}

#[tokio::test]
async fn a_development_file_is_made_for_its_owner_alone_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root.key");
    let key = FileSeal::development(path.clone()).root_key().await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read(&path).unwrap().len(), 45);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left behind");
    let other = FileSeal::development(directory.path().join("other")).root_key().await.unwrap();
    assert!(!key.secret().equals(other.secret().expose("a test compares keys")));
    let provided = FileSeal::provided(path).root_key().await.unwrap();
    assert!(key.secret().equals(provided.secret().expose("a test compares keys")));
}

#[tokio::test]
async fn a_development_file_that_others_can_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root.key");
    fs::write(&path, TEXT).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let error = FileSeal::development(path.clone()).root_key().await.err().unwrap();
        assert!(matches!(error, SealError::Exposed { mode: found, .. } if found == mode));
        assert!(error.to_string().contains(&format!("{mode:04o}")), "{error}");
    }
}

#[tokio::test]
async fn a_kubernetes_secret_is_read_through_its_links() {
    let directory = tempfile::tempdir().unwrap();
    let version = directory.path().join("..2026_01_01");
    fs::create_dir(&version).unwrap();
    fs::write(version.join("root"), TEXT).unwrap();
    fs::set_permissions(version.join("root"), Permissions::from_mode(0o644)).unwrap();
    symlink("..2026_01_01", directory.path().join("..data")).unwrap();
    symlink("..data/root", directory.path().join("root")).unwrap();
    let read = FileSeal::provided(directory.path().join("root")).root_key().await.unwrap();
    assert!(read.secret().equals(&key()));
}

#[tokio::test]
async fn what_is_no_root_key_is_refused_with_its_reason() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root.key");
    let of_31 = "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/g==";
    let of_33 = "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8A";
    let url = "4OHi4-Tl5ufo6err7O3u7_Dx8vP09fb3-Pn6-_z9_v8=";
    for (content, expected) in [
        (String::new(), "has 0 bytes"),
        ("\n".to_owned(), "has 0 bytes"),
        (of_31.to_owned(), "has 31 bytes"),
        (of_33.to_owned(), "has 33 bytes"),
        (url.to_owned(), "base64url"),
        (format!(" {TEXT}"), "a space"),
        (format!("{TEXT} \n"), "a space"),
        (format!("{TEXT}\n\n"), "more than one line"),
        (format!("{TEXT}\n{TEXT}"), "more than one line"),
        (TEXT.trim_end_matches('=').to_owned(), "padding"),
        (TEXT.replace("v8=", "v9="), "last characters"),
        (format!("\"{TEXT}\""), "a character that base64 does not have"),
        (TEXT.repeat(1_000), "far too long"),
    ] {
        fs::write(&path, &content).unwrap();
        let from_file = FileSeal::provided(path.clone()).root_key().await.err().unwrap();
        let value = SecretBytes::copy_from(content.as_bytes());
        let from_environment =
            EnvironmentSeal::new("KMS_ROOT_KEY", value).root_key().await.err().unwrap();
        for error in [from_file, from_environment] {
            let message = format!("{error} {error:?}");
            assert!(message.contains(expected), "{content:?}: {message}");
            assert_shows_no_key(&message, &key());
            assert!(!message.contains("4OHi"), "{message}");
        }
    }
}

#[tokio::test]
async fn ends_of_line_are_allowed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root.key");
    for end in ["", "\n", "\r\n"] {
        fs::write(&path, format!("{TEXT}{end}")).unwrap();
        let read = FileSeal::provided(path.clone()).root_key().await.unwrap();
        assert!(read.secret().equals(&key()));
    }
}

#[tokio::test]
async fn places_that_hold_no_file_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let message = async |seal: FileSeal| seal.root_key().await.err().unwrap().to_string();
    let missing = directory.path().join("missing");
    let text = message(FileSeal::provided(missing.clone())).await;
    assert!(text.contains("missing cannot be read: ") && text.contains("No such file"), "{text}");
    assert!(!missing.exists(), "a provided file is never made");
    let text = message(FileSeal::provided(directory.path().to_owned())).await;
    assert!(text.contains("is a directory"), "{text}");
    let text = message(FileSeal::development(missing.join("root.key"))).await;
    assert!(text.contains("cannot be made"), "{text}");
    let text = message(FileSeal::provided(Path::new("/dev/null").to_owned())).await;
    assert!(text.contains("not a regular file"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_agree() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("root.key");
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let seal = FileSeal::development(path.clone());
            tokio::spawn(async move { seal.root_key().await })
        })
        .collect();
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept.is_empty() || kept.len() == 45, "the file is never seen in part");
    let mut keys = Vec::new();
    for start in starts {
        keys.push(start.await.unwrap().unwrap());
    }
    let first = keys[0].secret().expose("a test compares keys");
    assert!(keys.iter().all(|key| key.secret().equals(first)));
}
