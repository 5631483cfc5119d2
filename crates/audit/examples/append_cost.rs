//! What an append costs: CPU time per record written, and records synced per second.
//!
//! `cargo run --release -p claviger-audit --example append_cost [directory]`

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use claviger_audit::{ChainKey, FileAuditLog, FileAuditOptions, SyncMode, verify};
use claviger_model::{KeyName, ObjectId, Principal, RequestId, TenantId, Timestamp};
use claviger_ports::{AuditLog, AuditRecord, Durability, Outcome, Target};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[expect(clippy::print_stdout, reason = "its figures are what the program is for")]
fn main() -> Result<(), Failure> {
    let place = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = tempfile::tempdir_in(place)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    for (name, tasks, each, work) in [
        ("nothing", 32, 60_000, Work::Nothing),
        ("written", 32, 60_000, Work::Append(Durability::Written)),
        ("written, alone", 1, 300_000, Work::Append(Durability::Written)),
        ("synced", 256, 1_000, Work::Append(Durability::Synced)),
    ] {
        let options = FileAuditOptions {
            sync: SyncMode::Interval(Duration::from_millis(100)),
            ..FileAuditOptions::new(directory.path().join(name), key(), now())
        };
        let log = Arc::new(FileAuditLog::open(options)?);
        let (began, busy) = (Instant::now(), cpu_time()?);
        runtime.block_on(run(&log, tasks, each, work))?;
        let (wall, cpu) = (began.elapsed(), cpu_time()?.saturating_sub(busy));
        drop(log);
        let began = Instant::now();
        let verified = verify(&directory.path().join(name), &key())?;
        let verifying = began.elapsed();
        let records = u128::from(tasks * each);
        println!(
            "{name}: {tasks} tasks, {records} records, {} ns of CPU and {} ns each, {} per second; {} verified in {verifying:?}",
            cpu.as_nanos() / records,
            wall.as_nanos() / records,
            records * 1_000_000_000 / wall.as_nanos(),
            verified.records,
        );
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Work {
    /// What the rest costs: making the record and letting others run.
    Nothing,
    Append(Durability),
}

async fn run(log: &Arc<FileAuditLog>, tasks: u64, each: u64, work: Work) -> Result<(), Failure> {
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let log = Arc::clone(log);
            tokio::spawn(async move {
                let key = KeyName::new("payments-cards")?;
                for number in 0..each {
                    let record = record(&key, task << 32 | number);
                    match work {
                        Work::Nothing => {
                            std::hint::black_box(record);
                            tokio::task::yield_now().await;
                        }
                        Work::Append(durability) => {
                            log.check()?;
                            log.append(vec![record], durability).await?;
                        }
                    }
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for task in running {
        task.await??;
    }
    Ok(())
}

fn record(key: &KeyName, number: u64) -> AuditRecord {
    let id =
        u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes();
    AuditRecord {
        time: now(),
        request: RequestId::from_bytes(id),
        tenant: TenantId::default_tenant(),
        principal: Principal::new("jwt", "https://login.example.com/", "service-account-payments"),
        source: Some(IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3))),
        door: "native",
        operation: "encrypt",
        target: Target {
            key: Some(key.clone()),
            version: Some(3),
            object: Some(ObjectId::from_bytes(id)),
        },
        outcome: Outcome::Done,
    }
}

fn now() -> Timestamp {
    Timestamp::from_milliseconds(1_767_225_600_000)
}

fn key() -> ChainKey {
    ChainKey::new([7; 32])
}

/// The CPU time of all threads of this process, as the scheduler counts it.
fn cpu_time() -> Result<Duration, Failure> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += text.split(' ').next().unwrap_or("0").parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}
