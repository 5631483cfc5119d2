//! What the core does, over the real cryptography and the store in memory.

mod attributes;
mod authorization;
mod deletion;
mod encryption;
mod lifecycle;
mod making;
mod object_attempts;
mod service;
mod tampering;
mod transfer;
mod uses;
