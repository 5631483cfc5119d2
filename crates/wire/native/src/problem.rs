//! Errors (RFC 9457, `application/problem+json`).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of [`Problem`].
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem as a URI: `urn:claviger:problem:` and the code.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code, for programs.
    pub code: String,
    /// What was wrong this time.
    pub detail: String,
    /// What to do.
    pub remedy: String,
    /// The request, as in the header `x-request-id` and in the audit log.
    pub request: String,
}

/// Why one item of a batch was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ItemError {
    /// The stable code, as in [`Problem::code`].
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// What was wrong.
    pub detail: String,
    /// What to do.
    #[schema(value_type = String)]
    pub remedy: Cow<'static, str>,
}
