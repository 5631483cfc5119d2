//! What a route is: one row of the table.

use std::pin::Pin;
use std::time::Duration;

use http::{Method, StatusCode};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};

/// What answers a request.
pub(crate) type Handler =
    fn(Exchange) -> Pin<Box<dyn Future<Output = Result<Reply, Refusal>> + Send>>;

/// One method of one path: its limits, its messages and what answers it.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The operation's name in the OpenAPI document, unique among all routes.
    pub operation: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The longest body, in bytes; 0 where there is none.
    pub body_limit: usize,
    /// How long the body may take to arrive, and the operation to be done: each of them.
    pub deadline: Duration,
    /// The request's message; none where there is no body.
    pub request: Option<Message>,
    /// Whether the body may be absent.
    pub body_optional: bool,
    /// The query's parameters: name and meaning.
    pub query: &'static [(&'static str, &'static str)],
    /// The status of success.
    pub success: StatusCode,
    /// The replies' messages: one, or that of a single request and that of a batch.
    pub replies: &'static [Message],
    pub(crate) handler: Handler,
}

/// The type of a message, as far as the OpenAPI document needs it.
#[derive(Clone, Copy)]
pub struct Message {
    /// The name of its schema.
    pub name: fn() -> String,
    /// Adds its schema and those that it refers to.
    pub collect: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl Message {
    /// The message of this type.
    pub(crate) const fn of<T: ToSchema>() -> Self {
        Self {
            name: || T::name().into_owned(),
            collect: |schemas| {
                schemas.push((T::name().into_owned(), T::schema()));
                T::schemas(schemas);
            },
        }
    }
}
