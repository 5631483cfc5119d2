//! The KMIP door over the real core and real cryptography, called through connections and through its router.

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
mod requests;
mod rules;
mod service;
