//! How bytes leave a command: as a line of base64, raw, or into a file of one's own.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use claviger_wire_native::Base64Secret;
use serde::Serialize;

use crate::failure::Failure;
use crate::files::whole_file::{Mode, WholeFile};
use crate::screen::{self, Format};
use crate::session::Session;
use crate::wiped::WipedBytes;

/// The options of a command whose result is bytes.
#[derive(Debug, clap::Args)]
pub(crate) struct ByteOutput {
    /// Print the bytes themselves instead of base64
    #[arg(long, conflicts_with = "out")]
    raw: bool,
    /// Write the bytes into this file, which only you can read
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file of --out if it is there
    #[arg(long, requires = "out")]
    force: bool,
}

impl ByteOutput {
    /// Writes the bytes as wanted; with `--output json`, the whole reply.
    pub(crate) fn write<R: Serialize>(
        &self,
        session: &Session,
        reply: &R,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        if session.screen.format == Format::Json && !self.raw && self.out.is_none() {
            return session.screen.json(reply);
        }
        match &self.out {
            Some(path) => {
                write_file(path, self.force, bytes)?;
                session.screen.note(&format!("wrote {}", path.display()));
                Ok(())
            }
            None if self.raw => raw(bytes),
            None => base64(bytes),
        }
    }
}

/// Prints bytes to whatever is not a terminal.
pub(crate) fn raw(bytes: &[u8]) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage(
            "raw bytes would garble the terminal, and stay in its memory",
            "redirect standard output, or name a file with --out",
        ));
    }
    screen::bytes(bytes)
}

/// Prints a line of base64.
pub(crate) fn base64(bytes: &[u8]) -> Result<(), Failure> {
    let mut line = WipedBytes::with_capacity(bytes.len() / 3 * 4 + 8);
    // The message type encodes, and wipes what it copied.
    serde_json::to_writer(&mut *line, &Base64Secret::copy_from(bytes))
        .map_err(|error| Failure::output(error.into()))?;
    // The text is within quotes, and base64 has nothing to escape.
    let length = line.len();
    line[length - 1] = b'\n';
    screen::bytes(&line[1..])
}

/// Writes a file that only its owner can read.
pub(crate) fn write_file(path: &Path, force: bool, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = WholeFile::create(path, force, Mode::OwnerOnly)?;
    file.writer().write_all(bytes).map_err(|error| Failure::file(path, "written", error))?;
    file.finish()
}
