//! Encapsulate and decapsulate.

use claviger_core::operations::{Decapsulate, Encapsulate};
use claviger_wire_native::{
    Base64Bytes, Base64Secret, DecapsulateReply, DecapsulateRequest, EncapsulateReply,
    EncapsulateRequest,
};

use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};

/// Makes a shared secret and its encapsulation.
pub(crate) async fn encapsulate(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let EncapsulateRequest {} = exchange.optional_message()?;
    let done = exchange.kms().call(&exchange.caller, Encapsulate { key: key.clone() }).await?;
    Reply::secret_message(&EncapsulateReply {
        secret: Base64Secret::new(done.secret),
        ciphertext: Base64Bytes(done.ciphertext),
        key: key.as_str().to_owned(),
        version: done.version,
    })
}

/// Gets the shared secret out of an encapsulation.
pub(crate) async fn decapsulate(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let DecapsulateRequest { ciphertext, version } = exchange.message()?;
    let operation = Decapsulate { key: key.clone(), version, ciphertext: ciphertext.0 };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::secret_message(&DecapsulateReply {
        secret: Base64Secret::new(done.secret),
        key: key.as_str().to_owned(),
        version: done.version,
    })
}
