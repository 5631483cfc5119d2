//! A service, a folder and a user in front of them.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use claviger_testkit::process::{Service, ServiceOptions};
use serde_json::Value;
use tempfile::TempDir;

/// The program.
pub(crate) const CLAVIGER: &str = env!("CARGO_BIN_EXE_claviger");
/// The plugin, which age looks for on the PATH.
const PLUGIN: &str = env!("CARGO_BIN_EXE_age-plugin-claviger");

/// A service of the test's own and a folder to work in.
pub(crate) struct Bench {
    pub(crate) service: Service,
    pub(crate) folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let service = ServiceOptions::new(CLAVIGER).start().expect("the service starts");
        Self { service, folder: tempfile::tempdir().expect("a folder") }
    }

    /// A command of the program, with an environment of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(CLAVIGER, self.folder.path());
        command.env("KMS_SERVICE_URL", self.service.url()).args(arguments);
        command
    }

    /// Runs the program with this input.
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        finish(self.command(arguments), input)
    }

    /// What the program prints when it succeeds.
    #[track_caller]
    pub(crate) fn bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.run(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {}: {said}", output.status);
        output.stdout
    }

    /// What the program prints, as text.
    #[track_caller]
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.bytes(arguments, b"")).expect("UTF-8")
    }

    /// What the program prints, as JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let all = [arguments, &["--output", "json"]].concat();
        serde_json::from_slice(&self.bytes(&all, b"")).expect("JSON")
    }

    /// What the program says when it fails with this exit code.
    #[track_caller]
    pub(crate) fn failure(&self, code: i32, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    /// Runs age with the plugin on its PATH.
    pub(crate) fn age(&self, arguments: &[&str], input: &[u8]) -> Output {
        let found = Command::new("age").arg("--version").output();
        let found = found.is_ok_and(|output| output.status.success());
        assert!(found, "age is not installed; install it with: apt-get install age");
        let mut command = program("age", self.folder.path());
        command.env("KMS_SERVICE_URL", self.service.url()).args(arguments);
        finish(command, input)
    }

    /// What age prints when it succeeds.
    #[track_caller]
    pub(crate) fn age_bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.age(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "age {arguments:?}: {said}");
        output.stdout
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("written");
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("read")
    }

    /// The names in the folder, hidden ones included.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    }
}

/// A program in a folder, with nothing of the test's environment but the PATH.
pub(crate) fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.env_clear().env("HOME", folder).env("PATH", path()).current_dir(folder);
    command
}

/// The folder of the plugin, and where programs are usually found.
#[expect(clippy::disallowed_methods, reason = "the real age is found where the user finds it")]
fn path() -> OsString {
    let folder = Path::new(PLUGIN).parent().expect("a folder").to_owned();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(std::env::split_paths(&usual));
    std::env::join_paths(folders).expect("a PATH")
}

/// Runs a program to its end.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    thread::scope(|scope| {
        // It may refuse before it has read everything.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().expect("the program ends")
    })
}

/// Bytes that look like nothing.
pub(crate) fn sample(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ length as u64;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}
