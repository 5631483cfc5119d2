//! Files: what is refused, and what is left behind then.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::bench::{Bench, sample};

/// Bytes of a sealed chunk.
const CHUNK: usize = 65_536 + 16;

/// Where the chunks begin: the payload is the last thing, behind a nonce of 16 bytes.
fn payload_start(file: &[u8], length: usize) -> usize {
    let chunks = length.div_ceil(65_536).max(1);
    file.len() - length - 16 * chunks
}

#[test]
fn a_damaged_file_leaves_no_output() {
    let bench = Bench::new();
    let text = sample(200_000);
    bench.write("file", &text);
    bench.text(&["encrypt-file", "file", "--output", "good"]);
    let good = bench.read("good");
    let start = payload_start(&good, text.len());
    let flipped = |place: usize| {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        bytes
    };
    let mut swapped = good.clone();
    let (first, second) = swapped[start..].split_at_mut(CHUNK);
    first.swap_with_slice(&mut second[..CHUNK]);
    let header_line = good.iter().position(|byte| *byte == b'\n').unwrap() + 15;
    let cases: [(&str, Vec<u8>, &str); 10] = [
        ("cut in the header", good[..40].to_vec(), "header"),
        ("cut before the payload", good[..start - 8].to_vec(), "header"),
        ("cut after the nonce", good[..start].to_vec(), "cut short"),
        ("cut between chunks", good[..start + CHUNK].to_vec(), "cut short"),
        ("cut by a byte", good[..good.len() - 1].to_vec(), "altered"),
        ("a byte more", [&good[..], b"x"].concat(), "altered"),
        ("chunks in another order", swapped, "altered"),
        ("a bit in the last chunk", flipped(good.len() - 100), "chunk 3"),
        ("a bit in the stanza", flipped(header_line), ""),
        ("empty", Vec::new(), "header"),
    ];
    for (name, bytes, message) in cases {
        bench.write("bad", &bytes);
        let before = bench.names();
        let said = bench.failure(5, &["decrypt-file", "bad", "--output", "out"], b"");
        assert!(said.contains(message), "{name}: {said}");
        assert_eq!(bench.names(), before, "{name}");
    }
    bench.text(&["decrypt-file", "good", "--output", "out"]);
    assert!(bench.read("out") == text);
}

#[test]
fn another_context_opens_no_file() {
    let bench = Bench::new();
    bench.write("file", b"text");
    bench.text(&["encrypt-file", "file", "--context", "env=prod,service=api"]);
    for context in
        [None, Some("env=prod"), Some("env=prod,service=web"), Some("env=prod,service=api,a=")]
    {
        let mut arguments = vec!["decrypt-file", "file.enc", "--output", "out"];
        arguments.extend(context.iter().flat_map(|context| ["--context", context]));
        let said = bench.failure(5, &arguments, b"");
        assert!(said.contains("context"), "{said}");
    }
    assert_eq!(bench.names(), ["file", "file.enc"]);
    let right =
        ["decrypt-file", "file.enc", "--output", "out", "--context", "service=api,env=prod"];
    bench.text(&right);
    assert_eq!(bench.read("out"), b"text");
    let reserved = ["encrypt-file", "file", "--output", "x", "--context", "claviger-age=v2"];
    assert!(bench.failure(2, &reserved, b"").contains("claviger-age"));
}

#[test]
fn an_output_is_replaced_by_force_only() {
    let bench = Bench::new();
    bench.write("file", b"new");
    bench.write("file.enc", b"old");
    assert!(bench.failure(7, &["encrypt-file", "file"], b"").contains("--force"));
    assert_eq!(bench.read("file.enc"), b"old");
    bench.text(&["encrypt-file", "file", "--force"]);
    bench.failure(7, &["decrypt-file", "file.enc"], b"");
    bench.write("file", b"changed");
    bench.text(&["decrypt-file", "file.enc", "--force"]);
    assert_eq!(bench.read("file"), b"new");
    // What fails leaves what was there.
    bench.write("bad.enc", &bench.read("file.enc")[..100]);
    bench.failure(5, &["decrypt-file", "bad.enc", "--output", "file", "--force"], b"");
    assert_eq!(bench.read("file"), b"new");
    symlink("nowhere", bench.path("link")).unwrap();
    bench.failure(7, &["decrypt-file", "file.enc", "--output", "link"], b"");
    bench.failure(2, &["decrypt-file", "file.enc", "--output", "/dev/null", "--force"], b"");
    assert_eq!(bench.names(), ["bad.enc", "file", "file.enc", "link"]);
}

