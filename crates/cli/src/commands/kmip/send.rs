//! `claviger kmip send`.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use claviger_wire_ttlv::enumeration::{ResultReason, ResultStatus};
use claviger_wire_ttlv::{Item, tag};

use super::address::Address;
use super::display;
use super::encoding::{self, Encoding};
use super::exchange::{self, Credentials};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::DASH;
use crate::screen::{self, Screen};
use crate::wiped::WipedBytes;

/// Send a KMIP message in any encoding to a server, and show what it answers
///
/// The answer is printed even if an operation in it failed; the exit code tells.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The message; `-` is standard input
    #[arg(default_value = DASH, value_name = "FILE")]
    input: PathBuf,
    /// The server: kmips://HOST:5696, https://HOST:PORT/kmip or http://HOST:PORT/kmip
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// How the message is written down; recognised if nothing is said. Over HTTP it is sent so
    #[arg(long, value_enum, value_name = "ENCODING")]
    from: Option<Encoding>,
    #[command(flatten)]
    credentials: Credentials,
    /// How many seconds the server may take for each step
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// How the answer is shown
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Tree)]
    output: Form,
    /// Show key material, plaintexts and passwords too
    #[arg(long)]
    show_secrets: bool,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Indented lines.
    Tree,
    /// KMIP's XML, with everything in it.
    Xml,
    /// KMIP's JSON, with everything in it.
    Json,
    /// TTLV as it is.
    Binary,
    /// TTLV in hexadecimal.
    Hex,
}

pub(crate) fn run(arguments: &Arguments, screen: &Screen) -> Result<(), Failure> {
    let address = Address::parse(&arguments.to)?;
    let bytes = super::read(screen, &arguments.input)?;
    let message = encoding::read_one(&bytes, arguments.from)?;
    let timeout = Duration::from_secs(u64::from(arguments.timeout));
    let answer = exchange::exchange(&address, &arguments.credentials, timeout, &message)?;
    let item = answer.item()?;
    screen::bytes(&shown(arguments, item))?;
    match failed(item) {
        None => Ok(()),
        Some(what) => Err(Failure::Exchange { what, remedy: String::new(), exit: Exit::Refused }),
    }
}

fn shown(arguments: &Arguments, item: Item<'_>) -> WipedBytes {
    match arguments.output {
        Form::Tree => WipedBytes::new(display::lines(item, arguments.show_secrets).into_bytes()),
        Form::Xml => encoding::write(item, Encoding::Xml),
        Form::Json => encoding::write(item, Encoding::Json),
        Form::Binary => encoding::write(item, Encoding::Binary),
        Form::Hex => encoding::write(item, Encoding::Hex),
    }
}

/// What the server said of the operations that failed.
fn failed(message: Item<'_>) -> Option<String> {
    let failed = ResultStatus::OperationFailed.code();
    let items = message.children().filter(|child| child.tag() == tag::BATCH_ITEM);
    let mut reasons = Vec::new();
    for item in items {
        let field = |tag| item.child(tag);
        if field(tag::RESULT_STATUS).and_then(Item::enumeration) != Some(failed) {
            continue;
        }
        let reason =
            field(tag::RESULT_REASON).and_then(Item::enumeration).map(ResultReason::from_code);
        let reason = reason.and_then(ResultReason::name).unwrap_or("no known reason");
        reasons.push(match field(tag::RESULT_MESSAGE).and_then(Item::text) {
            Some(message) => format!("{reason} ({message:?})"),
            None => reason.to_owned(),
        });
    }
    let [first, others @ ..] = reasons.as_slice() else { return None };
    let more = match others.len() {
        0 => String::new(),
        count => format!("; and {count} more"),
    };
    Some(format!("the server answers OperationFailed: {first}{more}"))
}
