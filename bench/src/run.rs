//! One run: the workloads in their order, each on servers of its own, and the report at the end.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    figure::{Figure, Target, Unit},
    machine,
    peers::openbao,
    progress,
    report::{Report, Section, figure_row, load_row},
    subject,
    workloads::{WORKLOADS, Workload},
};

/// What to measure, and with what.
#[derive(Args, Clone, Debug)]
pub struct RunOptions {
    /// The `claviger` binary; build it with `--profile profiling`
    #[arg(long, value_name = "PATH")]
    pub claviger: PathBuf,
    /// OpenBao's `bao` binary; without it the figures against OpenBao are not measured
    #[arg(long, value_name = "PATH")]
    pub bao: Option<PathBuf>,
    /// Where the report is written, as Markdown
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Only these workloads (`claviger-bench list` names them)
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub only: Vec<String>,
    /// Short loads, small files and few objects: shows that everything works, not how fast
    #[arg(long)]
    pub quick: bool,
    /// Where data and files are put for the time of the run; must be on a disk [default: beside the claviger binary]
    #[arg(long, value_name = "FOLDER")]
    pub scratch: Option<PathBuf>,
    /// How many objects the large store holds [default: 1000000, or 5000 with --quick]
    #[arg(long, value_name = "NUMBER")]
    pub objects: Option<u64>,
}

/// Everything that a workload needs to know.
pub struct Bench {
    /// The binary under test.
    pub claviger: PathBuf,
    /// The peer's binary, if there is one.
    pub bao: Option<PathBuf>,
    /// How long and how often.
    pub effort: Effort,
    scratch: TempDir,
}

impl Bench {
    /// A new empty folder for this purpose, removed with everything else at the end of the run.
    pub fn folder(&self, purpose: &str) -> Result<PathBuf> {
        let folder = self.scratch.path().join(purpose);
        fs::create_dir_all(&folder).context("a scratch folder cannot be created")?;
        Ok(folder)
    }
}

/// How long and how often things are measured, and how large they are.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Before each load is counted.
    pub warm_up: Duration,
    /// How long each load is counted.
    pub measure: Duration,
    /// How often each load is repeated, in turns with its peers.
    pub rounds: usize,
    /// The size of the large file.
    pub file_bytes: u64,
    /// How long a server idles before it is looked at.
    pub idle: Duration,
    /// How long `openssl speed` runs for each algorithm.
    pub openssl_seconds: u64,
    /// How many objects the large store holds.
    pub objects: u64,
}

impl Effort {
    fn full() -> Self {
        Self {
            warm_up: Duration::from_secs(1),
            measure: Duration::from_secs(3),
            rounds: 3,
            file_bytes: 1 << 30,
            idle: Duration::from_secs(5),
            openssl_seconds: 2,
            objects: 1_000_000,
        }
    }

    fn quick() -> Self {
        Self {
            warm_up: Duration::from_millis(300),
            measure: Duration::from_secs(1),
            rounds: 1,
            file_bytes: 64 << 20,
            idle: Duration::from_secs(1),
            openssl_seconds: 1,
            objects: 5_000,
        }
    }

    fn describe(&self, options: &RunOptions) -> String {
        let scope = match options.only.as_slice() {
            [] => "all workloads".to_owned(),
            only => format!("only {}", only.join(", ")),
        };
        let haste = if options.quick { ", quick and therefore not precise" } else { "" };
        format!(
            "{scope}{haste}; rounds of {:.1} s after {:.1} s of warm-up, {} for each server, in turns",
            self.measure.as_secs_f64(),
            self.warm_up.as_secs_f64(),
            self.rounds,
        )
    }
}

/// Runs what was asked for and writes the report, also when a workload failed; that is an error at the end.
///
/// Ends the servers that it started when it is interrupted or terminated.
pub async fn run(options: RunOptions) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = run_workloads(options) => result,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            bail!("interrupted");
        }
        _ = terminate.recv() => bail!("terminated"),
    }
}

