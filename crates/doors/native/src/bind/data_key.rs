//! Data keys.

use claviger_core::NativeCiphertext;
use claviger_core::operations::{DataKey, GenerateDataKey};
use claviger_wire_native::{
    Base64Secret, DataKeyReply, DataKeyRequest, DataKeySpec, GenerateKeyRequest,
};

use super::{context, excluded, key_or_default};
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};

/// Makes a data key for the key that the message names.
pub(crate) async fn generate(exchange: Exchange) -> Result<Reply, Refusal> {
    let GenerateKeyRequest { key_spec, key, context: pairs } = exchange.message()?;
    let (key, context) = (key_or_default(key.as_deref())?, context(pairs)?);
    reply(&exchange, GenerateDataKey { key, context, length: key_spec.length() }).await
}

/// Makes a data key for the key that the path names.
pub(crate) async fn generate_with_key(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let DataKeyRequest { key_spec, length, context: pairs } = exchange.optional_message()?;
    let length = match (key_spec, length) {
        (spec, None) => spec.unwrap_or(DataKeySpec::Aes256).length(),
        (None, Some(length)) => length as usize,
        (Some(_), Some(_)) => {
            return Err(excluded("`key_spec` and `length` exclude each other"));
        }
    };
    reply(&exchange, GenerateDataKey { key, context: context(pairs)?, length }).await
}

async fn reply(exchange: &Exchange, operation: GenerateDataKey) -> Result<Reply, Refusal> {
    let DataKey { plaintext, encrypted } = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::secret_message(&DataKeyReply {
        plaintext: Base64Secret::new(plaintext),
        ciphertext: NativeCiphertext::write(&encrypted.key, encrypted.version, &encrypted.record),
        key: encrypted.key.as_str().to_owned(),
        version: encrypted.version,
    })
}
