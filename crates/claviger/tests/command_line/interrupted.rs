//! Programs that end before their work does, and how much memory they have until then.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use claviger_testkit::process::peak_memory;
use rustix::process::{Pid, Signal, kill_process};

use crate::bench::{Bench, sample};

/// The most memory that encryption may take, in KiB, without its program.
const MEMORY: u64 = 24 * 1024;

/// `encrypt-file` that was given so many MiB, and waits for more.
fn waiting(bench: &Bench, mebibytes: usize) -> Child {
    let program = bench.command(&["encrypt-file", "-", "--output", "out"]);
    // Whoever runs the tests in the background may have had signals ignored, which is inherited.
    let mut command = Command::new("env");
    command.env_clear().arg("--default-signal=INT,TERM");
    command.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap());
    }
    command.current_dir(program.get_current_dir().unwrap());
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let block = sample(1 << 20);
    for _ in 0..mebibytes {
        child.stdin.as_mut().unwrap().write_all(&block).unwrap();
    }
    child
}

#[test]
fn a_signal_leaves_nothing_behind() {
    let bench = Bench::new();
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let mut child = waiting(&bench, 4);
        let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        // Waiting closes the input; a program that saw its end before the signal would be done.
        let input = child.stdin.take();
        kill_process(id, signal).unwrap();
        assert!(!child.wait().unwrap().success());
        drop(input);
        assert!(bench.names().is_empty(), "{signal:?}: {:?}", bench.names());
    }
}

#[test]
fn memory_does_not_grow_with_the_file() {
    let bench = Bench::new();
    let mut child = waiting(&bench, 96);
    let peak = peak_memory(child.id());
    assert!(peak < MEMORY, "{peak} KiB");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(bench.read("out").len() > 96 << 20);
}

#[test]
fn whoever_stops_reading_is_not_complained_to() {
    let bench = Bench::new();
    bench.text(&["key", "create", "orders"]);
    for arguments in [&["key", "list"][..], &["completions", "bash"], &["random", "1000000"]] {
        let mut command = bench.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        sleep(Duration::from_millis(10));
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{arguments:?}: {said}");
    }
}
