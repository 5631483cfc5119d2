//! Random bytes and hashes.

use claviger_core::operations::{GenerateRandom, HashData};
use claviger_wire_native::{
    Base64Bytes, Base64Secret, HashReply, HashRequest, RandomReply, RandomRequest,
};

use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Returns random bytes.
pub(crate) async fn random(exchange: Exchange) -> Result<Reply, Refusal> {
    let RandomRequest { length } = exchange.message()?;
    let operation = GenerateRandom { length: length as usize };
    let random = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::secret_message(&RandomReply { random: Base64Secret::new(random) })
}

/// Hashes data.
pub(crate) async fn hash(exchange: Exchange) -> Result<Reply, Refusal> {
    let HashRequest { algorithm, data } = exchange.message()?;
    let function = names::hash(algorithm);
    let operation = HashData { hash: function, data: data.0 };
    let hash = exchange.kms().call(&exchange.caller, operation).await?;
    let algorithm = names::hash_name(function);
    Reply::message(&HashReply { hash: Base64Bytes(hash), algorithm })
}
