//! Why a request did not succeed.

use claviger_wire_native::Problem;

/// Why a request did not succeed. Each message says what was wrong; [`Error::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service refused the request, or failed.
    #[error("{}", .0.detail)]
    Refused(Refusal),
    /// The address is not one of a service.
    #[error("`{url}` is not the address of a service: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A name that cannot stand in a path.
    #[error("a key can't have the name `{name}`")]
    KeyName {
        /// The name.
        name: String,
    },
    /// There is no connection.
    #[error("no service answers at {url}: {reason}")]
    Unreachable {
        /// The service's address.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// The connection broke or the answer did not come in time. The operation may have been done or not.
    #[error("the service at {url} did not answer: {reason}")]
    Broken {
        /// The service's address.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// The answer is not one of a Claviger service of this version.
    #[error("what answers at {url} is not this version of Claviger (status {status}): {reason}")]
    Reply {
        /// The service's address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What was not understood. It repeats nothing of the answer, which may be a secret.
        reason: &'static str,
    },
}

/// What a service said when it refused a request or failed (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The stable code, such as `not_found`.
    pub code: String,
    /// What was wrong.
    pub detail: String,
    /// What to do.
    pub remedy: String,
    /// The request's identifier, as in the service's audit log.
    pub request: String,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        // The type and the title follow from the code and the status.
        let Problem { problem_type: _, title: _, status, code, detail, remedy, request } = problem;
        Self { status, code, detail, remedy, request }
    }
}

impl Error {
    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.remedy,
            Self::Address { .. } => "give an address such as http://127.0.0.1:9998",
            Self::KeyName { .. } => {
                "use 1 to 128 ASCII letters, digits, `.`, `_` and `-`, beginning with a letter, a digit or `_`"
            }
            Self::Unreachable { .. } => {
                "start it with `claviger server`, or name another one with `--url` or KMS_SERVICE_URL"
            }
            Self::Broken { .. } => {
                "see whether the operation took effect before you try again; the service's log says more"
            }
            Self::Reply { .. } => "check the address, and that both sides have the same version",
        }
    }

    /// What the service said, if it answered.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Address { .. }
            | Self::KeyName { .. }
            | Self::Unreachable { .. }
            | Self::Broken { .. }
            | Self::Reply { .. } => None,
        }
    }
}
