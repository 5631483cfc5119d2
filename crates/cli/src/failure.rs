//! Why a command failed: what to say, what to do, and the exit code.

use std::io;
use std::path::{Path, PathBuf};

use claviger_age::{UnwrapError, WrapError};
use claviger_certificates::CertificateError;
use claviger_client::Refusal;
use serde_json::json;

use crate::exit::Exit;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The service refused, failed or was not reached.
    #[error("{0}")]
    Service(#[from] claviger_client::Error),
    /// The command line, the profile or the input is wrong.
    #[error("{what}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// A file can't be read or written.
    #[error("{path} cannot be {action}: {error}", path = path.display())]
    File {
        /// The file, or `standard input` and the like.
        path: PathBuf,
        /// What was tried, as a participle.
        action: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// The output is there and nobody said that it may be replaced.
    #[error("{path} exists already", path = .0.display())]
    OutputExists(PathBuf),
    /// A file in age's format can't be written or read.
    #[error("{path}: {error}", path = path.display())]
    Age {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: claviger_age::Error,
    },
    /// A certificate can't be made, listed or revoked.
    #[error("{0}")]
    Certificates(#[from] CertificateError),
    /// A message can't be exchanged with a KMIP server, or the server refused.
    #[error("{what}")]
    Exchange {
        /// What happened.
        what: String,
        /// What to do; empty if nothing can be said.
        remedy: String,
        /// What it means for a program.
        exit: Exit,
    },
    /// What was to be verified is not valid.
    #[error("the {0} is not valid")]
    NotValid(&'static str),
    /// A check of `doctor` failed.
    #[error("{count} of {total} checks failed")]
    Unwell {
        /// How many failed.
        count: usize,
        /// Of how many.
        total: usize,
    },
    /// Some of several files failed; each was reported by itself.
    #[error("{count} of {total} files failed")]
    SomeFiles {
        /// How many failed.
        count: usize,
        /// Of how many.
        total: usize,
        /// Why the first of them did.
        exit: Exit,
    },
    /// Whoever reads the output has closed it.
    #[error("the output was closed")]
    BrokenPipe,
}

impl Failure {
    /// Something on the command line or in the input.
    pub(crate) fn usage(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), remedy: remedy.into() }
    }

    /// Something with a file.
    pub(crate) fn file(path: &Path, action: &'static str, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), action, error }
    }

    /// Something with standard output.
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::File { path: PathBuf::from("standard output"), action: "written", error }
    }

    /// Something with a file in age's format. What belongs to the file system or the service is told as such.
    pub(crate) fn age(input: &Path, output: &Path, error: claviger_age::Error) -> Self {
        use claviger_age::Error;
        match error {
            Error::Read(error) => Self::file(input, "read", error),
            Error::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            Error::Write(error) => Self::file(output, "written", error),
            error => Self::Age { path: input.to_owned(), error },
        }
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Service(error) => of_service(error),
            Self::Usage { .. } => Exit::Usage,
            Self::File { .. } | Self::OutputExists(_) => Exit::Files,
            Self::Age { error, .. } => of_age(error),
            Self::Certificates(error) => of_certificates(error),
            Self::NotValid(_) => Exit::Undecryptable,
            Self::Unwell { .. } => Exit::Failed,
            Self::SomeFiles { exit, .. } | Self::Exchange { exit, .. } => *exit,
            // Nothing went wrong: it was enough for whoever reads.
            Self::BrokenPipe => Exit::Done,
        }
    }

    /// What to do; empty if the message says it already.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::Service(error) => error.remedy().to_owned(),
            Self::Usage { remedy, .. } | Self::Exchange { remedy, .. } => remedy.clone(),
            Self::File { error, .. } => file_remedy(error.kind()).to_owned(),
            Self::Certificates(error) => certificate_remedy(error).to_owned(),
            Self::OutputExists(_) => "name another one, or add --force to replace it".to_owned(),
            Self::Age { error, .. } => {
                service_behind(error).map(|error| error.remedy().to_owned()).unwrap_or_default()
            }
            Self::NotValid(_) | Self::SomeFiles { .. } | Self::BrokenPipe => String::new(),
            Self::Unwell { .. } => "follow the advice of each".to_owned(),
        }
    }

    /// What the service said, if it did.
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Service(error) => error.refusal(),
            Self::Age { error, .. } => service_behind(error)?.refusal(),
            _ => None,
        }
    }

    /// The message, in lines for standard error.
    pub(crate) fn lines(&self) -> String {
        let mut text = format!("claviger: {self}\n");
        let remedy = self.remedy();
        if !remedy.is_empty() {
            text.push_str(&format!("  to do: {remedy}\n"));
        }
        if let Some(refusal) = self.refusal() {
            text.push_str(&format!("  request: {}\n", refusal.request));
        }
        text
    }

    /// The message as JSON, for `--output json`.
    pub(crate) fn json(&self) -> serde_json::Value {
        let refusal = self.refusal();
        json!({ "error": {
            "exit_code": self.exit().code(),
            "code": refusal.map(|refusal| &refusal.code),
            "detail": self.to_string(),
            "remedy": self.remedy(),
            "request": refusal.map(|refusal| &refusal.request),
        }})
    }
}

