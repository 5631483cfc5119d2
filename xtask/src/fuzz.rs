//! `cargo xtask fuzz`: the targets in `fuzz/`, on the stable toolchain.
//!
//! libFuzzer needs to see which code an input reaches. The compiler can count that without a nightly
//! feature; only the address sanitizer would need one, and a crate without `unsafe` gains little from it.
//! What a run finds goes to `target/fuzz`: inputs that reach new code to `corpus`, failures to `artifacts`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{fuzz_seeds, process, tools, workspace};

/// The manifest of the targets, which are no members of the workspace.
pub(crate) const MANIFEST: &str = "fuzz/Cargo.toml";

/// The environment variable that says how long each target runs in `cargo xtask ci`.
const SECONDS_VARIABLE: &str = "CLAVIGER_FUZZ_SECONDS";

const DEFAULT_SECONDS: u32 = 5;

/// What cargo-fuzz passes to the compiler too, less the sanitizer.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Builds the targets and runs one or all of them for some seconds each.
///
/// # Errors
///
/// When a target finds a failing input, whose file is named above the error, or cannot be built.
pub(crate) fn run(only: Option<&str>, seconds: u32) -> Result<()> {
    let targets = targets()?;
    if let Some(only) = only.filter(|only| !targets.iter().any(|target| target == only)) {
        bail!("there is no fuzz target {only}; there are {}", targets.join(", "));
    }
    tools::install(tools::FOR_CHECKS)?;
    let binaries = build()?;
    for target in targets.iter().filter(|target| only.is_none_or(|only| only == target.as_str())) {
        let outcome = fuzz(&binaries, target, seconds)?;
        println!("{target}: {outcome}");
    }
    Ok(())
}

/// Runs one target and says in a line how much it tried.
///
/// libFuzzer writes pages; they are shown when it fails.
fn fuzz(binaries: &Path, target: &str, seconds: u32) -> Result<String> {
    let folder = workspace::root().join("target/fuzz");
    let (corpus, artifacts) =
        (folder.join("corpus").join(target), folder.join("artifacts").join(target));
    fs::create_dir_all(&corpus).context("making the folder for the corpus")?;
    fs::create_dir_all(&artifacts).context("making the folder for failures")?;
    let mut fuzzer = process::command(binaries.join(target));
    fuzzer.arg(format!("-max_total_time={seconds}"));
    fuzzer.args(["-timeout=10", "-rss_limit_mb=1024", "-verbosity=0", "-print_final_stats=1"]);
    fuzzer.arg(format!("-artifact_prefix={}/", artifacts.display()));
    fuzzer.arg(&corpus).arg(seeds(target)?).args(fuzz_seeds::make(target)?);
    let output =
        fuzzer.output().with_context(|| format!("cannot start the fuzz target {target}"))?;
    let written = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        println!("{written}");
        bail!("the fuzz target {target} failed; its input is below {}", artifacts.display());
    }
    let statistic = |name: &str| {
        let line = written.lines().find_map(|line| line.strip_prefix(&format!("stat::{name}:")));
        line.map_or("?", str::trim).to_owned()
    };
    let (runs, rate) = (statistic("number_of_executed_units"), statistic("average_exec_per_sec"));
    Ok(format!("{runs} inputs, {rate} a second, at most {} MiB", statistic("peak_rss_mb")))
}

/// Seconds for each target, from the environment or five. Nought would be for ever.
pub(crate) fn seconds() -> Result<u32> {
    let Ok(text) = std::env::var(SECONDS_VARIABLE) else { return Ok(DEFAULT_SECONDS) };
    match text.parse() {
        Ok(seconds @ 1..) => Ok(seconds),
        _ => bail!("{SECONDS_VARIABLE}={text} is no number of seconds from 1 on"),
    }
}

/// The names of the targets: the files in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in
        fs::read_dir(workspace::root().join("fuzz/fuzz_targets")).context("fuzz/fuzz_targets")?
    {
        let path = entry.context("fuzz/fuzz_targets")?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            targets.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    targets.sort();
    Ok(targets)
}

/// The committed inputs that a target starts from; every target has some.
fn seeds(target: &str) -> Result<PathBuf> {
    let folder = workspace::root().join("fuzz/seeds").join(target);
    if !folder.is_dir() {
        bail!("fuzz/seeds/{target} is missing: a target starts from inputs that it accepts");
    }
    Ok(folder)
}

/// Builds every target and gives the folder of the binaries.
///
/// The target platform is named so that the flags reach neither build scripts nor macros.
fn build() -> Result<PathBuf> {
    let version = process::output(process::command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc -vV names no host")?;
    let folder = workspace::root().join("target/fuzz");
    let mut cargo = process::cargo();
    cargo.args(["build", "--locked", "--manifest-path", MANIFEST, "--bins", "--target", host]);
    cargo.arg("--target-dir").arg(&folder);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}"));
    process::check(&mut cargo)?;
    Ok(folder.join(host).join("debug"))
}
