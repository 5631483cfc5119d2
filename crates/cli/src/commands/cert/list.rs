//! `claviger cert list`.

use claviger_certificates::{Authority, Entry};

use super::{Place, Printed, date, kind_name, now};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::screen::Screen;

/// List what the authority has issued, itself first
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(
    Arguments { place }: Arguments,
    environment: &Environment,
    screen: &Screen,
) -> Result<(), Failure> {
    let entries = Authority::list(&place.directory(environment)?)?;
    let now = now();
    let rows: Vec<[String; 6]> = entries.iter().map(|entry| row(entry, now)).collect();
    let printed: Vec<Printed> = entries.into_iter().map(Printed::from).collect();
    screen.reply(&printed, |screen| {
        screen.rows(["NAME", "KIND", "SERIAL", "VALID FROM", "VALID UNTIL", "STATE"], &[], rows)
    })
}

fn row(entry: &Entry, now: u64) -> [String; 6] {
    let state = match entry.revoked {
        Some(revoked) => format!("revoked {}", date(revoked)),
        None if now > entry.not_after => "expired".to_owned(),
        None if now < entry.not_before => "not valid yet".to_owned(),
        None => "valid".to_owned(),
    };
    [
        entry.name.clone(),
        kind_name(entry.kind).to_owned(),
        entry.serial.clone(),
        date(entry.not_before).to_string(),
        date(entry.not_after).to_string(),
        state,
    ]
}