fn of_service(error: &claviger_client::Error) -> Exit {
    use claviger_client::Error;
    match error {
        Error::Refused(refusal) => of_refusal(refusal),
        Error::Address { .. } | Error::KeyName { .. } => Exit::Usage,
        Error::Unreachable { .. } => Exit::Unreachable,
        Error::Broken { .. } | Error::Reply { .. } => Exit::Failed,
    }
}

fn of_refusal(refusal: &Refusal) -> Exit {
    match (refusal.code.as_str(), refusal.status) {
        ("undecryptable", _) => Exit::Undecryptable,
        ("not_found", _) => Exit::NotFound,
        (_, 403 | 409) => Exit::Refused,
        (_, 400 | 413) => Exit::Usage,
        _ => Exit::Failed,
    }
}

fn of_certificates(error: &CertificateError) -> Exit {
    match error {
        CertificateError::Exists { .. }
        | CertificateError::NameTaken { .. }
        | CertificateError::Revoked { .. } => Exit::Refused,
        CertificateError::Unknown { .. } => Exit::NotFound,
        CertificateError::Name { .. } | CertificateError::Validity => Exit::Usage,
        CertificateError::Missing { .. }
        | CertificateError::File { .. }
        | CertificateError::Content { .. } => Exit::Files,
        CertificateError::Pkcs12 { .. }
        | CertificateError::PublicKey
        | CertificateError::Signing(_) => Exit::Failed,
    }
}

fn certificate_remedy(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Exists { .. } => {
            "use it, or name another directory with --directory; to begin anew, move this one away"
        }
        CertificateError::NameTaken { .. } => "choose another name, or renew it with --renew",
        CertificateError::Revoked { .. } => "nothing: it is on the revocation list",
        CertificateError::Unknown { .. } => "`claviger cert list` shows names and serial numbers",
        CertificateError::Missing { .. } => {
            "make one with `claviger cert init`, or name its directory with --directory"
        }
        CertificateError::Name { .. } => "choose another name",
        CertificateError::Validity => "choose another number of days",
        CertificateError::File { error, .. } => file_remedy(error.kind()),
        CertificateError::Content { .. } => "put the file back as it was, from a backup",
        CertificateError::Pkcs12 { .. }
        | CertificateError::PublicKey
        | CertificateError::Signing(_) => "",
    }
}

fn of_age(error: &claviger_age::Error) -> Exit {
    use claviger_age::Error;
    if let Some(error) = service_behind(error) {
        return of_service(error);
    }
    match error {
        Error::Header(_)
        | Error::HeaderMac
        | Error::NoMatchingIdentity
        | Error::Unwrapping(_)
        | Error::Payload(_)
        | Error::Armor(_) => Exit::Undecryptable,
        Error::Wrapping(WrapError::NoRecipients | WrapError::InvalidRecipient) => Exit::Usage,
        Error::Wrapping(WrapError::Refused(_)) => Exit::Refused,
        Error::Wrapping(WrapError::Random) | Error::Random => Exit::Failed,
        Error::Read(_) | Error::Write(_) => Exit::Files,
    }
}

/// The service's error, if the file key could not be wrapped or unwrapped for one.
fn service_behind(error: &claviger_age::Error) -> Option<&claviger_client::Error> {
    use claviger_age::Error;
    match error {
        Error::Unwrapping(cause) | Error::Wrapping(WrapError::Refused(cause)) => {
            cause.downcast_ref()
        }
        _ => None,
    }
}

/// A service's error on its way through the age format.
pub(crate) fn refused_wrapping(error: claviger_client::Error) -> WrapError {
    WrapError::Refused(Box::new(error))
}

/// A service's error on its way through the age format.
pub(crate) fn refused_unwrapping(error: claviger_client::Error) -> UnwrapError {
    UnwrapError::Refused(Box::new(error))
}

fn file_remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied => "check the permissions of the file and its folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room, or choose another folder"
        }
        io::ErrorKind::IsADirectory => "name a file; pack a folder with tar first",
        _ => "check the path, the permissions and the disk",
    }
}
