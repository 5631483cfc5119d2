//! `claviger encrypt`: a message on standard input becomes text.

use std::path::PathBuf;

use claviger_wire_native::{Base64Plaintext, EncryptRequest};

use crate::failure::Failure;
use crate::input::{self, DASH, MESSAGE_LIMIT, USE_FILES};
use crate::screen;
use crate::session::Session;
use crate::values::ContextOption;

/// Encrypt a message from standard input
///
/// The ciphertext is one line of text that names its key and version. Up to 24 MiB; `encrypt-file` takes any size.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The message; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The key; without it the profile's, or `default`, which is made on first use
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    context: ContextOption,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { input, key, context } = arguments;
    let context = context.text_map()?;
    let message = input::read(&session.screen, &input, MESSAGE_LIMIT, USE_FILES)?;
    let plaintext = Some(Base64Plaintext::copy_from(&message));
    drop(message);
    let request = EncryptRequest { plaintext, context, key: session.key(key), items: None };
    let reply = session.wait(session.client.encrypt(&request))?;
    session.screen.reply(&reply, |_| screen::line(&reply.ciphertext))
}
