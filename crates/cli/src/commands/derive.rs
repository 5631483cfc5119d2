//! `claviger derive`.

use std::path::PathBuf;

use claviger_wire_native::{Algorithm, Base64Bytes, DeriveRequest};

use super::material::ByteOutput;
use super::signed;
use crate::failure::Failure;
use crate::session::Session;
use crate::values;

/// Derive a secret from a key, or agree on one with a peer
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    key: String,
    /// The algorithm; without it, the key's own
    #[arg(long, value_name = "NAME", value_parser = values::algorithm())]
    algorithm: Option<Algorithm>,
    /// The salt (HKDF, PBKDF2) or label (SP 800-108)
    #[arg(long, value_name = "BASE64", value_parser = values::base64)]
    salt: Option<Base64Bytes>,
    /// The info (HKDF) or context (SP 800-108)
    #[arg(long, value_name = "BASE64", value_parser = values::base64)]
    info: Option<Base64Bytes>,
    /// The iterations (PBKDF2), 1,000 to 10,000,000
    #[arg(long, value_name = "NUMBER")]
    iterations: Option<u32>,
    /// How many bytes, 1 to 8,160; 32 if nothing is said
    #[arg(long, value_name = "NUMBER")]
    length: Option<u32>,
    /// Key agreement: a file with the peer's public key, as SubjectPublicKeyInfo (DER) or raw point, or base64 of either
    #[arg(long, value_name = "FILE")]
    peer_public_key: Option<PathBuf>,
    /// The version; without it, the latest
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    #[command(flatten)]
    output: ByteOutput,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments {
        key,
        algorithm,
        salt,
        info,
        iterations,
        length,
        peer_public_key,
        version,
        output,
    } = arguments;
    let peer = peer_public_key.map(|file| signed::proof(session, None, Some(file), "public key"));
    let peer_public_key = peer.transpose()?;
    let request =
        DeriveRequest { algorithm, salt, info, iterations, length, peer_public_key, version };
    let reply = session.wait(session.client.derive(&key, &request))?;
    output.write(session, &reply, reply.secret.expose("for who asked for it"))
}
