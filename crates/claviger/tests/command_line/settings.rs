//! Flags, variables, profiles and defaults, and which of them wins.

use std::fs;
use std::process::Output;

use crate::bench::{Bench, CLAVIGER, finish, program};

const NOWHERE: &str = "http://127.0.0.1:1";

fn run(bench: &Bench, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = program(CLAVIGER, bench.folder.path());
    command.envs(variables.iter().copied()).args(arguments);
    finish(command, b"x")
}

/// Whether the program reached the service.
fn reaches(bench: &Bench, variables: &[(&str, &str)], arguments: &[&str]) -> bool {
    let output = run(bench, variables, arguments);
    match output.status.code() {
        Some(0) => true,
        Some(6) => false,
        _ => panic!("{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr)),
    }
}

fn profiles(bench: &Bench, text: &str) {
    let folder = bench.path(".config/claviger");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn a_flag_wins_over_the_environment_over_the_profile_over_the_default() {
    let bench = Bench::new();
    let here = bench.service.url();
    let here = here.as_str();
    assert!(reaches(&bench, &[("KMS_SERVICE_URL", NOWHERE)], &["health", "--url", here]));
    assert!(reaches(&bench, &[("KMS_SERVICE_URL", NOWHERE)], &["--url", here, "health"]));
    assert!(reaches(&bench, &[], &["--url", NOWHERE, "health", "--url", here]));
    assert!(!reaches(&bench, &[("KMS_SERVICE_URL", here)], &["--url", NOWHERE, "health"]));
    profiles(
        &bench,
        &format!("[profiles.default]\nurl = \"{NOWHERE}\"\n[profiles.here]\nurl = \"{here}\"\n"),
    );
    assert!(!reaches(&bench, &[], &["health"]));
    assert!(reaches(&bench, &[], &["health", "--profile", "here"]));
    assert!(reaches(&bench, &[("KMS_PROFILE", "here")], &["health"]));
    assert!(!reaches(&bench, &[("KMS_PROFILE", "here")], &["health", "--profile", "default"]));
    assert!(!reaches(
        &bench,
        &[("KMS_PROFILE", "here"), ("KMS_SERVICE_URL", NOWHERE)],
        &["health"]
    ));
    fs::rename(bench.path(".config/claviger/config.toml"), bench.path("mine.toml")).unwrap();
    let mine = [("KMS_PROFILES", "mine.toml"), ("KMS_PROFILE", "here")];
    assert!(reaches(&bench, &mine, &["health"]));
}

#[test]
fn a_profile_sets_key_and_output() {
    let bench = Bench::new();
    bench.text(&["key", "create", "orders"]);
    let url = bench.service.url();
    profiles(
        &bench,
        &format!("[profiles.p]\nurl = \"{url}\"\noutput = \"json\"\nkey = \"orders\"\n"),
    );
    let said = |arguments: &[&str]| {
        let output = run(&bench, &[("KMS_PROFILE", "p")], arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let reply: serde_json::Value = serde_json::from_str(&said(&["encrypt"])).unwrap();
    assert_eq!(reply["key"], "orders");
    assert!(said(&["encrypt", "--output", "table"]).starts_with("claviger:1:orders:"));
    assert!(
        said(&["--output", "table", "encrypt", "--key", "default"])
            .starts_with("claviger:1:default:")
    );
    let output = run(&bench, &[("KMS_PROFILE", "p"), ("KMS_OUTPUT", "table")], &["health"]);
    assert_eq!(output.stdout, b"ok\n");
}

#[test]
fn what_is_wrong_in_a_setting_is_said() {
    let bench = Bench::new();
    let refused = |variables: &[(&str, &str)], arguments: &[&str], message: &str| {
        let output = run(&bench, variables, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
    };
    profiles(&bench, "[profiles.a]\nurl = \"x\"\n");
    refused(&[], &["health", "--profile", "b"], "no profile `b`");
    refused(&[("KMS_PROFILE", "a")], &["health"], "not the address of a service");
    refused(&[("KMS_OUTPUT", "xml")], &["health"], "xml");
    refused(&[], &["health", "--output", "xml"], "possible values: table, json");
    refused(&[], &["health", "--url", "https://127.0.0.1"], "http only");
    refused(&[], &["--url", "http://127.0.0.1", "server"], "client commands");
    profiles(&bench, "[profiles.a]\npassword = \"x\"\n");
    refused(&[], &["health"], "password");
    let output = run(&bench, &[("KMS_PROFILES", "missing.toml")], &["health"]);
    assert_eq!(output.status.code(), Some(7));
    // A command that needs no service needs no settings either.
    assert!(run(&bench, &[], &["completions", "fish"]).status.success());
}
