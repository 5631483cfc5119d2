//! `claviger kmip encode`.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::ValueEnum;

use super::encoding::{self, Encoding};
use crate::failure::Failure;
use crate::input::DASH;
use crate::screen::{self, Screen};

/// Turn a KMIP message in JSON, XML or whatever else into TTLV
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The message; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// How it is written down; recognised if nothing is said
    #[arg(long, value_enum, value_name = "ENCODING")]
    from: Option<Encoding>,
    /// How the TTLV is written
    #[arg(long, value_enum, value_name = "FORM")]
    to: Form,
}

/// How TTLV is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// As it is, for a file or another program.
    Binary,
    /// In hexadecimal.
    Hex,
    /// In base64.
    Base64,
}

pub(crate) fn run(arguments: &Arguments, screen: &Screen) -> Result<(), Failure> {
    let Arguments { input, from, to } = arguments;
    if *to == Form::Binary && io::stdout().is_terminal() {
        let remedy = "redirect it to a file, or print it with --to hex";
        return Err(Failure::usage("a terminal cannot show TTLV", remedy));
    }
    let bytes = super::read(screen, input)?;
    let message = encoding::read_one(&bytes, *from)?;
    let encoding = match to {
        Form::Binary => Encoding::Binary,
        Form::Hex => Encoding::Hex,
        Form::Base64 => Encoding::Base64,
    };
    screen::bytes(&encoding::write(message.item()?, encoding))
}