#[test]
fn permissions_are_kept() {
    let bench = Bench::new();
    for mode in [0o600, 0o644, 0o755] {
        bench.write("file", b"text");
        let permissions = || fs::Permissions::from_mode(mode);
        fs::set_permissions(bench.path("file"), permissions()).unwrap();
        bench.text(&["encrypt-file", "file", "--force"]);
        bench.text(&["decrypt-file", "file.enc", "--output", "out", "--force"]);
        for name in ["file.enc", "out"] {
            let found = fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{name}");
        }
    }
    let text = bench.bytes(&["key", "create", "k", "--exportable", "--output", "json"], b"");
    assert!(!text.is_empty());
    bench.text(&["key", "export", "k", "--format", "raw", "--out", "secret"]);
    let found = fs::metadata(bench.path("secret")).unwrap().permissions().mode() & 0o777;
    assert_eq!(found, 0o600);
}

#[test]
fn standard_input_and_output_work_as_files() {
    let bench = Bench::new();
    let text = sample(300_000);
    let file = bench.bytes(&["encrypt-file", "-"], &text);
    assert!(bench.bytes(&["decrypt-file", "-"], &file) == text);
    let armored = bench.bytes(&["encrypt-file", "-", "--armor"], &text);
    assert!(armored.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert!(bench.bytes(&["decrypt-file", "-"], &armored) == text);
    bench.run(&["encrypt-file", "-", "--output", "out"], &text);
    assert!(bench.bytes(&["decrypt-file", "out", "--output", "-"], b"") == text);
    assert_eq!(bench.names(), ["out"]);
}

#[test]
fn what_cannot_be_read_or_written_is_said() {
    let bench = Bench::new();
    bench.write("file", b"text");
    fs::create_dir(bench.path("folder")).unwrap();
    assert!(bench.failure(7, &["encrypt-file", "missing"], b"").contains("missing"));
    bench.failure(7, &["encrypt-file", "folder"], b"");
    bench.failure(7, &["encrypt-file", "file", "--output", "no/folder/x"], b"");
    bench.failure(7, &["encrypt-file", "file", "--output", "folder", "--force"], b"");
    assert!(bench.failure(2, &["decrypt-file", "file"], b"").contains("--output"));
    bench.failure(5, &["decrypt-file", "file", "--output", "out"], b"");
    bench.failure(2, &["encrypt-file", "file", "folder", "--output", "out"], b"");
    // Of several, the good ones are done.
    let said = bench.failure(7, &["encrypt-file", "missing", "file"], b"");
    assert!(said.contains("1 of 2"), "{said}");
    assert_eq!(bench.names(), ["file", "file.enc", "folder"]);
}

#[test]
fn without_a_service_no_file_appears() {
    let bench = Bench::new();
    bench.write("file", b"text");
    let said = bench.failure(6, &["encrypt-file", "file", "--url", "http://127.0.0.1:1"], b"");
    assert!(said.contains("http://127.0.0.1:1") && said.contains("claviger server"), "{said}");
    assert_eq!(bench.names(), ["file"]);
    bench.failure(3, &["encrypt-file", "file", "--key", "unknown"], b"");
    assert_eq!(bench.names(), ["file"]);
}

#[test]
fn any_name_of_a_file_will_do() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    for name in [&b"with space"[..], b"\xff\xfe", "\u{1f511}".as_bytes(), b"--force"] {
        let path = bench.folder.path().join(OsStr::from_bytes(name));
        fs::write(&path, b"text").unwrap();
        let encrypt = bench.command(&["encrypt-file", "--"]).arg(OsStr::from_bytes(name)).output();
        assert!(encrypt.unwrap().status.success());
        fs::remove_file(&path).unwrap();
        let encrypted = [name, b".enc"].concat();
        let mut decrypt = bench.command(&["decrypt-file", "--"]);
        assert!(decrypt.arg(OsStr::from_bytes(&encrypted)).status().unwrap().success());
        assert_eq!(fs::read(&path).unwrap(), b"text");
    }
}

#[test]
fn an_output_that_takes_nothing_is_a_failure() {
    let bench = Bench::new();
    bench.write("file", &sample(100_000));
    for arguments in [&["encrypt-file", "file", "--output", "-"][..], &["key", "list"], &["random"]]
    {
        let full = fs::File::create("/dev/full").unwrap();
        let output = bench.command(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(7), "{arguments:?}: {said}");
        assert!(said.contains("written"), "{said}");
    }
}
