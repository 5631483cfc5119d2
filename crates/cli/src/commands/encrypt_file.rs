//! `claviger encrypt-file`: files of any size, in age's format.

use std::path::PathBuf;

use claviger_age::armor::ArmoredWriter;
use claviger_age::claviger::{Recipient, ToKey};
use claviger_age::{Error, encrypt, x25519};

use crate::failure::Failure;
use crate::files::age_file::{self, Conversion, SendRead, SendWrite};
use crate::files::progress::Progress;
use crate::session::{DEFAULT_KEY, Session};
use crate::values::ContextOption;
use crate::wrapper::{self, ServiceWrapper};

/// Encrypt files of any size, in age's format, with a key of the service
///
/// Any age tool with age-plugin-claviger reads them. A file appears under its name only when it is whole.
/// `--output` is the file to write here; how results are written is said before the command: `claviger --output json …`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The files; `-` is standard input, from which is written to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to write; FILE.enc if nothing is said, `-` for standard output
    #[arg(long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace the output if it is there
    #[arg(long)]
    force: bool,
    /// The key; without it the profile's, or `default`, which is made on first use
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    context: ContextOption,
    /// Write text (PEM) instead of bytes
    #[arg(long)]
    armor: bool,
    /// Encrypt to this age recipient too (age1… or age1claviger1…); may be given several times
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Vec<String>,
}

/// Everybody who is to be able to decrypt.
struct Recipients {
    keys: Vec<Recipient>,
    native: Vec<x25519::Recipient>,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { files, output, force, key, context, armor, recipient } = arguments;
    let context = context.pairs()?;
    wrapper::check_context(&context)?;
    let key = session.key(key).unwrap_or_else(|| DEFAULT_KEY.to_owned());
    let own = Recipient::new(&key, None, context.into_iter().collect()).map_err(|error| {
        Failure::usage(
            format!("nothing can be encrypted to {key}: {error}"),
            "name a key with --key",
        )
    })?;
    let mut recipients = Recipients { keys: vec![own], native: Vec::new() };
    for text in &recipient {
        recipients.add(text)?;
    }
    age_file::each(
        &session.screen,
        &files,
        output.as_deref(),
        |input| Ok(age_file::encrypted_name(input)),
        |input, output| {
            let screen = &session.screen;
            let conversion = Conversion { screen, input, output, force, text: armor };
            conversion.run(|reader, writer, progress| {
                convert(session, &recipients, armor, reader, writer, progress)
            })
        },
    )
}

impl Recipients {
    fn add(&mut self, text: &str) -> Result<(), Failure> {
        let refused = |error: &dyn std::fmt::Display| {
            Failure::usage(
                format!("`{text}` is no recipient: {error}"),
                "give age1… or age1claviger1…",
            )
        };
        if text.starts_with("age1claviger1") {
            self.keys.push(text.parse().map_err(|error| refused(&error))?);
        } else {
            self.native.push(text.parse().map_err(|error| refused(&error))?);
        }
        Ok(())
    }
}

fn convert(
    session: &Session,
    recipients: &Recipients,
    armor: bool,
    reader: &mut dyn SendRead,
    writer: &mut dyn SendWrite,
    progress: &Progress,
) -> Result<(), Error> {
    let wrapper = ServiceWrapper(session);
    let to_keys: Vec<_> =
        recipients.keys.iter().map(|recipient| ToKey { wrapper: &wrapper, recipient }).collect();
    let keys = to_keys.iter().map(|one| one as &dyn claviger_age::Recipient);
    let native = recipients.native.iter().map(|one| one as &dyn claviger_age::Recipient);
    let all: Vec<_> = keys.chain(native).collect();
    let done = |bytes| progress.set(bytes);
    if armor {
        let mut armored = ArmoredWriter::new(writer);
        encrypt(reader, &mut armored, &all, done)?;
        armored.finish().map_err(Error::Write)?;
    } else {
        encrypt(reader, writer, &all, done)?;
    }
    Ok(())
}
