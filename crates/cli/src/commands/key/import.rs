//! `claviger key import`.

use std::path::PathBuf;

use claviger_wire_native::{Base64Secret, ImportKeyRequest, KeyFormat};

use super::settings::{NewKey, NewKeyOptions, PolicyOptions};
use super::show;
use crate::failure::Failure;
use crate::input::{self, MATERIAL_LIMIT};
use crate::session::Session;
use crate::values;

/// Create a key from existing material
///
/// The material comes from a file or standard input, never from the command line, which others can see.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The name of the new key
    name: String,
    /// The material; `-` is standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// What it is: raw bytes, PKCS#8 or SubjectPublicKeyInfo (DER or PEM), or a JSON Web Key
    #[arg(long, value_name = "FORMAT", value_parser = values::key_format())]
    format: KeyFormat,
    /// What the key is, as for `key create`; raw material needs it, elsewhere it follows from the material
    #[arg(long, value_name = "TEMPLATE")]
    algorithm: Option<String>,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    new: NewKeyOptions,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, input, format, algorithm, policy, new } = arguments;
    let NewKey {
        tags,
        attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = new.request()?;
    let remedy = "key material is shorter; name the right file";
    let material = input::read(&session.screen, &input, MATERIAL_LIMIT, remedy)?;
    let request = ImportKeyRequest {
        name,
        format,
        material: Base64Secret::copy_from(&material),
        algorithm,
        policy: policy.request(),
        tags: tags.into(),
        attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    };
    drop(material);
    let reply = session.wait(session.client.import_key(&request))?;
    show::print(session, &reply)
}
