//! Profiles: named sets of settings in a TOML file.
//!
//! ```toml
//! [profiles.production]
//! url = "http://127.0.0.1:9998"
//! output = "json"
//! key = "orders"
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::environment::Environment;
use crate::failure::Failure;

/// The profile that serves when none is named, if there is one of this name.
pub(crate) const DEFAULT: &str = "default";
/// The longest file, in bytes.
const LIMIT: u64 = 1 << 20;

/// The settings of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// The service's address.
    pub(crate) url: Option<String>,
    /// How results are written: `table` or `json`.
    pub(crate) output: Option<String>,
    /// The key for encryption where none is named.
    pub(crate) key: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// Where the profiles are: as `KMS_PROFILES` says, else `~/.config/claviger/config.toml`.
pub(crate) fn path(environment: &Environment) -> Option<PathBuf> {
    let usual = || Some(environment.config_home.as_ref()?.join("claviger/config.toml"));
    environment.profiles.clone().or_else(usual)
}

/// The profile of this name, or the default one.
///
/// # Errors
/// [`Failure`] if the file can't be read, or has no profile of a name that was asked for.
pub(crate) fn load(environment: &Environment, name: Option<&str>) -> Result<Profile, Failure> {
    let Some(path) = path(environment) else {
        return match name {
            None => Ok(Profile::default()),
            Some(name) => Err(Failure::usage(
                format!(
                    "there is no profile `{name}`: neither HOME nor KMS_PROFILES says where profiles are"
                ),
                "set KMS_PROFILES to the file with the profiles",
            )),
        };
    };
    let must_exist = environment.profiles.is_some() || name.is_some();
    let Some(text) = read(&path, must_exist)? else { return Ok(Profile::default()) };
    choose(&path, parse(&path, &text)?, name)
}

fn read(path: &Path, must_exist: bool) -> Result<Option<String>, Failure> {
    match std::fs::metadata(path) {
        Ok(found) if found.len() > LIMIT => Err(Failure::usage(
            format!("the profiles in {} have more than {LIMIT} bytes", path.display()),
            "name another file with KMS_PROFILES",
        )),
        Ok(_) => {
            std::fs::read_to_string(path).map(Some).map_err(|e| Failure::file(path, "read", e))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(error) => Err(Failure::file(path, "read", error)),
    }
}

fn parse(path: &Path, text: &str) -> Result<ProfileFile, Failure> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or_default();
            format!(" in line {}", before.matches('\n').count() + 1)
        });
        Failure::usage(
            format!("{}{}: {}", path.display(), line.unwrap_or_default(), error.message()),
            "write tables like `[profiles.NAME]` with `url`, `output` and `key`",
        )
    })
}

fn choose(path: &Path, mut file: ProfileFile, name: Option<&str>) -> Result<Profile, Failure> {
    let Some(name) = name else {
        return Ok(file.profiles.remove(DEFAULT).unwrap_or_default());
    };
    file.profiles.remove(name).ok_or_else(|| {
        let names: Vec<&str> = file.profiles.keys().map(String::as_str).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Failure::usage(
            format!("there is no profile `{name}` in {}", path.display()),
            format!("use one that is there ({known}), or add a table `[profiles.{name}]`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Profile, choose, parse};

    #[test]
    fn profiles_are_chosen_by_name() {
        let path = Path::new("config.toml");
        let text = "[profiles.default]\nurl = \"http://a\"\n[profiles.b]\nkey = \"orders\"\n";
        let profile = |name| choose(path, parse(path, text).unwrap(), name);
        let url = Some("http://a".to_owned());
        assert_eq!(profile(None).unwrap(), Profile { url, ..Profile::default() });
        assert_eq!(profile(Some("b")).unwrap().key.as_deref(), Some("orders"));
        assert!(profile(Some("c")).unwrap_err().remedy().contains("b, default"));
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        let path = Path::new("config.toml");
        let error = parse(path, "[profiles.a]\nurl = \"x\"\ntoken = \"y\"\n").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
        assert!(error.to_string().contains("token"), "{error}");
        assert!(parse(path, "profile = 1").is_err());
        assert!(parse(path, "[").is_err());
    }
}
