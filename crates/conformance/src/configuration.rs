//! How the server of a case is configured, which cases must have run before it on the same store, and which are skipped.
//!
//! All of it is data: `data/configuration.toml` and `data/skip.toml`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::case::CaseId;

const CONFIGURATION: &str = include_str!("../data/configuration.toml");
const SKIP: &str = include_str!("../data/skip.toml");

/// The configurations of servers, and the orders of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    /// Servers, the first one for every case that no other names.
    #[serde(rename = "server")]
    servers: Vec<ServerConfiguration>,
    /// Cases that continue on the store of another.
    #[serde(default, rename = "order")]
    orders: Vec<Order>,
    /// Differences of servers that are known in advance.
    #[serde(default)]
    files: BTreeMap<String, String>,
}

/// How a server is started.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerConfiguration {
    /// What the configuration is called.
    pub(crate) name: String,
    /// The cases that need it, by pattern.
    #[serde(default)]
    pub(crate) cases: Vec<String>,
    /// Arguments of the server; `{name}` is the path of the file of that name.
    pub(crate) arguments: Vec<String>,
    /// Files that it reads, by name; they take precedence over the files of all configurations.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// The case that continues, by pattern.
    case: String,
    /// The cases before it. A `*` stands for what it stands for in `case`; of several, the first that exists is taken.
    after: Vec<String>,
}

/// The cases that are not run, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skipped {
    #[serde(default)]
    cases: BTreeMap<String, String>,
}

impl Configuration {
    /// The configuration of the repository.
    ///
    /// # Errors
    /// What about it is wrong.
    pub(crate) fn of_repository() -> Result<Self> {
        let configuration: Self = toml::from_str(CONFIGURATION).context("configuration.toml")?;
        if configuration.servers.is_empty() {
            bail!("configuration.toml has no server");
        }
        Ok(configuration)
    }

    /// The configurations.
    pub(crate) fn servers(&self) -> &[ServerConfiguration] {
        &self.servers
    }

    /// The number of the configuration that a case needs.
    pub(crate) fn server_of(&self, case: &CaseId) -> usize {
        let names_it = |server: &ServerConfiguration| {
            server.cases.iter().any(|pattern| matched(pattern, case.name()).is_some())
        };
        self.servers.iter().position(names_it).unwrap_or(0)
    }

    /// The files of a configuration.
    pub(crate) fn files_of(&self, server: &ServerConfiguration) -> BTreeMap<String, String> {
        let mut files = self.files.clone();
        files.extend(server.files.clone());
        files
    }

    /// The case that must have run before this one on the same store.
    ///
    /// # Errors
    /// If there should be one and it is not among those that exist.
    pub(crate) fn before<'c>(
        &self,
        case: &CaseId,
        existing: &'c [CaseId],
    ) -> Result<Option<&'c CaseId>> {
        for order in &self.orders {
            let Some(part) = matched(&order.case, case.name()) else { continue };
            let names: Vec<String> =
                order.after.iter().map(|name| name.replace('*', part)).collect();
            let found =
                names.iter().find_map(|name| existing.iter().find(|one| one.name() == name));
            return match found {
                Some(found) => Ok(Some(found)),
                None => bail!(
                    "{} continues on the store of {}, which is not among the vectors",
                    case.name(),
                    names.join(" or ")
                ),
            };
        }
        Ok(None)
    }

    /// Patterns that name no case of these; the list of the repository is meant for all published cases.
    pub(crate) fn check(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        for server in &self.servers {
            if !names.insert(server.name.as_str()) {
                bail!("configuration.toml has two servers that are called {}", server.name);
            }
            let files = self.files_of(server);
            for argument in &server.arguments {
                if let Some(name) = file_named(argument)
                    && !files.contains_key(name)
                {
                    bail!("the server {} has no file {name}", server.name);
                }
            }
        }
        Ok(())
    }
}

impl Skipped {
    /// The list of the repository.
    ///
    /// # Errors
    /// What about it is wrong: a case without a reason too.
    pub(crate) fn of_repository() -> Result<Self> {
        let skipped: Self = toml::from_str(SKIP).context("skip.toml")?;
        if let Some((case, _)) = skipped.cases.iter().find(|(_, reason)| reason.trim().is_empty()) {
            bail!("skip.toml has no reason for {case}");
        }
        Ok(skipped)
    }

    /// Why a case is skipped, if it is.
    pub(crate) fn reason(&self, case: &CaseId) -> Option<&str> {
        self.cases.get(case.name()).map(String::as_str)
    }

    /// The entries that name none of these cases.
    pub(crate) fn unused(&self, cases: &[CaseId]) -> Vec<&str> {
        let is_unused = |name: &&String| !cases.iter().any(|case| case.name() == name.as_str());
        self.cases.keys().filter(is_unused).map(String::as_str).collect()
    }
}

/// The name of the file that an argument stands for.
pub(crate) fn file_named(argument: &str) -> Option<&str> {
    argument.strip_prefix('{')?.strip_suffix('}')
}

/// What the `*` of a pattern stands for in a name; empty if the pattern has none.
fn matched<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.split_once('*') {
        None => (pattern == name).then_some(""),
        Some((start, end)) => name.strip_prefix(start)?.strip_suffix(end),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn case(name: &str) -> CaseId {
        CaseId { file: PathBuf::new(), path: format!("1.4/mandatory/{name}") }
    }

    #[test]
    fn the_lists_of_the_repository_can_be_read() {
        Configuration::of_repository().and_then(|one| one.check()).expect("configuration.toml");
        Skipped::of_repository().expect("skip.toml");
    }

    #[test]
    fn a_case_finds_its_server_and_what_comes_before_it() {
        let configuration = Configuration::of_repository().expect("configuration.toml");
        let server = |name| &configuration.servers()[configuration.server_of(&case(name))].name;
        assert_eq!(server("AKLC-M-1-14"), "standard");
        assert_eq!(server("CS-RNG-O-4-21"), "seed-denied");
        let existing = [case("SASED-M-2-13"), case("SASED-M-2-14"), case("TC-OTP-SETUP-1-13")];
        let before = |name| {
            configuration
                .before(&case(name), &existing)
                .map(|one| one.map(|one| one.name().to_owned()))
        };
        assert_eq!(before("SASED-M-3-14").expect("it exists").as_deref(), Some("SASED-M-2-14"));
        assert_eq!(before("TC-OTP-2-14").expect("it exists").as_deref(), Some("TC-OTP-SETUP-1-13"));
        assert_eq!(before("AKLC-M-1-14").expect("it needs none"), None);
        assert!(before("TL-M-3-14").is_err());
    }

    #[test]
    fn an_unused_skip_is_found() {
        let skipped: Skipped =
            toml::from_str("[cases]\nA = 'reason'\nB = 'reason'\n").expect("a list");
        assert_eq!(skipped.unused(&[case("A")]), ["B"]);
        assert_eq!(skipped.reason(&case("A")), Some("reason"));
        assert_eq!(skipped.reason(&case("C")), None);
    }
}
