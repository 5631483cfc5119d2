//! Decrypt.

use claviger_core::operations::{Decipher, Decrypt, Decrypted};
use claviger_model::KeyName;
use claviger_wire_native::{
    Base64Bytes, DecryptItem, DecryptRequest, KeyDecryptRequest, Keyed, Text, TextMap,
    write_decrypt_batch_reply, write_decrypt_reply,
};

use super::encryption::{RAW_NEEDS_ALGORITHM, RawParameters, call_all};
use super::{ciphertext, context, excluded, one_or_items};
use crate::errors::{Refusal, item_error};
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Decrypts with the key that the ciphertext names.
pub(crate) async fn decrypt(exchange: Exchange) -> Result<Reply, Refusal> {
    match exchange.message()? {
        DecryptRequest { ciphertext: Some(text), context, items: None } => {
            decrypt_one(&exchange, None, &text, context).await
        }
        DecryptRequest { ciphertext: None, context, items: Some(items) } if context.is_empty() => {
            decrypt_all(&exchange, None, items.0).await
        }
        DecryptRequest { .. } => Err(one_or_items("ciphertext")),
    }
}

/// Decrypts with the key that the path names.
pub(crate) async fn decrypt_with_key(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let request: KeyDecryptRequest<'_> = exchange.message()?;
    let KeyDecryptRequest {
        ciphertext,
        context,
        algorithm,
        nonce,
        additional_data,
        version,
        items,
    } = request;
    let raw = RawParameters { algorithm, nonce, additional_data, version };
    match (ciphertext, items) {
        (Some(text), None) if raw.algorithm.is_some() => {
            if !context.is_empty() {
                return Err(excluded("`context` and `algorithm` exclude each other"));
            }
            decipher(&exchange, name, &text, raw).await
        }
        (Some(text), None) if raw.is_empty() => {
            decrypt_one(&exchange, Some(name), &text, context).await
        }
        (None, Some(items)) if raw.is_empty() && context.is_empty() => {
            decrypt_all(&exchange, Some(name), items.0).await
        }
        (Some(_), None) => Err(excluded(RAW_NEEDS_ALGORITHM)),
        _ => Err(one_or_items("ciphertext")),
    }
}

async fn decrypt_one(
    exchange: &Exchange,
    key: Option<KeyName>,
    text: &Text<'_>,
    pairs: TextMap,
) -> Result<Reply, Refusal> {
    let operation = Decrypt { ciphertext: ciphertext(text), key, context: context(pairs)? };
    written(&exchange.kms().call(&exchange.caller, operation).await?)
}

/// What plaintexts are exposed for here.
const WHY: &str = "writing the reply to who may decrypt it";

fn written(decrypted: &Decrypted) -> Result<Reply, Refusal> {
    let plaintext = decrypted.plaintext.expose(WHY);
    let body = write_decrypt_reply(plaintext, decrypted.key.as_str(), decrypted.version);
    Ok(Reply::secret(body))
}

async fn decrypt_all(
    exchange: &Exchange,
    key: Option<KeyName>,
    items: Vec<DecryptItem<'_>>,
) -> Result<Reply, Refusal> {
    let operations = items.into_iter().map(|DecryptItem { ciphertext: text, context: pairs }| {
        let ciphertext = ciphertext(&text);
        Ok(Decrypt { ciphertext, key: key.clone(), context: context(pairs)? })
    });
    let results = call_all(exchange, operations.collect()).await?;
    let items: Vec<_> = results
        .iter()
        .map(|result| match result {
            Ok(Decrypted { plaintext, key, version }) => {
                Ok(Keyed { content: plaintext.expose(WHY), key: key.as_str(), version: *version })
            }
            Err(error) => Err(item_error(error)),
        })
        .collect();
    Ok(Reply::secret(write_decrypt_batch_reply(&items)))
}

async fn decipher(
    exchange: &Exchange,
    key: KeyName,
    text: &Text<'_>,
    raw: RawParameters,
) -> Result<Reply, Refusal> {
    let RawParameters { algorithm, nonce, additional_data, version } = raw;
    let ciphertext = Base64Bytes::from_text(text.as_str()).map_err(|error| {
        Refusal::invalid(
            format!("`ciphertext` is {error}"),
            "with `algorithm`, send base64 of the algorithm's output; leave `algorithm` out for others",
        )
    })?;
    let operation = Decipher {
        key,
        version,
        algorithm: algorithm.map(names::algorithm),
        nonce: nonce.map(|nonce| nonce.0),
        additional_data: additional_data.unwrap_or_default().0,
        ciphertext: ciphertext.0,
    };
    written(&exchange.kms().call(&exchange.caller, operation).await?)
}
