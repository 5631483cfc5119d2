//! The service as a process: what only a real one can show. Each test has a service of its own.
//!
//! | file             | what it is about                                                        |
//! |------------------|-------------------------------------------------------------------------|
//! | `start.rs`       | what is refused at start, with which message and exit code              |
//! | `life.rs`        | restarts, signals, dates that come, what the process denies itself      |
//! | `connections.rs` | slow heads, ten thousand idle connections, bodies without end           |
//! | `kill.rs`        | `kill -9` under load: what was acknowledged is there                    |
//! | `disk.rs`        | a full disk and a read-only one                                         |
//! | `tampering.rs`   | rows and audit records that somebody edited                             |
//! | `audit_log.rs`   | `claviger audit verify`                                                 |
//! | `tls.rs`         | clients of KMIP with certificates, and without                          |
//! | `clients/`       | PyKMIP, OpenBao and the Cosmian KMS's client, which speak KMIP          |
//! | `reprovision.rs` | clients of KMIP that replace their certificates                         |
//! | `hostile.rs`     | KMIP that lies about lengths, is too deep, too much, too slow           |
//! | `client.rs`      | the HTTP client of these tests                                          |
//! | `messages.rs`    | KMIP messages, byte by byte                                             |
//! | `setting.rs`     | a service for clients of KMIP, with certificates                        |
//! | `mounts.rs`      | file systems of a test's own                                            |

#![expect(
    clippy::print_stdout,
    reason = "what was measured, and which case failed, is shown with a test's output"
)]

mod audit_log;
mod client;
mod clients;
mod connections;
mod disk;
mod hostile;
mod kill;
mod life;
mod messages;
mod mounts;
mod reprovision;
mod setting;
mod start;
mod tampering;
mod tls;

use claviger_testkit::process::{Service, ServiceOptions};

/// How to start the binary that these tests belong to.
fn options() -> ServiceOptions {
    ServiceOptions::new(env!("CARGO_BIN_EXE_claviger"))
}

/// A service with nothing in it yet.
fn service() -> Service {
    options().start().unwrap_or_else(|failure| panic!("{failure}"))
}
