//! `claviger-conformance`: replays the published KMIP cases against fresh servers and compares every answer.
//!
//! ```text
//! cargo xtask kmip-conformance --vectors DIR [--transport tls|http-binary|http-json|http-xml[,…]] [--junit FILE]
//! ```
//!
//! | file               | what it is about                                                              |
//! |--------------------|-------------------------------------------------------------------------------|
//! | `case/`            | the cases: finding and reading them, with the mistakes of their publication    |
//! | `node.rs`          | a message as a tree, in which values may be open                               |
//! | `attributes.rs`    | the attributes of 1.x and 2.x, told alike                                      |
//! | `session/`         | what a run has seen: the values of placeholders, and where objects come from   |
//! | `compare/`         | an answer beside the published one, and the rules by which they may differ     |
//! | `configuration.rs` | which server a case needs, which cases come before it, which are skipped       |
//! | `server/`          | fresh servers, and certificates for them and their clients                     |
//! | `transport/`       | TTLV in TLS; TTLV, JSON and XML in HTTP                                        |
//! | `run.rs`           | the replay                                                                     |
//! | `rehearsal.rs`     | the same without a server                                                      |
//! | `audit.rs`         | how much the comparison forgives                                               |
//! | `report.rs`        | lines, totals and JUnit's XML                                                  |

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command for people at a terminal: it prints, and it takes the time"
)]

mod attributes;
mod audit;
mod case;
mod compare;
mod configuration;
mod node;
mod rehearsal;
mod report;
mod run;
mod server;
mod session;
mod transport;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::Parser;

use audit::Audit;
use case::{CaseId, Errata, discover};
use configuration::{Configuration, Skipped};
use report::{Count, Outcome, Verdict, junit, totals};
use run::Runner;
use server::Servers;
use transport::Transport;

/// How many cases are replayed at the same time over each transport. Most of a case is waiting: for the server, and in a few
/// cases for minutes to pass.
const AT_ONCE: usize = 4;

