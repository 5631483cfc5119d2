//! The KMIP messages of the workloads (KMIP 1.4), and what is read out of their answers.

use anyhow::{Context, Result, ensure};
use claviger_wire_ttlv::{
    Item, Limits, Writer,
    enumeration::{BlockCipherMode, CryptographicAlgorithm, ObjectType, Operation},
    mask::cryptographic_usage_mask,
    tag,
};

use crate::load::messages::Client;

/// Makes an active AES-256 key for encryption; gives its unique identifier.
pub async fn create_key(client: &Client) -> Result<String> {
    let answer = call(client, &create()).await?;
    let key = text(&answer, &[tag::BATCH_ITEM, tag::RESPONSE_PAYLOAD, tag::UNIQUE_IDENTIFIER])?;
    call(client, &with_key(Operation::Activate, &key, |_| {})).await?;
    Ok(key)
}

/// One message on a connection of its own; fails unless the answer says Success.
pub async fn call(client: &Client, message: &[u8]) -> Result<Vec<u8>> {
    let mut connection = client.connect().await?;
    let answer = connection.exchange(message).await?;
    ensure!(
        answer.is_success(),
        "the answer is not Success: {}",
        crate::load::excerpt(answer.bytes())
    );
    let answer = answer.bytes().to_vec();
    connection.close().await?;
    Ok(answer)
}

/// Encrypts so many bytes with AES-GCM and a nonce that the server makes.
pub fn encrypt(key: &str, plaintext: &[u8]) -> Vec<u8> {
    with_key(Operation::Encrypt, key, |payload| {
        payload.structure(tag::CRYPTOGRAPHIC_PARAMETERS, |parameters| {
            parameters.enumeration(tag::BLOCK_CIPHER_MODE, BlockCipherMode::GCM.code());
            parameters
                .enumeration(tag::CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm::AES.code());
            parameters.boolean(tag::RANDOM_IV, true);
            parameters.integer(tag::TAG_LENGTH, 16);
        });
        payload.bytes(tag::DATA, plaintext);
    })
}

/// Gets the key.
pub fn get(key: &str) -> Vec<u8> {
    with_key(Operation::Get, key, |_| {})
}

fn create() -> Vec<u8> {
    let mask = cryptographic_usage_mask::ENCRYPT | cryptographic_usage_mask::DECRYPT;
    message(Operation::Create, |payload| {
        payload.enumeration(tag::OBJECT_TYPE, ObjectType::SymmetricKey.code());
        payload.structure(tag::TEMPLATE_ATTRIBUTE, |template| {
            attribute(template, "Cryptographic Algorithm", |value| {
                let algorithm = CryptographicAlgorithm::AES.code();
                value.enumeration(tag::ATTRIBUTE_VALUE, algorithm);
            });
            attribute(template, "Cryptographic Length", |value| {
                value.integer(tag::ATTRIBUTE_VALUE, 256);
            });
            attribute(template, "Cryptographic Usage Mask", |value| {
                value.integer(tag::ATTRIBUTE_VALUE, mask);
            });
        });
    })
}

fn attribute(template: &mut Writer, name: &str, value: impl FnOnce(&mut Writer)) {
    template.structure(tag::ATTRIBUTE, |attribute| {
        attribute.text(tag::ATTRIBUTE_NAME, name);
        value(attribute);
    });
}

fn with_key(operation: Operation, key: &str, more: impl FnOnce(&mut Writer)) -> Vec<u8> {
    message(operation, |payload| {
        payload.text(tag::UNIQUE_IDENTIFIER, key);
        more(payload);
    })
}

fn message(operation: Operation, payload: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.structure(tag::REQUEST_MESSAGE, |message| {
        message.structure(tag::REQUEST_HEADER, |header| {
            header.structure(tag::PROTOCOL_VERSION, |version| {
                version.integer(tag::PROTOCOL_VERSION_MAJOR, 1);
                version.integer(tag::PROTOCOL_VERSION_MINOR, 4);
            });
            header.integer(tag::BATCH_COUNT, 1);
        });
        message.structure(tag::BATCH_ITEM, |item| {
            item.enumeration(tag::OPERATION, operation.code());
            item.structure(tag::REQUEST_PAYLOAD, payload);
        });
    });
    writer.as_slice().to_vec()
}

fn text(message: &[u8], path: &[claviger_wire_ttlv::Tag]) -> Result<String> {
    let root = Item::parse(message, &Limits::default()).context("an answer that is not TTLV")?;
    let found = path.iter().try_fold(root, |item, tag| item.child(*tag));
    let text = found.and_then(Item::text).context("an answer without a unique identifier")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_ttlv_with_what_was_asked() {
        for (message, operation) in [
            (create(), Operation::Create),
            (encrypt("key", &[7; 64]), Operation::Encrypt),
            (get("key"), Operation::Get),
        ] {
            let item = Item::parse(&message, &Limits::default()).expect("TTLV");
            let batch = item.child(tag::BATCH_ITEM).expect("a batch item");
            let found = batch.child(tag::OPERATION).and_then(Item::enumeration);
            assert_eq!(found, Some(operation.code()));
        }
        let path = [tag::BATCH_ITEM, tag::REQUEST_PAYLOAD, tag::UNIQUE_IDENTIFIER];
        assert_eq!(text(&get("key"), &path).expect("is there"), "key");
        assert!(text(&create(), &path).is_err());
    }
}
