//! The environment of the process, read once.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line takes from the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// `KMS_SERVICE_URL`: the service's address.
    pub(crate) url: Option<OsString>,
    /// `KMS_PROFILE`: the profile.
    pub(crate) profile: Option<OsString>,
    /// `KMS_PROFILES`: the file with the profiles.
    pub(crate) profiles: Option<PathBuf>,
    /// `KMS_OUTPUT`: how results are written.
    pub(crate) output: Option<OsString>,
    /// `NO_COLOR` (<https://no-color.org>): whether it is set and not empty.
    pub(crate) no_color: bool,
    /// The folder of this user's configuration (XDG base directories).
    pub(crate) config_home: Option<PathBuf>,
    /// The folder of this user's data (XDG base directories).
    pub(crate) data_home: Option<PathBuf>,
    /// `KMS_DATA_DIR`: the service's data directory.
    pub(crate) data_dir: Option<PathBuf>,
    /// `PATH`: where programs are looked for.
    pub(crate) path: Option<OsString>,
}

impl Environment {
    /// The environment of this process. An empty variable counts as none.
    pub(crate) fn of_process() -> Self {
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        let home = variable("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        // The XDG base directory specification: a relative path is invalid and to be ignored.
        let folder = |name, below: &str| {
            let chosen = variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
            chosen.or_else(|| home.as_ref().map(|home| home.join(below)))
        };
        Self {
            url: variable("KMS_SERVICE_URL"),
            profile: variable("KMS_PROFILE"),
            profiles: variable("KMS_PROFILES").map(PathBuf::from),
            output: variable("KMS_OUTPUT"),
            no_color: variable("NO_COLOR").is_some(),
            config_home: folder("XDG_CONFIG_HOME", ".config"),
            data_home: folder("XDG_DATA_HOME", ".local/share"),
            data_dir: variable("KMS_DATA_DIR").map(PathBuf::from),
            path: variable("PATH"),
        }
    }
}
