//! Encrypt.

use claviger_core::operations::{Encipher, Encrypt, Encrypted};
use claviger_core::{Error, NativeCiphertext};
use claviger_model::KeyName;
use claviger_secret::SecretBytes;
use claviger_wire_native::{
    Algorithm, Base64Bytes, Base64Plaintext, EncryptRequest, KeyEncryptReply, KeyEncryptRequest,
    Keyed, TextMap, WriteCiphertext, write_encrypt_batch_reply, write_encrypt_reply,
};

use super::{context, excluded, key_or_default, one_or_items};
use crate::errors::{Refusal, item_error};
use crate::exchange::{Exchange, JSON, Reply};
use crate::names;

/// Encrypts with the key that the message names.
pub(crate) async fn encrypt(exchange: Exchange) -> Result<Reply, Refusal> {
    match exchange.message()? {
        EncryptRequest { plaintext: Some(plaintext), context, key, items: None } => {
            let key = key_or_default(key.as_deref())?;
            encrypt_one(&exchange, operation(key, plaintext, context)?).await
        }
        EncryptRequest { plaintext: None, context, key, items: Some(items) }
            if context.is_empty() =>
        {
            let operations = items.0.into_iter().map(|item| {
                let key = key_or_default(item.key.as_deref().or(key.as_deref()))?;
                operation(key, item.plaintext, item.context)
            });
            encrypt_all(&exchange, operations.collect()).await
        }
        EncryptRequest { .. } => Err(one_or_items("plaintext")),
    }
}

/// Encrypts with the key that the path names.
pub(crate) async fn encrypt_with_key(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let request: KeyEncryptRequest = exchange.message()?;
    let KeyEncryptRequest { plaintext, context, algorithm, nonce, additional_data, version, items } =
        request;
    let raw = RawParameters { algorithm, nonce, additional_data, version };
    match (plaintext, items) {
        (Some(plaintext), None) if raw.algorithm.is_some() => {
            if !context.is_empty() {
                return Err(excluded("`context` and `algorithm` exclude each other"));
            }
            encipher(&exchange, name, plaintext, raw).await
        }
        (Some(plaintext), None) if raw.is_empty() => {
            encrypt_one(&exchange, operation(name, plaintext, context)?).await
        }
        (None, Some(items)) if raw.is_empty() && context.is_empty() => {
            let operations = items
                .0
                .into_iter()
                .map(|item| operation(name.clone(), item.plaintext, item.context));
            encrypt_all(&exchange, operations.collect()).await
        }
        (Some(_), None) => Err(excluded(RAW_NEEDS_ALGORITHM)),
        _ => Err(one_or_items("plaintext")),
    }
}

/// What is wrong with explicit parameters alone.
pub(super) const RAW_NEEDS_ALGORITHM: &str =
    "`nonce`, `additional_data` and `version` go with `algorithm` alone";

/// The parameters of an algorithm whose own output is wanted.
pub(super) struct RawParameters {
    pub(super) algorithm: Option<Algorithm>,
    pub(super) nonce: Option<Base64Bytes>,
    pub(super) additional_data: Option<Base64Bytes>,
    pub(super) version: Option<u32>,
}

impl RawParameters {
    pub(super) const fn is_empty(&self) -> bool {
        let Self { algorithm, nonce, additional_data, version } = self;
        algorithm.is_none() && nonce.is_none() && additional_data.is_none() && version.is_none()
    }
}

fn operation(key: KeyName, plaintext: Base64Plaintext, pairs: TextMap) -> Result<Encrypt, Error> {
    Ok(Encrypt { key, context: context(pairs)?, plaintext: plaintext.into_seal_buffer() })
}

async fn encrypt_one(exchange: &Exchange, operation: Encrypt) -> Result<Reply, Refusal> {
    Ok(one_reply(&exchange.kms().call(&exchange.caller, operation).await?))
}

/// A record that is encoded straight into the reply that carries it.
struct Native<'a>(&'a Encrypted);

impl WriteCiphertext for Native<'_> {
    fn length(&self) -> usize {
        NativeCiphertext::text_length(&self.0.key, self.0.record.len())
    }

    fn write(&self, out: &mut Vec<u8>) {
        NativeCiphertext::append(out, &self.0.key, self.0.version, &self.0.record);
    }
}

/// The reply that carries one ciphertext.
pub(super) fn one_reply(encrypted: &Encrypted) -> Reply {
    let key = encrypted.key.as_str();
    Reply::written(JSON, write_encrypt_reply(&Native(encrypted), key, encrypted.version))
}

/// The reply to a batch.
pub(super) fn batch_reply(results: &[Result<Encrypted, Error>]) -> Reply {
    let items: Vec<_> = results
        .iter()
        .map(|result| match result {
            Ok(encrypted) => Ok(Keyed {
                content: Native(encrypted),
                key: encrypted.key.as_str(),
                version: encrypted.version,
            }),
            Err(error) => Err(item_error(error)),
        })
        .collect();
    Reply::written(JSON, write_encrypt_batch_reply(&items))
}

async fn encrypt_all(
    exchange: &Exchange,
    operations: Vec<Result<Encrypt, Error>>,
) -> Result<Reply, Refusal> {
    Ok(batch_reply(&call_all(exchange, operations).await?))
}

/// Runs the items that could be read, and puts their results and the others' errors in the items' order.
pub(super) async fn call_all<O: claviger_core::operations::Operation>(
    exchange: &Exchange,
    operations: Vec<Result<O, Error>>,
) -> Result<Vec<Result<O::Reply, Error>>, Refusal> {
    let mut unread = Vec::new();
    let mut readable = Vec::with_capacity(operations.len());
    for (index, operation) in operations.into_iter().enumerate() {
        match operation {
            Ok(operation) => readable.push(operation),
            Err(error) => unread.push((index, error)),
        }
    }
    let mut results = exchange.kms().call_all(&exchange.caller, readable).await?;
    for (index, error) in unread {
        results.insert(index, Err(error));
    }
    Ok(results)
}

async fn encipher(
    exchange: &Exchange,
    key: KeyName,
    plaintext: Base64Plaintext,
    raw: RawParameters,
) -> Result<Reply, Refusal> {
    let RawParameters { algorithm, nonce, additional_data, version } = raw;
    let operation = Encipher {
        key: key.clone(),
        version,
        algorithm: algorithm.map(names::algorithm),
        nonce: nonce.map(|nonce| nonce.0),
        additional_data: additional_data.unwrap_or_default().0,
        plaintext: SecretBytes::copy_from(plaintext.expose("encrypting with explicit parameters")),
    };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&KeyEncryptReply {
        ciphertext: Base64Bytes(done.ciphertext).to_text(),
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: Some(names::algorithm_name(done.algorithm)),
        nonce: Some(Base64Bytes(done.nonce)).filter(|nonce| !nonce.0.is_empty()),
    })
}
