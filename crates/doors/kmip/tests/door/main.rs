//! The KMIP door over the real core and real cryptography, called through connections and through its router.
#![expect(clippy::disallowed_methods, reason = "it measures how long connections last")]

mod asynchronous;
mod attributes;
mod batches;
mod cosmian;
mod credentials;
mod errors;
mod extensions;
mod framing;
mod http;
mod push;
mod query;
mod reasons;
mod repetition;
mod requests;
mod rules;
mod service;
mod tickets;
mod versions;
