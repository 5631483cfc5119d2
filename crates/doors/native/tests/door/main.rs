//! The native door over the real core and real cryptography, called through its router.

mod bad_input;
mod encryption;
mod keys;
mod service;
mod uses;
