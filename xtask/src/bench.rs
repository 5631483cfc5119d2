//! `cargo xtask bench`: the load generator against this build and its peers.

use anyhow::Result;

use crate::process::{self, Stages};
use crate::{tools, wheels, workspace};

/// Installs the peers, builds for speed with symbols, measures, and writes `bench/RESULTS.md`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut stages = Stages::default();
    stages.run("tools", || tools::install(tools::FOR_BENCHMARK))?;
    let openbao = stages.run("peer", wheels::openbao)?;
    stages.run("build", || {
        let mut cargo = process::cargo();
        cargo.args(["build", "--locked", "--profile", "profiling"]);
        process::check(cargo.args(["--package", "claviger", "--package", "claviger-bench"]))
    })?;
    let root = workspace::root();
    let binaries = workspace::target().join("profiling");
    stages.run("bench", || {
        let mut bench = process::command(binaries.join("claviger-bench"));
        bench.arg("run").arg("--claviger").arg(binaries.join("claviger"));
        bench.arg("--bao").arg(&openbao).arg("--output").arg(root.join("bench/RESULTS.md"));
        process::check(bench.args(arguments))
    })?;
    println!("time: {}", stages.summary());
    Ok(())
}
