//! Why a log can't be opened or verified.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What is wrong at a position of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The line is no record of this log.
    Form,
    /// Another sequence number stands where this one belongs: records were removed, added or moved.
    Sequence {
        /// The number that stands there.
        found: u64,
    },
    /// The record, or one before it, isn't what was written, or the key is another.
    Mac,
    /// The records from here on were on disk once and are gone.
    Missing,
    /// The segment ends in the middle of a record though others follow.
    Torn,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => formatter.write_str("the line is no record of this log"),
            Self::Sequence { found } => write!(
                formatter,
                "record {found} stands in its place: records were removed, added or moved"
            ),
            Self::Mac => formatter.write_str(
                "its MAC is wrong: the record was changed or replaced, or the key of the log is another",
            ),
            Self::Missing => {
                formatter.write_str("it was on disk once and is gone: the end of the log was cut off")
            }
            Self::Torn => formatter.write_str("its segment ends in the middle of it"),
        }
    }
}

/// Why a log can't be opened or verified.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes this log.
    #[error("{} is in use by another process; stop it, or give this one a directory of its own", path.display())]
    InUse {
        /// The log's directory.
        path: PathBuf,
    },
    /// The log isn't what was written.
    #[error(
        "the audit log was tampered with: record {sequence} in {}, line {line}: {fault}; keep the directory as evidence, \
         and open the log in an empty one to go on",
        path.display()
    )]
    Tampered {
        /// The first sequence number that is wrong.
        sequence: u64,
        /// The segment.
        path: PathBuf,
        /// The line within it, counted from 1.
        line: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// The file that says how far the log reaches is missing, damaged or made with another key.
    #[error(
        "{} is missing, damaged or made with another key, so a cut at the end of the log could not be noticed; check the \
         key, keep the directory as evidence, and open the log in an empty one to go on",
        path.display()
    )]
    Head {
        /// The file.
        path: PathBuf,
    },
    /// There is no log.
    #[error("there is no audit log in {}", path.display())]
    Absent {
        /// The directory.
        path: PathBuf,
    },
}

impl LogError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |source| Self::File { path: path.to_owned(), source }
    }
}