/// Replay the published KMIP cases against fresh servers and compare every answer
#[derive(Parser)]
#[command(name = "claviger-conformance", version)]
struct Arguments {
    /// The directory with the cases, in any depth
    #[arg(long, value_name = "DIR")]
    vectors: PathBuf,
    /// How messages are sent; cases about a transport keep theirs. Of several, separated by commas, every case is replayed over each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "tls")]
    transport: Vec<Transport>,
    /// Write the results as JUnit's XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Replay only cases whose path contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Replay the case of this name, and print which rules permitted what
    #[arg(long, value_name = "CASE", conflicts_with = "filter")]
    explain: Option<String>,
    /// The server program
    #[arg(long, value_name = "FILE", default_value = "target/debug/claviger")]
    binary: PathBuf,
    /// Take the published answers in place of a server's, to try the cases and the comparison themselves
    #[arg(long)]
    rehearse: bool,
    /// Change every value of every published answer in turn, and count what the comparison forgives
    #[arg(long, conflicts_with_all = ["rehearse", "explain", "junit"])]
    audit: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(Count { failed: 0, .. }) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Count> {
    let configuration = Configuration::of_repository()?;
    configuration.check()?;
    let skipped = Skipped::of_repository()?;
    let errata = Errata::published()?;
    let existing = discover(&arguments.vectors)?;
    let cases = chosen(arguments, &existing)?;
    if arguments.audit {
        return audit(&cases, &errata);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let servers = if arguments.rehearse {
        None
    } else {
        Some(Servers::new(&arguments.binary, &configuration, now)?)
    };
    let everything = everything(&arguments.vectors, &existing);
    let over = |&transport: &Transport| Runner {
        existing: &everything,
        errata: &errata,
        configuration: &configuration,
        servers: servers.as_ref(),
        transport,
    };
    let runners: Vec<Runner<'_>> = arguments.transport.iter().map(over).collect();
    if arguments.explain.is_some() {
        return explain(&runners, &cases);
    }
    let verdicts = replay(&runners, &skipped, &cases);
    for runner in &runners {
        let transport = runner.transport;
        let of_transport = verdicts.iter().filter(|verdict| verdict.transport == transport);
        println!("\nover {transport}\n{}", totals(of_transport));
    }
    if let Some(file) = &arguments.junit {
        fs::write(file, junit(&verdicts))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut count = Count::default();
    for verdict in &verdicts {
        count.add(&verdict.outcome);
    }
    if arguments.filter.is_none() {
        let unused = skipped.unused(&existing);
        if !unused.is_empty() {
            bail!("skip.toml names cases that do not exist: {}", unused.join(", "));
        }
    }
    Ok(count)
}

fn audit(cases: &[CaseId], errata: &Errata) -> Result<Count> {
    let mut audit = Audit::default();
    for case in cases {
        audit.case(case, errata).with_context(|| case.path.clone())?;
    }
    println!("{}", audit.report());
    Ok(Count { passed: cases.len(), ..Count::default() })
}

/// The cases that are replayed.
fn chosen(arguments: &Arguments, existing: &[CaseId]) -> Result<Vec<CaseId>> {
    let is_chosen = |case: &&CaseId| match (&arguments.filter, &arguments.explain) {
        (Some(text), _) => case.path.contains(text.as_str()),
        (None, Some(name)) => case.name() == name || case.path == *name,
        (None, None) => true,
    };
    let cases: Vec<CaseId> = existing.iter().filter(is_chosen).cloned().collect();
    if cases.is_empty() {
        bail!(
            "no case has that name; there are {} below {}",
            existing.len(),
            arguments.vectors.display()
        );
    }
    Ok(cases)
}

/// The cases below the directory, and those of the suites around it, on whose stores some continue.
fn everything(vectors: &Path, existing: &[CaseId]) -> Vec<CaseId> {
    let mut everything = existing.to_vec();
    let around = vectors.canonicalize().ok();
    for directory in around.iter().flat_map(|path| path.ancestors().skip(1).take(2)) {
        // A directory that holds no suites has no cases to add; that is no mistake.
        let holds_suites =
            ["1.0", "1.4", "2.1", "testcases"].iter().any(|one| directory.join(one).is_dir());
        if let (true, Ok(more)) = (holds_suites, discover(directory)) {
            everything.extend(more);
        }
    }
    everything
}

/// Replays cases over every transport, several at a time, and prints their lines as they end.
fn replay(runners: &[Runner<'_>], skipped: &Skipped, cases: &[CaseId]) -> Vec<Verdict> {
    let work: Vec<(&Runner<'_>, &CaseId)> =
        cases.iter().flat_map(|case| runners.iter().map(move |runner| (runner, case))).collect();
    let next = AtomicUsize::new(0);
    let finished: Mutex<Vec<(usize, Verdict)>> = Mutex::new(Vec::with_capacity(work.len()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE * runners.len() {
            scope.spawn(|| {
                while let Some((index, (runner, case))) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    work.get(index).map(|&one| (index, one))
                } {
                    let verdict = judged(runner, skipped, case);
                    println!("{}", verdict.line());
                    if let Ok(mut finished) = finished.lock() {
                        finished.push((index, verdict));
                    }
                }
            });
        }
    });
    let mut verdicts = finished.into_inner().unwrap_or_default();
    verdicts.sort_by_key(|(index, _)| *index);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

fn judged(runner: &Runner<'_>, skipped: &Skipped, case: &CaseId) -> Verdict {
    let start = Instant::now();
    let outcome = match skipped.reason(case) {
        Some(reason) => Outcome::Skipped(reason.to_owned()),
        None => match runner.run(case) {
            Ok(_) => Outcome::Passed,
            Err(error) => Outcome::Failed(format!("{error:#}")),
        },
    };
    Verdict { case: case.clone(), transport: runner.transport, outcome, took: start.elapsed() }
}

/// Prints the rules that a case needs.
fn explain(runners: &[Runner<'_>], cases: &[CaseId]) -> Result<Count> {
    let mut count = Count::default();
    let work = cases.iter().flat_map(|case| runners.iter().map(move |runner| (runner, case)));
    for (runner, case) in work {
        println!("{} over {}", case.path, runner.transport);
        let steps = match runner.run(case) {
            Ok(steps) => steps,
            Err(error) => {
                println!("  FAIL {error:#}");
                count.add(&Outcome::Failed(String::new()));
                continue;
            }
        };
        count.add(&Outcome::Passed);
        for step in steps {
            println!("  {}", step.title);
            for used in step.uses {
                println!("    {} at {}\n      {}", used.rule, used.path, used.rule.clause());
            }
        }
    }
    Ok(count)
}
