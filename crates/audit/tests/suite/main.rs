//! The log in files as its users, a crash and an intruder meet it.

#![expect(
    clippy::disallowed_methods,
    reason = "deadlines are measured, and a process that is killed is told where to write"
)]

mod crash;
mod full_disk;
mod log;
mod support;
mod tamper;
