//! What was issued and revoked: a JSON file beside the certificates.
//!
//! The certificates themselves may be moved to where they are used; this is what remains, and what the revocation list is
//! made from.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::directory::{self, Directory, Readers};
use crate::error::CertificateError;
use crate::layout::REGISTER;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The authority itself.
    Authority,
    /// A client.
    Client,
    /// A server.
    Server,
}

/// One certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name, which its files have too. A renewed certificate has the name of the one before.
    pub name: String,
    /// Its serial number in hexadecimal.
    pub serial: String,
    /// What it is for.
    pub kind: Kind,
    /// The subject's distinguished name (RFC 4514).
    pub subject: String,
    /// The host names and addresses that a server's certificate is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// From when on it is valid, in seconds since 1970.
    pub not_before: u64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: u64,
    /// When it was revoked, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<u64>,
}

/// The register.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// The form of this file.
    version: u32,
    /// How many revocation lists there have been.
    pub(crate) revocation_lists: u64,
    /// Every certificate, in the order of issue.
    pub(crate) certificates: Vec<Entry>,
}

/// The only form so far.
const VERSION: u32 = 1;

impl Register {
    /// With nothing in it.
    pub(crate) fn new() -> Self {
        Self { version: VERSION, revocation_lists: 0, certificates: Vec::new() }
    }

    /// The register of this directory; none if there is no authority in it.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>, CertificateError> {
        let path = directory.join(REGISTER);
        let Some(text) = directory::read(&path)? else { return Ok(None) };
        let problem = match serde_json::from_str::<Self>(&text) {
            Ok(register) if register.version == VERSION => return Ok(Some(register)),
            Ok(_) => "a newer Claviger wrote it: use that one",
            Err(_) => "it is not the register of an authority, or was altered",
        };
        Err(CertificateError::Content { path, problem })
    }

    /// Puts it on disk.
    pub(crate) fn write(&self, directory: &Directory) -> Result<(), CertificateError> {
        let path = directory.path().join(REGISTER);
        let text = serde_json::to_vec_pretty(self).map_err(|error| CertificateError::File {
            path: path.clone(),
            action: "written",
            error: error.into(),
        })?;
        directory.write(&path, Readers::Owner, &text)
    }

    /// The latest certificate of this name.
    pub(crate) fn latest(&self, name: &str) -> Option<&Entry> {
        self.certificates.iter().rev().find(|entry| entry.name == name)
    }
}
