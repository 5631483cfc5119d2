//! `claviger kmip …`: KMIP messages turned between their encodings, shown, and sent. One file per command.
//!
//! | file          | what it is about                                                          |
//! |---------------|---------------------------------------------------------------------------|
//! | `decode.rs`   | `claviger kmip decode`                                                    |
//! | `encode.rs`   | `claviger kmip encode`                                                    |
//! | `send.rs`     | `claviger kmip send`                                                      |
//! | `encoding.rs` | the encodings: recognised, read and written                               |
//! | `place.rs`    | where in a message a mistake is                                           |
//! | `display.rs`  | a message for people                                                      |
//! | `address.rs`  | where a server is                                                         |
//! | `exchange.rs` | a message and its answer over TLS or HTTP                                 |
//! | `http.rs`     | as much of HTTP/1.1 as a message needs                                    |
//!
//! They know nothing of the service and work with every KMIP server and device.

mod address;
mod decode;
mod display;
mod encode;
mod encoding;
mod exchange;
mod http;
mod place;
mod send;

use std::path::Path;

use clap::Subcommand;

use crate::failure::Failure;
use crate::input;
use crate::screen::Screen;
use crate::wiped::WipedBytes;

/// The longest message that is read, in whatever encoding.
const LONGEST: usize = 64 << 20;

/// The commands about KMIP messages.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Decode(decode::Arguments),
    Encode(encode::Arguments),
    Send(send::Arguments),
}

pub(crate) fn run(verb: Verb, screen: &Screen) -> Result<(), Failure> {
    match verb {
        Verb::Decode(arguments) => decode::run(&arguments, screen),
        Verb::Encode(arguments) => encode::run(&arguments, screen),
        Verb::Send(arguments) => send::run(&arguments, screen),
    }
}

/// Reads a message from a file or standard input, as it is there.
fn read(screen: &Screen, path: &Path) -> Result<WipedBytes, Failure> {
    input::read(screen, path, LONGEST, "no KMIP server takes a message that long")
}
