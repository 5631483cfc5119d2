//! `claviger rewrap`: a ciphertext for the latest version or another key, without showing the message.

use std::path::PathBuf;

use claviger_wire_native::{RewrapRequest, Text};

use crate::failure::Failure;
use crate::input::{self, CIPHERTEXT_LIMIT, DASH};
use crate::screen;
use crate::session::Session;
use crate::values::ContextOption;

/// Encrypt a ciphertext again, with the latest version or another key
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The ciphertext; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The key of the new ciphertext; without it, that of the old one
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    context: ContextOption,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { input, key, context } = arguments;
    let context = context.text_map()?;
    let remedy = "give one ciphertext";
    let bytes = input::read(&session.screen, &input, CIPHERTEXT_LIMIT, remedy)?;
    let ciphertext = Some(Text::from(input::text(&bytes, "ciphertext")?));
    let request = RewrapRequest { ciphertext, context, key, items: None };
    let reply = session.wait(session.client.rewrap(&request))?;
    session.screen.reply(&reply, |_| screen::line(&reply.ciphertext))
}
