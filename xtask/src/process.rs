//! Running other programs, and stages that are timed and named.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// The stages of one command, with the time that each took.
#[derive(Default)]
pub(crate) struct Stages {
    finished: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// Runs one stage; its failure names it.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        stage: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        println!("==> {name}");
        let start = Instant::now();
        let outcome = stage().with_context(|| format!("the stage `{name}` failed"))?;
        let took = start.elapsed();
        println!("<== {name}: {:.1} s", took.as_secs_f64());
        self.finished.push((name, took));
        Ok(outcome)
    }

    /// One line that lists every stage with its seconds.
    pub(crate) fn summary(&self) -> String {
        let mut line = String::new();
        for (name, took) in &self.finished {
            let separator = if line.is_empty() { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(line, "{separator}{name} {:.1} s", took.as_secs_f64());
        }
        line
    }
}

/// A command that runs in the workspace root with this command's output streams.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

/// `cargo`, the one that runs this program.
///
/// `cargo run` describes the package that it runs in `CARGO_*` variables; a nested cargo must not see
/// them, because build scripts that watch one of them would run again.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a command to its end and fails unless it exits with 0.
pub(crate) fn check(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command to its end and gives its standard output, which must be UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` ended with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no UTF-8"))
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
