//! The native door: JSON over HTTP.
//!
//! [`router`] gives the routes of [`ROUTES`], each with its body limit and deadline. A request is checked for its size and
//! media type before anything else is done with it, turned into a core operation (`bind`), and the reply or the error is
//! turned back. The door decides nothing: names are translated in `names`, errors in `errors`.
//!
//! While no caller has to prove who it is, a web page in a browser on the same machine could reach the service. Requests
//! whose `host` or `origin` isn't the machine itself, or on the list that the server was started with, are refused
//! ([`Hosts`]), and no header ever allows another origin to read a reply.

mod bind;
mod body;
mod door;
mod errors;
mod exchange;
mod hosts;
mod json;
mod names;
mod openapi;
mod path;
mod query;
mod route;
mod routes;
mod service;

pub use door::{Door, DoorOptions, ServiceInformation};
pub use hosts::Hosts;
pub use openapi::document;
pub use route::{Message, Route};
pub use routes::ROUTES;
pub use service::router;
