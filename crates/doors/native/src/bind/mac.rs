//! Message authentication codes.

use claviger_core::operations::{Mac, MacVerify};
use claviger_wire_native::{Base64Bytes, MacReply, MacRequest, MacVerifyRequest, VerifyReply};

use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Makes a message authentication code.
pub(crate) async fn mac(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let MacRequest { message, algorithm, version } = exchange.message()?;
    let algorithm = algorithm.map(names::algorithm);
    let operation = Mac { key: key.clone(), version, algorithm, message: message.0 };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&MacReply {
        mac: Base64Bytes(done.mac),
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: names::algorithm_name(done.algorithm),
    })
}

/// Checks a message authentication code.
pub(crate) async fn verify(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let MacVerifyRequest { message, mac, algorithm, version } = exchange.message()?;
    let operation = MacVerify {
        key: key.clone(),
        version,
        algorithm: algorithm.map(names::algorithm),
        message: message.0,
        mac: mac.0,
    };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&VerifyReply {
        valid: done.valid,
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: names::algorithm_name(done.algorithm),
    })
}
