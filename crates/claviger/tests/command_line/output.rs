//! What is printed: completions, manuals, JSON, errors, and the page about all of them.

use std::fs;
use std::process::Command;

use claviger_cli::EXIT_CODES;

use crate::bench::{Bench, finish};

#[test]
fn the_page_is_the_one_that_the_tree_makes() {
    let whole = || {
        claviger_cli::command(claviger_server::command())
            .subcommand(claviger_server::audit_command())
    };
    let page = claviger_cli::reference_page(whole());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating/command-line.md");
    let written = fs::read_to_string(path).unwrap();
    assert!(
        page == written,
        "run `cargo run -p claviger --example command_line_page > docs/operating/command-line.md`"
    );
    whole().debug_assert();
}

#[test]
fn every_exit_code_is_documented_and_happens() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k"]);
    let codes: Vec<u8> = EXIT_CODES.iter().map(|exit| exit.code).collect();
    assert_eq!(codes, (0..8).collect::<Vec<u8>>());
    let help = bench.text(&["--help"]);
    assert!(EXIT_CODES.iter().all(|exit| help.contains(&format!("  {}  ", exit.code))));
    let url = "http://127.0.0.1:1";
    let broken = broken_service();
    for (code, arguments, input) in [
        (0, &["health"][..], &b""[..]),
        (1, &["health", "--url", &broken], b""),
        (2, &["key", "create", "../x"], b""),
        (2, &["nonsense"], b""),
        (2, &["encrypt", "--context", "a"], b""),
        (3, &["key", "show", "unknown"], b""),
        (4, &["key", "create", "k"], b""),
        (5, &["decrypt"], b"claviger:1:k:1:AAAA"),
        (6, &["health", "--url", url], b""),
        (7, &["encrypt", "missing"], b""),
    ] {
        let output = bench.run(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert_eq!(code == 0, said.is_empty(), "{arguments:?}: {said}");
    }
}

/// The address of something that answers and is no service.
fn broken_service() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    format!("http://{address}")
}

#[test]
fn errors_are_json_where_results_are() {
    let bench = Bench::new();
    let said = bench.failure(3, &["--output", "json", "key", "show", "nope"], b"");
    let error: serde_json::Value = serde_json::from_str(&said).unwrap();
    let error = &error["error"];
    assert_eq!((&error["exit_code"], &error["code"]), (&3.into(), &"not_found".into()));
    assert!(error["request"].is_string() && !error["remedy"].as_str().unwrap().is_empty());
    let said =
        bench.failure(6, &["status", "--output", "json", "--url", "http://127.0.0.1:1"], b"");
    assert!(serde_json::from_str::<serde_json::Value>(&said).is_ok());
    bench.write("file", b"x");
    let said =
        bench.failure(3, &["--output", "json", "encrypt-file", "file", "--key", "nope"], b"");
    let error: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["code"], "not_found");
}

#[test]
fn every_command_with_a_result_has_it_as_json() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k", "--exportable"]);
    bench.text(&["key", "create", "m", "--algorithm", "hmac-sha-256"]);
    bench.text(&["key", "create", "s", "--algorithm", "ed25519"]);
    for arguments in [
        &["status"][..],
        &["health"],
        &["version"],
        &["doctor"],
        &["random"],
        &["hash"],
        &["encrypt"],
        &["generate-key"],
        &["mac", "m"],
        &["sign", "s"],
        &["key", "list"],
        &["key", "show", "k"],
        &["key", "versions", "k"],
        &["key", "export", "k", "--format", "raw"],
        &["key", "public-key", "s"],
        &["key", "backup", "k"],
        &["age", "recipient"],
        &["age", "identity"],
    ] {
        assert!(!bench.json(arguments).is_null(), "{arguments:?}");
    }
    let status = bench.text(&["status"]);
    assert!(status.contains("\nkeys     4\n") && status.contains("OPERATION"), "{status}");
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let bench = Bench::new();
    let data_dir = bench.service.data_dir().to_str().unwrap().to_owned();
    let report = bench.text(&["doctor", "--data-dir", &data_dir]);
    for line in [
        "ok    service",
        "ok    version",
        "ok    health",
        "ok    clock",
        "warn  seal",
        "ok    root key",
        "ok    age-plugin-claviger",
        "ok    data directory",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    let said = bench.failure(1, &["doctor", "--url", "http://127.0.0.1:1"], b"");
    assert!(said.contains("1 of"), "{said}");
    fs::create_dir_all(bench.path(".config/claviger")).unwrap();
    bench.write(".config/claviger/config.toml", b"nonsense");
    bench.failure(1, &["doctor"], b"");
}

#[test]
fn completions_and_manuals_are_whole() {
    let bench = Bench::new();
    for (shell, word) in [
        ("bash", "_claviger"),
        ("zsh", "#compdef claviger"),
        ("fish", "complete -c claviger"),
        ("nushell", "export extern \"claviger key create\""),
    ] {
        let text = bench.text(&["completions", shell]);
        assert!(text.contains(word) && text.contains("encrypt-file"), "{shell}");
        bench.write(shell, text.as_bytes());
    }
    let mut command = Command::new("bash");
    command.arg("-n").arg(bench.path("bash"));
    let output = finish(command, b"");
    assert!(output.status.success() && output.stderr.is_empty());

    assert!(bench.text(&["man"]).contains(".SH"));
    bench.text(&["man", "--dir", "man"]);
    let mut pages: Vec<_> = fs::read_dir(bench.path("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for page in
        ["claviger.1", "claviger-key-create.1", "claviger-encrypt-file.1", "claviger-server.1"]
    {
        assert!(pages.iter().any(|name| name == page), "{page}: {pages:?}");
    }
}
