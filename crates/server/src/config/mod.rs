//! Configuration: one table of options, four places to give them.
//!
//! A flag wins over the environment, the environment over `.env` in the working directory, `.env` over the configuration
//! file, and that over the default. What is not in the table is refused, wherever it stands.

mod command;
mod dotenv;
mod environment;
mod error;
mod file;
mod kmip;
mod kmip_door;
mod option;
mod options;
mod page;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use claviger_secret::SecretBytes;

pub(crate) use command::{command, flags};
pub(crate) use environment::Environment;
pub(crate) use error::ConfigurationError;
pub(crate) use kmip::{KmipConfiguration, KmipListen};
pub(crate) use kmip_door::KmipDoorConfiguration;
pub(crate) use page::reference_page;
pub(crate) use values::{AuditSync, DatabaseType, LogFormat, LogLevel, RngSeed};

use option::{Given, ServerOption};
use options::{CONFIG, KMIP_P12_PASSWORD, OPTIONS, ROOT_KEY};
use values::Settings;

/// What the service runs with.
pub(crate) struct Configuration {
    /// Where the database, the lock and the development root key are.
    pub(crate) data_dir: PathBuf,
    /// Where the audit log is.
    pub(crate) audit_dir: PathBuf,
    /// When audit records are forced to disk.
    pub(crate) audit_sync: AuditSync,
    /// The address or name to listen on.
    pub(crate) hostname: String,
    /// The port to listen on; 0 for a free one.
    pub(crate) port: u16,
    /// Whether other machines may reach the service.
    pub(crate) allow_remote: bool,
    /// By which names, beside its own, it may be called.
    pub(crate) allowed_hosts: Vec<String>,
    /// The KMIP listener.
    pub(crate) kmip: KmipConfiguration,
    /// The KMIP door.
    pub(crate) kmip_door: KmipDoorConfiguration,
    /// Where the root key is.
    pub(crate) root_key: RootKeyPlace,
    /// Which store.
    pub(crate) database_type: DatabaseType,
    /// How many connections are served at once.
    pub(crate) max_connections: usize,
    /// How many threads serve requests; none for one per core.
    pub(crate) worker_threads: Option<usize>,
    /// How much is logged.
    pub(crate) log_level: LogLevel,
    /// How log lines look.
    pub(crate) log_format: LogFormat,
}

/// Where the root key is.
pub(crate) enum RootKeyPlace {
    /// In the data directory, made by the service itself.
    Development,
    /// In a file that somebody else provides.
    File(PathBuf),
    /// In `KMS_ROOT_KEY`: its text.
    Environment(SecretBytes),
}

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// On the command line.
    Flag,
    /// In the environment.
    Environment,
    /// In this `.env`.
    DotEnv(PathBuf),
    /// In this configuration file.
    File(PathBuf),
}

impl Source {
    /// How somebody who gave the option there calls it.
    fn spelling(&self, option: &ServerOption) -> String {
        match self {
            Self::Flag => format!("--{}", option.name),
            Self::Environment | Self::DotEnv(_) => option.variable.to_owned(),
            Self::File(_) => option.name.to_owned(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => formatter.write_str("the command line"),
            Self::Environment => formatter.write_str("the environment"),
            Self::DotEnv(path) | Self::File(path) => path.display().fmt(formatter),
        }
    }
}

/// Values by option name; what is inserted later wins.
type Values = BTreeMap<&'static str, (Source, String)>;

/// Secrets by option name; what is inserted later wins.
type Secrets = BTreeMap<&'static str, SecretBytes>;

/// Puts the places together. `dotenv` is the path of the `.env`, which may be missing.
///
/// # Errors
/// [`ConfigurationError`] names the option, where it was given and what is expected.
pub(crate) fn load(
    matches: &ArgMatches,
    environment: Environment,
    dotenv: &Path,
) -> Result<Configuration, ConfigurationError> {
    let mut values = Values::new();
    let mut secrets = Secrets::new();
    if let Some(found) = dotenv::read(dotenv)? {
        let source = Source::DotEnv(dotenv.to_owned());
        add_variables(&mut values, &mut secrets, &source, found)?;
    }
    let Environment { variables, data_home } = environment;
    add_variables(&mut values, &mut secrets, &Source::Environment, variables)?;
    values.extend(command::values(matches));

    let mut settings = Settings::default();
    if let Some((source, text)) = values.remove(CONFIG) {
        apply(&mut settings, CONFIG, &source, &text)?;
    }
    if let Some(path) = settings.config.clone() {
        for (name, text) in file::read(&path)? {
            values.entry(name).or_insert_with(|| (Source::File(path.clone()), text));
        }
    }
    for (name, (source, text)) in &values {
        apply(&mut settings, name, source, text)?;
    }
    complete(settings, secrets, data_home)
}

/// Adds variables of the environment or of `.env`.
fn add_variables(
    values: &mut Values,
    secrets: &mut Secrets,
    source: &Source,
    variables: Vec<(String, SecretBytes)>,
) -> Result<(), ConfigurationError> {
    for (variable, value) in variables {
        let Some(option) = OPTIONS.iter().find(|option| option.variable == variable) else {
            if environment::is_of_another(&variable) {
                continue;
            }
            return Err(ConfigurationError::UnknownVariable { variable, source: source.clone() });
        };
        if option.given == Given::EnvironmentOnly {
            secrets.insert(option.name, value);
            continue;
        }
        let text = String::from_utf8(value.expose("a value that is no secret").to_vec())
            .map_err(|_| ConfigurationError::not_text(option, source))?;
        values.insert(option.name, (source.clone(), text));
    }
    Ok(())
}

fn apply(
    settings: &mut Settings,
    name: &str,
    source: &Source,
    text: &str,
) -> Result<(), ConfigurationError> {
    let Some(option) = OPTIONS.iter().find(|option| option.name == name) else { return Ok(()) };
    (option.set)(settings, text).map_err(|expected| ConfigurationError::Value {
        option: source.spelling(option),
        source: source.clone(),
        value: text.to_owned(),
        expected,
    })
}

/// Adds the defaults that depend on the machine, and checks what depends on more than one option.
fn complete(
    mut settings: Settings,
    mut secrets: Secrets,
    data_home: Option<PathBuf>,
) -> Result<Configuration, ConfigurationError> {
    let kmip = kmip::complete(&mut settings, secrets.remove(KMIP_P12_PASSWORD))?;
    let kmip_door = kmip_door::complete(&mut settings)?;
    let data_dir = match settings.data_dir {
        Some(path) => path,
        None => data_home.ok_or(ConfigurationError::NoDataDir)?.join("claviger"),
    };
    let root_key = match (settings.root_key_file, secrets.remove(ROOT_KEY)) {
        (Some(_), Some(_)) => return Err(ConfigurationError::TwoRootKeys),
        (Some(path), None) => RootKeyPlace::File(path),
        (None, Some(text)) => RootKeyPlace::Environment(text),
        (None, None) => RootKeyPlace::Development,
    };
    Ok(Configuration {
        audit_dir: settings.audit_dir.unwrap_or_else(|| data_dir.join("audit")),
        data_dir,
        audit_sync: settings.audit_sync,
        hostname: settings.hostname,
        port: settings.port,
        allow_remote: settings.allow_remote,
        allowed_hosts: settings.allowed_hosts,
        kmip,
        kmip_door,
        root_key,
        database_type: settings.database_type,
        max_connections: settings.max_connections,
        worker_threads: settings.worker_threads,
        log_level: settings.log_level,
        log_format: settings.log_format,
    })
}

#[cfg(test)]
mod tests;
