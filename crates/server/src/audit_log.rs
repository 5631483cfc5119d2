//! `claviger audit verify`: checks a whole audit log, whether the service runs or not.
//!
//! It is configured like the service, from the same places, and never changes a file of the service's.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgMatches, Command};
use tokio::runtime::Builder;

use crate::config::{self, Environment};
use crate::exit::{self, StartError};
use crate::{compose, harden};

/// The options of the service that matter for its audit log, and what they mean here.
const OPTIONS: &[(&str, &str)] = &[
    ("config", "Read options from this TOML file, the service's"),
    ("data-dir", "The service's data directory, for the key of the log"),
    ("root-key-file", "Read the service's root key from this file"),
    ("audit-dir", "The directory of the log"),
];

const ABOUT: &str = "\
Check that the audit log is whole and as it was written

It finds every record that was changed, added, removed or moved, and an end that was cut off, and names the first record that \
is wrong. It writes nothing, and the service may run meanwhile. Options are found where the service finds its own: give those \
that the service was started with.";

const EXIT_CODES: &str = "\
The root key may also be given in KMS_ROOT_KEY.

Exit codes:
  0  the log is whole
  1  it could not be checked through the machine's fault, or the result could not be printed
  2  an option, a variable or the configuration file was refused
  3  there is no database, or it cannot be read
  4  the root key was refused, or is not the database's
  7  the log was tampered with, is missing or cannot be read";

/// The subcommand `audit`.
pub(crate) fn command() -> Command {
    let verify = Command::new("verify")
        .about(ABOUT.lines().next().unwrap_or_default())
        .long_about(ABOUT)
        .after_help(EXIT_CODES)
        .disable_version_flag(true)
        .args(config::flags(OPTIONS));
    Command::new("audit")
        .about("Check the audit log")
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(verify)
}

/// Why a log is not known to be whole. Each message says what was wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VerifyError {
    /// What the service needs to start is needed here too.
    #[error("{0}")]
    Preparation(#[from] StartError),
    /// There is no database, so there is no key of the log.
    #[error(
        "there is no database in {path}, and the key of the audit log is in it; say where the service keeps its data, with \
         `--data-dir` or KMS_DATA_DIR",
        path = data_dir.display()
    )]
    NoDatabase {
        /// Where it should be.
        data_dir: PathBuf,
    },
    /// The root key isn't the database's.
    #[error(
        "the root key in {place} is not the one that the database in {path} was made with; give that one, with \
         `--root-key-file` or KMS_ROOT_KEY",
        path = data_dir.display()
    )]
    WrongRootKey {
        /// Where the root key was read.
        place: String,
        /// Where the database is.
        data_dir: PathBuf,
    },
    /// The log was tampered with, or can't be read.
    #[error("{reason}")]
    Log {
        /// Which record is wrong and how, and what to do.
        reason: String,
    },
    /// The result can't be printed.
    #[error("the log is whole, but that cannot be printed: {0}")]
    Output(io::Error),
}

impl VerifyError {
    fn code(&self) -> u8 {
        match self {
            Self::Preparation(error) => error.code(),
            Self::NoDatabase { .. } => exit::DATA,
            Self::WrongRootKey { .. } => exit::ROOT_KEY,
            Self::Log { .. } => exit::AUDIT,
            Self::Output(_) => exit::FAILED,
        }
    }
}

/// Runs the subcommand of `audit` that was given.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let Some(("verify", of_verify)) = matches.subcommand() else {
        // The command line itself asks for one of the subcommands that there are.
        return ExitCode::from(exit::CONFIGURATION);
    };
    match verify(of_verify) {
        Ok(()) => ExitCode::from(exit::OK),
        Err(error) => {
            // Without standard error the exit code still says what kind of error it was.
            let _ = writeln!(io::stderr(), "claviger: {error}");
            ExitCode::from(error.code())
        }
    }
}

fn verify(matches: &ArgMatches) -> Result<(), VerifyError> {
    harden::harden()?;
    let configuration = config::load(matches, Environment::of_process(), Path::new(".env"))
        .map_err(StartError::Configuration)?;
    let place = configuration.audit_dir.clone();
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(StartError::Runtime)?;
    let log = runtime.block_on(compose::verify_audit(configuration))?;
    let mut text = format!(
        "the audit log in {} is whole\nrecords      {}\nsegments     {}\nlast synced  {}\n",
        place.display(),
        log.records,
        log.segments,
        log.synced,
    );
    if log.torn {
        text.push_str(TORN);
    }
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(VerifyError::Output)
}

const TORN: &str = "\
it ends in the middle of a record that is not counted: the service writes it now, or a crash interrupted it, and then the \
next start removes it and records that
";
