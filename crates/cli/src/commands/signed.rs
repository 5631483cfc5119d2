//! What signing, authentication codes and their verification have in common.

use std::path::PathBuf;

use claviger_wire_native::{Algorithm, Base64Bytes, VerifyReply};

use crate::failure::Failure;
use crate::input::{self, DASH, MATERIAL_LIMIT, MESSAGE_LIMIT};
use crate::screen;
use crate::session::Session;
use crate::values;

/// A key, a message, and what to use them with.
#[derive(Debug, clap::Args)]
pub(crate) struct Message {
    /// The key
    pub(crate) key: String,
    /// The message; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The algorithm; without it, the key's own
    #[arg(long, value_name = "NAME", value_parser = values::algorithm())]
    pub(crate) algorithm: Option<Algorithm>,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    pub(crate) version: Option<u32>,
}

impl Message {
    /// Reads the message.
    pub(crate) fn read(&self, session: &Session) -> Result<Base64Bytes, Failure> {
        let remedy = "sign its hash: --digest of `sign` and `verify` takes the hash as the message";
        let bytes = input::read(&session.screen, &self.input, MESSAGE_LIMIT, remedy)?;
        Ok(Base64Bytes(bytes.to_vec()))
    }
}

/// Base64 in an argument, or the same or the raw bytes in a file.
pub(crate) fn proof(
    session: &Session,
    text: Option<Base64Bytes>,
    file: Option<PathBuf>,
    what: &str,
) -> Result<Base64Bytes, Failure> {
    let Some(file) = file else {
        return text.ok_or_else(|| {
            let option = what.replace(' ', "-");
            Failure::usage(format!("there is no {what}"), format!("give it with --{option}"))
        });
    };
    let bytes = input::read(&session.screen, &file, MATERIAL_LIMIT, "name the right file")?;
    // What was printed is base64, what was written with --out is not.
    let printed = input::text(&bytes, what).ok().and_then(|text| Base64Bytes::from_text(text).ok());
    Ok(printed.unwrap_or_else(|| Base64Bytes(bytes.to_vec())))
}

/// Tells the verdict, also by the exit code.
pub(crate) fn verdict(
    session: &Session,
    reply: &VerifyReply,
    what: &'static str,
) -> Result<(), Failure> {
    session.screen.reply(reply, |_| if reply.valid { screen::line("valid") } else { Ok(()) })?;
    if reply.valid { Ok(()) } else { Err(Failure::NotValid(what)) }
}
