//! What the figures were measured on: processor, cores, memory and kernel, and nothing that names the machine.

use std::fs;

use rustix::{fs::statfs, system::uname};

/// One line for the report.
pub fn describe() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {}, Linux {}",
        processor_model(&processor).unwrap_or("an unnamed processor"),
        memory_size(&memory).unwrap_or_else(|| "memory unknown".into()),
        uname().release().to_string_lossy(),
    )
}

/// How many tasks wanted a core in the last minute: what else ran when a run began, to tell a disturbed one.
pub fn load_average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_ascii_whitespace().next()?.parse().ok()
}

/// Whether a folder lives in memory, where a sync costs nothing and proves nothing.
pub fn is_in_memory(folder: &std::path::Path) -> std::io::Result<bool> {
    Ok(statfs(folder)?.f_type == TMPFS_MAGIC)
}

fn processor_model(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn memory_size(meminfo: &str) -> Option<String> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(format!("{:.0} GiB of memory", kibibytes / 1024.0 / 1024.0))
}

/// statfs(2)
const TMPFS_MAGIC: i64 = 0x0102_1994;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_and_memory_are_found() {
        let cpuinfo = "processor\t: 0\nmodel name\t: A Processor @ 2GHz\nmodel name\t: other\n";
        assert_eq!(processor_model(cpuinfo), Some("A Processor @ 2GHz"));
        assert_eq!(processor_model("Hardware: x\n"), None);
        let meminfo = "MemTotal:       24117248 kB\nMemFree: 1 kB\n";
        assert_eq!(memory_size(meminfo).as_deref(), Some("23 GiB of memory"));
    }

    #[test]
    fn a_description_is_one_line_without_the_machines_name() {
        let line = describe();
        assert!(!line.contains('\n'));
        let name = uname().nodename().to_string_lossy().into_owned();
        assert!(name.is_empty() || name == "localhost" || !line.contains(&name), "{line}");
    }
}
