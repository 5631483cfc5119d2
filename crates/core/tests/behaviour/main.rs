//! What the core does, over the real cryptography and the store in memory.

mod authorization;
mod deletion;
mod encryption;
mod lifecycle;
mod service;
mod tampering;
mod transfer;
mod uses;
