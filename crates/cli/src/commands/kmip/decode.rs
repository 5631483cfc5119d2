//! `claviger kmip decode`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::display;
use super::encoding::{self, Encoding};
use crate::failure::Failure;
use crate::input::DASH;
use crate::screen::{self, Screen};
use crate::wiped::WipedBytes;

/// Show KMIP messages for people, or turn them into JSON or XML
///
/// Several messages may stand one behind the other in the binary encodings, as a recording has them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The message; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// How it is written down; recognised if nothing is said
    #[arg(long, value_enum, value_name = "ENCODING")]
    from: Option<Encoding>,
    /// How it is shown
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Tree)]
    to: Form,
    /// Show key material, plaintexts and passwords too
    #[arg(long)]
    show_secrets: bool,
}

/// How a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Indented lines.
    Tree,
    /// KMIP's JSON, with everything in it.
    Json,
    /// KMIP's XML, with everything in it.
    Xml,
}

pub(crate) fn run(arguments: &Arguments, screen: &Screen) -> Result<(), Failure> {
    let Arguments { input, from, to, show_secrets } = arguments;
    let bytes = super::read(screen, input)?;
    for message in encoding::read(&bytes, *from)? {
        let item = message.item()?;
        let shown = match to {
            Form::Tree => WipedBytes::new(display::lines(item, *show_secrets).into_bytes()),
            Form::Json => encoding::write(item, Encoding::Json),
            Form::Xml => encoding::write(item, Encoding::Xml),
        };
        screen::bytes(&shown)?;
    }
    Ok(())
}
