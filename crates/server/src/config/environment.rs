//! The environment of the process, read once.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use claviger_secret::SecretBytes;

/// With what the names of this service's variables start.
pub(super) const PREFIX: &str = "KMS_";

/// Variables with the same prefix that are not the server's: the command line's, and those that Kubernetes sets in every
/// container beside a Service named `kms`.
const OF_OTHERS: &[&str] = &["KMS_SERVICE_", "KMS_PORT_", "KMS_PROFILE", "KMS_OUTPUT"];

/// What the service takes from the environment.
pub(crate) struct Environment {
    /// The variables with the service's prefix. One of them is a secret, so all are kept as if they were.
    pub(crate) variables: Vec<(String, SecretBytes)>,
    /// The directory for the data of this user's programs.
    pub(crate) data_home: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    ///
    /// The process was started with the same text in memory that it can't overwrite without `unsafe`; that it is not
    /// dumpable keeps it from everybody but root.
    pub(crate) fn of_process() -> Self {
        Self::from_variables(std::env::vars_os())
    }

    /// An environment of these variables.
    pub(crate) fn from_variables(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let (mut own, mut home, mut data_home) = (Vec::new(), None, None);
        for (name, value) in variables {
            match name.to_str() {
                Some(name) if name.starts_with(PREFIX) => {
                    own.push((name.to_owned(), SecretBytes::new(value.into_vec())));
                }
                Some("HOME") => home = Some(PathBuf::from(value)),
                Some("XDG_DATA_HOME") => data_home = Some(PathBuf::from(value)),
                _ => {}
            }
        }
        // The XDG base directory specification: a relative path is invalid and to be ignored.
        let data_home = data_home.filter(|path| path.is_absolute());
        let home = home.filter(|path| path.is_absolute()).map(|home| home.join(".local/share"));
        Self { variables: own, data_home: data_home.or(home) }
    }
}

/// Whether a variable with the prefix belongs to somebody else.
pub(super) fn is_of_another(variable: &str) -> bool {
    OF_OTHERS.iter().any(|start| variable.starts_with(start))
}
