//! Memory stays small however long the file is.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use claviger_age::x25519;

use crate::example_program;

/// What is fed through, far more than what may be held.
const INPUT_LEN: usize = 192 << 20;
/// The most memory a program may ever hold, in KiB.
const LIMIT_KIB: u64 = 32 * 1024;

#[test]
fn a_large_file_passes_through_little_memory() {
    let identity = x25519::Identity::generate().expect("random");
    let recipient = identity.recipient().to_string();
    let mut child = Command::new(example_program("stream_file"))
        .args(["encrypt", &recipient, "/dev/stdin", "/dev/null"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut input = child.stdin.take().expect("piped");
    let piece = vec![7; 1 << 20];
    for _ in 0..INPUT_LEN / piece.len() {
        input.write_all(&piece).expect("the program reads");
    }
    // It waits for more, and all the memory that it needs has been used.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it lives");
    drop(input);
    assert!(child.wait().expect("it ends").success());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(peak < LIMIT_KIB, "{peak} KiB");
}
