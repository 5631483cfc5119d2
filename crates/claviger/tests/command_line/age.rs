//! The exchange with Debian's age, through the plugin.

use std::process::Command;

use crate::bench::{Bench, finish, program, sample};

const SIZES: [usize; 4] = [0, 1, 65_536, 3_000_001];

#[test]
fn each_reads_what_the_other_wrote() {
    let bench = Bench::new();
    bench.text(&["key", "create", "orders"]);
    let context = ["--context", "env=prod,service=api"];
    let recipient = bench.text(&[&["age", "recipient", "--key", "orders"], &context[..]].concat());
    let recipient = recipient.trim();
    assert!(recipient.starts_with("age1claviger1"));
    let identity = bench.text(&[&["age", "identity"], &context[..]].concat());
    assert!(identity.starts_with("AGE-PLUGIN-CLAVIGER-1"));
    bench.write("identity", identity.as_bytes());
    let decrypt = [&["decrypt-file", "-"], &context[..]].concat();
    let encrypt = [&["encrypt-file", "-", "--key", "orders"], &context[..]].concat();
    for size in SIZES {
        let text = sample(size);
        let theirs = bench.age_bytes(&["-r", recipient], &text);
        assert!(bench.bytes(&decrypt, &theirs) == text, "{size}");
        let theirs = bench.age_bytes(&["-a", "-r", recipient], &text);
        assert!(bench.bytes(&decrypt, &theirs) == text, "{size}");
        let ours = bench.bytes(&encrypt, &text);
        assert!(bench.age_bytes(&["-d", "-i", "identity"], &ours) == text, "{size}");
        // The identity file serves our own command too.
        assert!(bench.bytes(&["decrypt-file", "-", "--identity", "identity"], &ours) == text);
    }
}

#[test]
fn recipients_of_both_kinds_go_together() {
    let bench = Bench::new();
    let keygen = Command::new("age-keygen").output().expect("age-keygen comes with age");
    bench.write("native", &keygen.stdout);
    let key_file = String::from_utf8(keygen.stdout).unwrap();
    let native = key_file.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    let file = bench.bytes(&["encrypt-file", "-", "--recipient", native], b"text");
    assert_eq!(bench.age_bytes(&["-d", "-i", "native"], &file), b"text");
    assert_eq!(bench.bytes(&["decrypt-file", "-"], &file), b"text");
    let theirs = bench.age_bytes(&["-r", native], b"text");
    assert_eq!(bench.bytes(&["decrypt-file", "-", "--identity", "native"], &theirs), b"text");
    bench.failure(5, &["decrypt-file", "-"], &theirs);
    bench.failure(2, &["encrypt-file", "-", "--recipient", "age1nonsense"], b"text");
}

#[test]
fn a_server_that_only_a_stranger_knows_gets_nothing() {
    let bench = Bench::new();
    let own = bench.text(&["age", "recipient", "--with-server"]);
    let file = bench.age_bytes(&["-r", own.trim()], b"text");
    assert_eq!(bench.bytes(&["decrypt-file", "-"], &file), b"text");
    let stranger = ["age", "recipient", "--with-server", "--url", "http://127.0.0.1:1"];
    let stranger = bench.text(&stranger);
    let output = bench.age(&["-r", stranger.trim()], b"text");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("http://127.0.0.1:1"), "{said}");
    let said = bench.failure(4, &["encrypt-file", "-", "--recipient", stranger.trim()], b"text");
    assert!(said.contains("nothing was sent"), "{said}");
}

#[test]
fn age_hears_why_the_service_refuses() {
    let bench = Bench::new();
    let recipient = bench.text(&["age", "recipient", "--key", "unknown"]);
    let output = bench.age(&["-r", recipient.trim()], b"text");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("no key named unknown"), "{said}");
    let help = finish(plugin(&bench, "--help"), b"");
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("age -r"));
    assert_eq!(finish(plugin(&bench, "--nonsense"), b"").status.code(), Some(2));
}

fn plugin(bench: &Bench, argument: &str) -> Command {
    let mut command = program("age-plugin-claviger", bench.folder.path());
    command.arg(argument);
    command
}