async fn run_workloads(options: RunOptions) -> Result<()> {
    let chosen = choose(&options.only)?;
    let bench = prepare(&options)?;
    let mut report = Report {
        machine: described_machine(),
        versions: versions(&bench)?,
        effort: bench.effort.describe(&options),
        sections: Vec::new(),
    };
    let mut failed = Vec::new();
    for workload in chosen {
        progress::say(&format!("# {}: {}", workload.name, workload.about));
        let section = match (workload.run)(&bench).await {
            Ok(section) => section,
            Err(error) => {
                failed.push(workload.name);
                failure(&bench, workload, &error)
            }
        };
        section.loads.iter().for_each(|load| progress::say(load_row(load).trim_end()));
        for figure in &section.figures {
            progress::say(figure_row(workload.name, figure).trim_end());
        }
        report.sections.push((workload.name, section));
        // After each workload, so that a run that is cut short leaves what it has found.
        write_report(&options.output, &report)?;
    }
    progress::print(&report.to_markdown());
    ensure!(failed.is_empty(), "these workloads could not be run: {}", failed.join(", "));
    Ok(())
}

fn choose(only: &[String]) -> Result<Vec<&'static Workload>> {
    for name in only {
        if !WORKLOADS.iter().any(|workload| workload.name == name) {
            let names: Vec<&str> = WORKLOADS.iter().map(|workload| workload.name).collect();
            bail!("there is no workload {name}; there are {}", names.join(", "));
        }
    }
    let wanted =
        |workload: &&Workload| only.is_empty() || only.iter().any(|name| name == workload.name);
    Ok(WORKLOADS.iter().filter(wanted).collect())
}

fn prepare(options: &RunOptions) -> Result<Bench> {
    let claviger = fs::canonicalize(&options.claviger)
        .with_context(|| format!("there is no binary at {}", options.claviger.display()))?;
    let bao = options
        .bao
        .as_ref()
        .map(|bao| {
            fs::canonicalize(bao).with_context(|| format!("there is no bao at {}", bao.display()))
        })
        .transpose()?;
    let scratch = match (&options.scratch, claviger.parent()) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => folder.to_owned(),
        (None, None) => bail!("--scratch FOLDER is needed"),
    };
    ensure!(
        !machine::is_in_memory(&scratch)?,
        "the scratch folder is in memory, where durability costs nothing: give --scratch on a disk"
    );
    let mut effort = if options.quick { Effort::quick() } else { Effort::full() };
    effort.objects = options.objects.unwrap_or(effort.objects);
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(scratch)?;
    Ok(Bench { claviger, bao, effort, scratch })
}

fn described_machine() -> String {
    let machine = machine::describe();
    match machine::load_average() {
        Some(load) => format!("{machine}; load average when the run began {load:.1}"),
        None => machine,
    }
}

fn versions(bench: &Bench) -> Result<Vec<String>> {
    let mut versions = vec![subject::version(&bench.claviger)?];
    if let Some(bao) = &bench.bao {
        versions.push(openbao::version(bao)?);
    }
    Ok(versions)
}

fn failure(bench: &Bench, workload: &Workload, error: &anyhow::Error) -> Section {
    let folder = bench.scratch.path().display().to_string();
    let reason = format!("{error:#}").replace(&folder, "the scratch folder");
    let missing = Figure::missing(workload.about, Target::Information(Unit::Times), reason);
    Section { figures: vec![missing], loads: Vec::new() }
}

fn write_report(output: &Path, report: &Report) -> Result<()> {
    fs::write(output, report.to_markdown())
        .with_context(|| format!("the report cannot be written to {}", output.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_workloads_in_the_tables_order() {
        assert_eq!(choose(&[]).expect("all").len(), WORKLOADS.len());
        let only = [WORKLOADS[2].name.to_owned(), WORKLOADS[0].name.to_owned()];
        let chosen: Vec<&str> =
            choose(&only).expect("known names").iter().map(|workload| workload.name).collect();
        assert_eq!(chosen, [WORKLOADS[0].name, WORKLOADS[2].name]);
        let error = choose(&["no-such".into()]).err().expect("unknown").to_string();
        assert!(error.contains(WORKLOADS[0].name), "{error}");
    }

    #[test]
    fn workload_names_are_unique() {
        for (index, workload) in WORKLOADS.iter().enumerate() {
            assert!(WORKLOADS[..index].iter().all(|earlier| earlier.name != workload.name));
        }
    }
}
