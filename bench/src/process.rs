//! What the kernel tells about a process: processor time and memory (proc_pid_stat(5), proc_pid_status(5)).

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

use crate::clock;

/// Processor time and memory of one process so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// User and system time of all its threads, ended ones included.
    pub cpu: Duration,
    /// Resident memory now, in mebibytes; `None` once it has ended.
    pub resident_mebibytes: Option<f64>,
    /// The most resident memory ever, in mebibytes; `None` once it has ended.
    pub peak_mebibytes: Option<f64>,
    /// Whether it has ended and only waits for its parent to ask.
    pub ended: bool,
}

/// Reads the usage of a process that has not been waited for yet.
pub fn usage(pid: u32) -> Result<Usage> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    };
    let stat = parse_stat(&read("stat")?, rustix::param::clock_ticks_per_second())
        .ok_or_else(|| anyhow!("/proc/{pid}/stat does not have the fields of proc_pid_stat(5)"))?;
    let status = read("status")?;
    Ok(Usage {
        cpu: stat.cpu,
        resident_mebibytes: parse_mebibytes(&status, "VmRSS"),
        peak_mebibytes: parse_mebibytes(&status, "VmHWM"),
        ended: stat.ended,
    })
}

/// The usage of this process.
pub fn own_usage() -> Result<Usage> {
    usage(std::process::id())
}

/// What running a child to its end took.
#[derive(Clone, Copy, Debug)]
pub struct Finished {
    /// From its start to its end.
    pub elapsed: Duration,
    /// Its processor time.
    pub cpu: Duration,
    /// The most resident memory that was seen, in mebibytes.
    pub peak_mebibytes: f64,
}

/// Runs a command to its end, watching its memory; fails with its messages if it does not succeed.
///
/// The peak comes from the kernel's own high-water mark, read every few milliseconds while the process lives.
pub async fn run_watched(mut command: std::process::Command) -> Result<Finished> {
    // Only its name: the message goes into the report, which names no folders.
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let program = program.to_string_lossy().into_owned();
    let log = tempfile::NamedTempFile::new()?;
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    command.stderr(log.reopen()?);
    let start = clock::now();
    let mut child =
        KillOnDrop(command.spawn().with_context(|| format!("{program} cannot be started"))?);
    let (elapsed, cpu, peak_mebibytes) = watch(child.0.id(), start).await?;
    let status = child.0.wait()?;
    if !status.success() {
        let messages = fs::read_to_string(log.path()).unwrap_or_default();
        return Err(anyhow!("{program} ended with {status}: {}", messages.trim()));
    }
    Ok(Finished { elapsed, cpu, peak_mebibytes })
}

async fn watch(pid: u32, start: Instant) -> Result<(Duration, Duration, f64)> {
    let mut peak: f64 = 0.0;
    loop {
        let usage = usage(pid)?;
        if usage.ended {
            return Ok((start.elapsed(), usage.cpu, peak));
        }
        peak = usage.peak_mebibytes.map_or(peak, |now| peak.max(now));
        tokio::time::sleep(WATCH_INTERVAL).await;
    }
}

/// A child that does not outlive whoever holds it.
pub struct KillOnDrop(pub std::process::Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // Both fail only for a child that has already been waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Stat {
    cpu: Duration,
    ended: bool,
}

/// Fields 3 (state), 14 (utime) and 15 (stime); the name in field 2 may hold blanks and parentheses.
fn parse_stat(text: &str, ticks_per_second: u64) -> Option<Stat> {
    let (_, after_name) = text.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    let user: u64 = fields.nth(10)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let seconds = (user + system) as f64 / ticks_per_second as f64;
    Some(Stat {
        cpu: Duration::try_from_secs_f64(seconds).ok()?,
        ended: matches!(state, "Z" | "X"),
    })
}

/// A line such as `VmHWM:  2448 kB`, in mebibytes.
fn parse_mebibytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kibibytes / 1024.0)
}

const WATCH_INTERVAL: Duration = Duration::from_millis(4);

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str =
        "42 (odd) name) S 1 42 42 0 -1 4194560 1331 0 0 0 125 75 0 0 20 0 3 0 880 1 2";

    #[test]
    fn stat_is_parsed_behind_the_name() {
        let stat = parse_stat(STAT, 100).expect("whole");
        assert_eq!(stat.cpu, Duration::from_secs(2));
        assert!(!stat.ended);
        assert!(parse_stat(&STAT.replace(") S", ") Z"), 100).expect("whole").ended);
    }

    #[test]
    fn a_short_stat_is_refused() {
        assert!(parse_stat("42 (name) S 1 2 3", 100).is_none());
        assert!(parse_stat("", 100).is_none());
    }

    #[test]
    fn memory_is_found_by_its_name() {
        let status = "Name:\tx\nVmPeak:\t 9999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 512 kB\n";
        assert_eq!(parse_mebibytes(status, "VmHWM"), Some(2.0));
        assert_eq!(parse_mebibytes(status, "VmRSS"), Some(0.5));
        assert_eq!(parse_mebibytes(status, "Vm"), None);
        assert_eq!(parse_mebibytes("State:\tZ (zombie)\n", "VmHWM"), None);
    }

    #[test]
    fn this_process_uses_memory() {
        let usage = own_usage().expect("the kernel offers /proc");
        assert!(usage.resident_mebibytes.is_some_and(|resident| resident > 0.0));
        assert!(usage.peak_mebibytes >= usage.resident_mebibytes);
        assert!(!usage.ended);
    }

    #[tokio::test]
    async fn a_failing_child_is_reported_with_its_words() {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "echo the words >&2; exit 3"]);
        let error = run_watched(command).await.expect_err("it exits with 3").to_string();
        assert!(error.contains("the words"), "{error}");
    }

    #[tokio::test]
    async fn a_child_that_succeeds_is_measured() {
        let mut command = std::process::Command::new("sleep");
        command.arg("0.05");
        let finished = run_watched(command).await.expect("sleep succeeds");
        assert!(finished.peak_mebibytes > 0.0);
        assert!(finished.elapsed >= Duration::from_millis(50));
    }
}
