//! `claviger doctor`: checks an installation from the client's side.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use claviger_wire_native::Date;
use serde::Serialize;

use crate::clock;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::profile;
use crate::screen::{Screen, Tone};
use crate::session::{self, Session};

/// How far two clocks may be apart, in milliseconds.
const CLOCK_TOLERANCE: i64 = 5_000;
/// How long an answer may take on a healthy machine, in milliseconds.
const SLOW: u128 = 1_000;

/// Check this installation: profile, service, clock, seal, files and age's plugin
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The service's data directory, if it is on this machine and not in the usual place
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    verdict: Verdict,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Check {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, found: found.into(), advice: None }
    }

    fn warn(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, found: found.into(), advice: Some(advice.into()) }
    }

    fn fail(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, found: found.into(), advice: Some(advice.into()) }
    }
}

pub(crate) fn run(
    arguments: &Arguments,
    environment: &Environment,
    globals: &Globals,
    screen: &Screen,
) -> Result<(), Failure> {
    let mut checks = vec![profiles(environment, globals)];
    match Session::open(environment, globals) {
        Ok(session) => checks.extend(service(&session)),
        Err(failure) => {
            checks.push(Check::fail("settings", failure.to_string(), failure.remedy()));
        }
    }
    checks.extend(data_directory(arguments, environment));
    checks.push(program(
        environment,
        "age-plugin-claviger",
        "age finds the plugin on the PATH only",
    ));
    checks.push(program(environment, "age", "only needed to use age itself: apt-get install age"));
    screen.reply(&checks, |screen| table(screen, &checks))?;
    let count = checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
    if count == 0 { Ok(()) } else { Err(Failure::Unwell { count, total: checks.len() }) }
}

fn table(screen: &Screen, checks: &[Check]) -> Result<(), Failure> {
    let mut text = String::new();
    for Check { check, verdict, found, advice } in checks {
        let (tone, mark) = match verdict {
            Verdict::Ok => (Tone::Good, "ok  "),
            Verdict::Warn => (Tone::Doubtful, "warn"),
            Verdict::Fail => (Tone::Bad, "fail"),
        };
        text.push_str(&format!("{}  {check}: {found}\n", screen.tone(tone, mark)));
        if let Some(advice) = advice.as_ref().filter(|advice| !advice.is_empty()) {
            text.push_str(&format!("      {advice}\n"));
        }
    }
    crate::screen::bytes(text.as_bytes())
}

fn profiles(environment: &Environment, globals: &Globals) -> Check {
    const NAME: &str = "profile";
    if let Err(failure) = session::profile(environment, globals) {
        return Check::fail(NAME, failure.to_string(), failure.remedy());
    }
    let Some(path) = profile::path(environment).filter(|path| path.exists()) else {
        return Check::ok(NAME, "there is no file with profiles, and none is needed");
    };
    let shown = path.display().to_string();
    match mode(&path) {
        // Whoever can write it decides to which service secrets are sent.
        Some(mode) if mode & 0o022 != 0 => {
            Check::warn(NAME, format!("others can write {shown}"), format!("chmod go-w {shown}"))
        }
        _ => Check::ok(NAME, shown),
    }
}

fn service(session: &Session) -> Vec<Check> {
    let url = session.client.url();
    let before = clock::instant();
    let version = match session.wait(session.client.version()) {
        Ok(version) => version,
        Err(failure) => {
            return vec![Check::fail("service", failure.to_string(), failure.remedy())];
        }
    };
    let elapsed = before.elapsed().as_millis();
    let found = format!("{} {} answers at {url} in {elapsed} ms", version.name, version.version);
    let mut checks = vec![if elapsed > SLOW {
        Check::warn("service", found, "see whether the machine or the network is overloaded")
    } else {
        Check::ok("service", found)
    }];
    let own = env!("CARGO_PKG_VERSION");
    checks.push(if version.version == own {
        Check::ok("version", format!("both sides are {own}"))
    } else {
        let found = format!("this program is {own}, the service {}", version.version);
        Check::warn("version", found, "install the same version on both sides")
    });
    checks.push(match session.wait(session.client.health()) {
        Ok(reply) => Check::ok("health", reply.status),
        Err(failure) => Check::fail("health", failure.to_string(), failure.remedy()),
    });
    checks.push(clocks(session));
    checks.push(seal(session));
    checks
}

fn clocks(session: &Session) -> Check {
    const NAME: &str = "clock";
    let service = match session.wait(session.client.clock()) {
        Ok(Some(date)) => date,
        Ok(None) => return Check::warn(NAME, "the service does not tell its time", ""),
        Err(failure) => return Check::fail(NAME, failure.to_string(), failure.remedy()),
    };
    let own = Date::from_milliseconds(clock::now());
    let apart = (own.milliseconds - service.milliseconds).abs();
    if apart <= CLOCK_TOLERANCE {
        return Check::ok(NAME, "both sides have the same time");
    }
    Check::warn(
        NAME,
        format!("it is {own} here and {service} at the service"),
        "set both clocks by NTP: dates of keys act by the service's",
    )
}

fn seal(session: &Session) -> Check {
    const NAME: &str = "seal";
    match session.wait(session.client.status()) {
        Ok(status) if status.seal.kind.starts_with("development") => Check::warn(
            NAME,
            format!("{}: the root key lies beside the data", status.seal.kind),
            "start the service with --root-key-file or KMS_ROOT_KEY, with the key in another place",
        ),
        Ok(status) => Check::ok(NAME, status.seal.kind),
        Err(failure) => Check::fail(NAME, failure.to_string(), failure.remedy()),
    }
}

/// The folder and the root key, if they are on this machine.
fn data_directory(arguments: &Arguments, environment: &Environment) -> Vec<Check> {
    const NAME: &str = "data directory";
    let usual = || Some(environment.data_home.as_ref()?.join("claviger"));
    let Some(folder) = arguments.data_dir.clone().or_else(usual) else { return Vec::new() };
    let Some(bits) = mode(&folder) else {
        return match arguments.data_dir {
            Some(_) => {
                let found = format!("{} cannot be looked at", folder.display());
                vec![Check::fail(NAME, found, "check the path and its permissions")]
            }
            None => Vec::new(),
        };
    };
    let shown = folder.display();
    let mut checks = vec![if bits & 0o022 != 0 {
        let found = format!("others can write {shown} (mode {bits:04o})");
        Check::fail(NAME, found, format!("chmod 700 {shown}"))
    } else {
        Check::ok(NAME, format!("{shown} (mode {bits:04o})"))
    }];
    let root_key = folder.join("root-key");
    if let Some(bits) = mode(&root_key) {
        let shown = root_key.display();
        checks.push(if bits & 0o077 != 0 {
            let found = format!("others can use {shown} (mode {bits:04o})");
            Check::fail("root key", found, format!("chmod 600 {shown}, and consider it as known"))
        } else {
            Check::ok("root key", format!("{shown} (mode {bits:04o})"))
        });
    }
    checks
}

fn program(environment: &Environment, name: &'static str, advice: &str) -> Check {
    let path = environment.path.clone().unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| {
        fs::metadata(program)
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    });
    match found {
        Some(program) => Check::ok(name, program.display().to_string()),
        None => Check::warn(name, "it is not on the PATH", advice),
    }
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o7777)
}
