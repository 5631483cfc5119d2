//! What is different on a terminal, which `script` (of Debian's essential bsdutils) provides.

use std::process::Output;

use crate::bench::{Bench, CLAVIGER, finish, program, sample};

/// Runs the program on a terminal of its own. What it prints and says comes together.
fn on_terminal(bench: &Bench, variables: &[(&str, &str)], arguments: &str) -> Output {
    let mut command = program("script", bench.folder.path());
    command.env("KMS_SERVICE_URL", bench.service.url()).env("TERM", "xterm");
    command.envs(variables.iter().copied());
    command.args([
        "--quiet",
        "--return",
        "--command",
        &format!("{CLAVIGER} {arguments}"),
        "/dev/null",
    ]);
    finish(command, b"")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn colours_are_for_terminals_and_can_be_refused() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k"]);
    for arguments in ["doctor", "key list"] {
        assert!(text(&on_terminal(&bench, &[], arguments)).contains("\x1b["), "{arguments}");
        let plain = on_terminal(&bench, &[], &format!("{arguments} --no-color"));
        assert!(!text(&plain).contains('\x1b'), "{}", text(&plain));
        let plain = on_terminal(&bench, &[("NO_COLOR", "1")], arguments);
        assert!(!text(&plain).contains('\x1b'));
        let json = on_terminal(&bench, &[], &format!("{arguments} --output json"));
        assert!(!text(&json).contains('\x1b'));
    }
}

#[test]
fn secrets_in_bytes_are_not_printed_on_a_terminal() {
    let bench = Bench::new();
    bench.text(&["key", "create", "k", "--exportable"]);
    for arguments in
        ["key export k --format raw", "key backup k", "random --raw", "encrypt-file - --key k"]
    {
        let output = on_terminal(&bench, &[], arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", text(&output));
        assert!(text(&output).contains("terminal"), "{arguments}: {}", text(&output));
    }
    assert!(on_terminal(&bench, &[], "random").status.success());
}

#[test]
fn progress_is_shown_unless_quiet() {
    let bench = Bench::new();
    bench.write("file", &sample(20_000_000));
    let loud = text(&on_terminal(&bench, &[], "encrypt-file file"));
    assert!(loud.contains("file -> file.enc"), "{loud}");
    assert!(loud.contains("MiB"), "{loud}");
    let quiet = text(&on_terminal(&bench, &[], "encrypt-file file --force --quiet"));
    assert_eq!(quiet, "");
    let piped = bench.run(&["encrypt-file", "file", "--force"], b"");
    assert_eq!(String::from_utf8_lossy(&piped.stderr), "file -> file.enc\n");
}
