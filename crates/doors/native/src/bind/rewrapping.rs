//! Rewrap.

use claviger_core::Error;
use claviger_core::operations::Rewrap;
use claviger_model::KeyName;
use claviger_wire_native::{KeyRewrapRequest, RewrapRequest, Text, TextMap};

use super::encryption::{batch_reply, call_all, one_reply};
use super::{ciphertext, context, one_or_items};
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};

/// Rewraps for the key that the message names, or for the ciphertext's own.
pub(crate) async fn rewrap(exchange: Exchange) -> Result<Reply, Refusal> {
    match exchange.message()? {
        RewrapRequest { ciphertext: Some(text), context, key, items: None } => {
            let to = named(key.as_deref())?;
            rewrap_one(&exchange, operation(&text, to, context)?).await
        }
        RewrapRequest { ciphertext: None, context, key, items: Some(items) }
            if context.is_empty() =>
        {
            let operations = items.0.into_iter().map(|item| {
                let to = named(item.key.as_deref().or(key.as_deref()))?;
                operation(&item.ciphertext, to, item.context)
            });
            rewrap_all(&exchange, operations.collect()).await
        }
        RewrapRequest { .. } => Err(one_or_items("ciphertext")),
    }
}

/// Rewraps for the key that the path names.
pub(crate) async fn rewrap_with_key(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    match exchange.message()? {
        KeyRewrapRequest { ciphertext: Some(text), context, items: None } => {
            rewrap_one(&exchange, operation(&text, Some(name), context)?).await
        }
        KeyRewrapRequest { ciphertext: None, context, items: Some(items) }
            if context.is_empty() =>
        {
            let operations = items
                .0
                .into_iter()
                .map(|item| operation(&item.ciphertext, Some(name.clone()), item.context));
            rewrap_all(&exchange, operations.collect()).await
        }
        KeyRewrapRequest { .. } => Err(one_or_items("ciphertext")),
    }
}

fn named(name: Option<&str>) -> Result<Option<KeyName>, Error> {
    Ok(name.map(KeyName::new).transpose()?)
}

fn operation(text: &Text<'_>, to: Option<KeyName>, pairs: TextMap) -> Result<Rewrap, Error> {
    Ok(Rewrap { ciphertext: ciphertext(text), key: None, to, context: context(pairs)? })
}

async fn rewrap_one(exchange: &Exchange, operation: Rewrap) -> Result<Reply, Refusal> {
    Ok(one_reply(&exchange.kms().call(&exchange.caller, operation).await?))
}

async fn rewrap_all(
    exchange: &Exchange,
    operations: Vec<Result<Rewrap, Error>>,
) -> Result<Reply, Refusal> {
    Ok(batch_reply(&call_all(exchange, operations).await?))
}
