//! `claviger decrypt`: the other way round.

use std::path::PathBuf;

use claviger_wire_native::{DecryptRequest, Text};

use crate::failure::Failure;
use crate::input::{self, CIPHERTEXT_LIMIT, DASH};
use crate::screen;
use crate::session::Session;
use crate::values::ContextOption;

/// Decrypt a ciphertext from standard input
///
/// The message is printed as it was, without a line break of its own. The ciphertext may end with one.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The ciphertext; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    context: ContextOption,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { input, context } = arguments;
    let context = context.text_map()?;
    let remedy = "a file is decrypted with `claviger decrypt-file`";
    let bytes = input::read(&session.screen, &input, CIPHERTEXT_LIMIT, remedy)?;
    let ciphertext = Some(Text::from(input::text(&bytes, "ciphertext")?));
    let request = DecryptRequest { ciphertext, context, items: None };
    let reply = session.wait(session.client.decrypt(&request))?;
    session.screen.reply(&reply, |_| screen::bytes(reply.plaintext.expose("for who asked for it")))
}
