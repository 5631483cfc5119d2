//! `claviger cert revoke`.

use claviger_certificates::Authority;

use super::{Place, Printed, now};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::screen::Screen;

/// Revoke certificates: a running service disconnects their clients within a few seconds
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A name, for every certificate that has it, or a serial number for one
    #[arg(value_name = "NAME|SERIAL")]
    wanted: String,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(
    Arguments { wanted, place }: Arguments,
    environment: &Environment,
    screen: &Screen,
) -> Result<(), Failure> {
    let mut authority = Authority::open(&place.directory(environment)?)?;
    let revoked: Vec<Printed> =
        authority.revoke(&wanted, now())?.into_iter().map(Printed::from).collect();
    screen.reply(&revoked, |screen| {
        for certificate in &revoked {
            screen.fields(certificate.fields())?;
        }
        Ok(())
    })
}
