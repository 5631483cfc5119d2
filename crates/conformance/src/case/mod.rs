//! The published cases: which there are, and what each of them says.

mod discovery;
mod errata;
mod markup;
mod pairs;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use claviger_wire_ttlv::{Version, tag};

pub(crate) use discovery::discover;
pub(crate) use errata::Errata;
pub(crate) use pairs::{Direction, Step};

use crate::node::Node;

/// A case, as published.
#[derive(Debug)]
pub(crate) struct Case {
    /// The version of its first request.
    pub(crate) version: Version,
    /// Requests and their responses, in the order in which they are sent.
    pub(crate) steps: Vec<Step>,
}

/// Where a case is, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaseId {
    /// Its file.
    pub(crate) file: PathBuf,
    /// Its path below the directory of the vectors, without `.xml`.
    pub(crate) path: String,
}

impl CaseId {
    /// Its name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its folder, such as `1.4/mandatory`.
    pub(crate) fn suite(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The profile that it belongs to: its name up to the part that numbers it, such as `CS-BC` or `SUITEB_128`.
    pub(crate) fn profile(&self) -> &str {
        let name = self.name();
        if name.starts_with("TC-") || name.starts_with("TC_") {
            return "TC";
        }
        let end = ["-M-", "-O-"].iter().filter_map(|mark| name.find(mark)).min();
        end.and_then(|end| name.get(..end)).unwrap_or(name)
    }
}

impl Case {
    /// Reads a case, with the mistakes of its publication put right.
    ///
    /// # Errors
    /// What about the file is no case.
    pub(crate) fn read(id: &CaseId, errata: &Errata) -> Result<Self> {
        Self::of(id, errata).with_context(|| format!("{} is no case", id.path))
    }

    fn of(id: &CaseId, errata: &Errata) -> Result<Self> {
        let text = fs::read_to_string(&id.file)?;
        let text = errata.corrected(id.name(), text)?;
        let root = markup::read(&text)?;
        let steps = pairs::steps(&root)?;
        let Some(first) = steps.first() else { bail!("it has no messages") };
        let version = version(&first.request).context("its first request has no version")?;
        Ok(Self { version, steps })
    }
}

/// The protocol version of a message.
pub(crate) fn version(message: &Node) -> Option<Version> {
    let header = message.children().first()?;
    let version = header.child(tag::PROTOCOL_VERSION)?;
    let part = |tag| version.child(tag)?.integer().and_then(|part| u8::try_from(part).ok());
    Some(Version {
        major: part(tag::PROTOCOL_VERSION_MAJOR)?,
        minor: part(tag::PROTOCOL_VERSION_MINOR)?,
    })
}

/// Reads one message of a case from its markup.
#[cfg(test)]
pub(crate) fn message(text: &str) -> Node {
    values::message(&markup::read(text).expect("it is markup")).expect("it is a message")
}

/// A path below a directory, as it names a case.
pub(crate) fn relative(directory: &Path, file: &Path) -> String {
    let path = file.strip_prefix(directory).unwrap_or(file).with_extension("");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_profiles() {
        let profile = |path: &str| {
            CaseId { file: PathBuf::new(), path: path.to_owned() }.profile().to_owned()
        };
        assert_eq!(profile("1.4/mandatory/CS-BC-M-GCM-1-14"), "CS-BC");
        assert_eq!(profile("1.4/optional/CS-RNG-O-1-14"), "CS-RNG");
        assert_eq!(profile("1.0/mandatory/SUITEB_192-M-1-10"), "SUITEB_192");
        assert_eq!(profile("testcases/1.1/TC_51_11_Get_Usage_Allocation_Scenario"), "TC");
    }
}
