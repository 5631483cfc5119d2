//! Why a configuration is refused.

use std::path::PathBuf;
use std::{fmt, io};

use super::Source;
use super::option::ServerOption;

/// Why a configuration is refused. Each message names the option, where it stands and what to do.
#[derive(Debug)]
pub(crate) enum ConfigurationError {
    /// A variable with the service's prefix that is no option.
    UnknownVariable {
        /// Its name.
        variable: String,
        /// Where it stands.
        source: Source,
    },
    /// A key of the configuration file that is no option.
    UnknownKey {
        /// The key.
        key: String,
        /// The file.
        path: PathBuf,
    },
    /// A value that is not what the option takes.
    Value {
        /// The option, as it is written there.
        option: String,
        /// Where it stands.
        source: Source,
        /// The value.
        value: String,
        /// What is expected.
        expected: String,
    },
    /// A value that is no text.
    NotText {
        /// The option, as it is written there.
        option: String,
        /// Where it stands.
        source: Source,
    },
    /// A file that can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file that can't be understood. Nothing of its content is repeated.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was wrong.
        problem: String,
    },
    /// A `.env` that holds a secret and can be read by others.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Nobody said where data goes, and the user has no home.
    NoDataDir,
    /// The root key was given twice.
    TwoRootKeys,
    /// Options that belong together or exclude each other.
    Combination {
        /// What is wrong and what to do.
        problem: &'static str,
    },
}

impl ConfigurationError {
    /// A value that is no text.
    pub(super) fn not_text(option: &ServerOption, source: &Source) -> Self {
        Self::NotText { option: source.spelling(option), source: source.clone() }
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVariable { variable, source } => write!(
                formatter,
                "{variable} in {source} is not an option; `claviger server --help` lists the variables"
            ),
            Self::UnknownKey { key, path } => write!(
                formatter,
                "`{key}` in {} is not an option; keys are the names of the flags that `claviger server --help` lists",
                path.display()
            ),
            Self::Value { option, source, value, expected } => {
                write!(formatter, "{option} in {source} is `{value}` and must be {expected}")
            }
            Self::NotText { option, source } => {
                write!(formatter, "{option} in {source} is not UTF-8 text")
            }
            Self::Unreadable { path, error } => {
                write!(formatter, "{} cannot be read: {error}", path.display())
            }
            Self::Syntax { path, line, problem } => {
                write!(formatter, "{}, line {line}: {problem}", path.display())
            }
            Self::Exposed { path, mode } => write!(
                formatter,
                "{} holds the root key or a password and can be read by others (mode {mode:04o}); run `chmod 600` on it",
                path.display()
            ),
            Self::NoDataDir => formatter.write_str(
                "there is no home directory to keep data in; say where with `--data-dir DIR` or KMS_DATA_DIR",
            ),
            Self::TwoRootKeys => formatter.write_str(
                "the root key is given twice, in KMS_ROOT_KEY and as a root key file; remove one of the two",
            ),
            Self::Combination { problem } => formatter.write_str(problem),
        }
    }
}

impl std::error::Error for ConfigurationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            Self::UnknownVariable { .. }
            | Self::UnknownKey { .. }
            | Self::Value { .. }
            | Self::NotText { .. }
            | Self::Syntax { .. }
            | Self::Exposed { .. }
            | Self::NoDataDir
            | Self::TwoRootKeys
            | Self::Combination { .. } => None,
        }
    }
}
