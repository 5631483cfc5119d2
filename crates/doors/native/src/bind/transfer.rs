//! Import, export, public keys, backup and restore.

use bytes::Bytes;
use claviger_core::operations::{
    BackUpKey, ExportKey, ImportKey, KeySettings, PublicKey, ReadPublicKey, RestoreKey,
};
use claviger_core::{Error, ErrorKind};
use claviger_model::KeyName;
use claviger_wire_native::{
    BackupKeyRequest, BackupReply, Base64Bytes, Base64Secret, ExportKeyReply, ExportKeyRequest,
    ImportKeyRequest, PublicKeyFormat, PublicKeyReply, RestoreKeyRequest,
};
use http::{HeaderValue, StatusCode};

use super::key::{activation, attributes, key_reply, policy_change, tags, template, timestamp};
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// The media type of PEM text.
const PEM: &str = "application/x-pem-file";
/// The media type of a JSON Web Key (RFC 7517 §8.5.1).
const JWK: &str = "application/jwk+json";

/// Creates a key from existing material.
pub(crate) async fn import(exchange: Exchange) -> Result<Reply, Refusal> {
    let ImportKeyRequest {
        name,
        format,
        material,
        algorithm,
        policy,
        tags: new_tags,
        attributes: new_attributes,
        activate,
        activation_date,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = exchange.message()?;
    let operation = ImportKey {
        name: KeyName::new(&name).map_err(Error::from)?,
        template: template(algorithm.as_deref())?,
        format: names::key_format(format),
        material: material.into_secret(),
        settings: KeySettings {
            policy: policy_change(policy),
            tags: tags(new_tags)?,
            attributes: attributes(new_attributes)?,
            activation: activation(activate, activation_date)?,
            process_start: process_start_date.map(timestamp),
            protect_stop: protect_stop_date.map(timestamp),
            deactivation: deactivation_date.map(timestamp),
        },
    };
    let description = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::with_status(StatusCode::CREATED, &key_reply(description))
}

/// Returns key material.
pub(crate) async fn export(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let ExportKeyRequest { format, version } = exchange.message()?;
    let operation = ExportKey { name: name.clone(), version, format: names::key_format(format) };
    let exported = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::secret_message(&ExportKeyReply {
        key: name.as_str().to_owned(),
        version: exported.version,
        key_spec: names::key_spec_name(exported.spec),
        format: names::key_format_name(exported.format),
        material: Base64Secret::new(exported.material),
    })
}

/// Returns a public key: bare where a format is asked for, else with all that is known of it.
pub(crate) async fn public_key(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let mut query = exchange.query()?;
    let version = query.take_parsed("version")?;
    let format = query.take_parsed("format")?.or_else(|| accepted(exchange.accept.as_ref()));
    query.finish()?;
    let operation = ReadPublicKey { name: name.clone(), version };
    let public = exchange.kms().call(&exchange.caller, operation).await?;
    match format {
        Some(PublicKeyFormat::Pem) => Ok(Reply::written(PEM, pem(&public.spki))),
        Some(PublicKeyFormat::Jwk) => Ok(Reply::written(JWK, Bytes::from(public.jwk))),
        None => Reply::message(&both(&name, &public)?),
    }
}

/// Returns a key as one sealed blob.
pub(crate) async fn back_up(exchange: Exchange) -> Result<Reply, Refusal> {
    let name = exchange.key()?;
    let BackupKeyRequest {} = exchange.optional_message()?;
    let operation = BackUpKey { name: name.clone() };
    let backup = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&BackupReply {
        key: name.as_str().to_owned(),
        versions: backup.versions,
        backup: Base64Bytes(backup.blob),
    })
}

/// Restores a key from a sealed blob.
pub(crate) async fn restore(exchange: Exchange) -> Result<Reply, Refusal> {
    let RestoreKeyRequest { backup } = exchange.message()?;
    let description = exchange.kms().call(&exchange.caller, RestoreKey { blob: backup.0 }).await?;
    Reply::with_status(StatusCode::CREATED, &key_reply(description))
}

fn both(name: &KeyName, public: &PublicKey) -> Result<PublicKeyReply, Error> {
    let jwk = serde_json::from_slice(&public.jwk).map_err(|_| {
        Error::new(
            ErrorKind::Internal,
            "the public key has no JSON form",
            "ask for it with `?format=pem`, and report this, with the request identifier",
        )
    })?;
    Ok(PublicKeyReply {
        key: name.as_str().to_owned(),
        version: public.version,
        key_spec: names::key_spec_name(public.spec),
        pem: pem(&public.spki),
        jwk,
    })
}

/// The first format of the header `accept` that is known, unless JSON stands before it.
fn accepted(accept: Option<&HeaderValue>) -> Option<PublicKeyFormat> {
    let types = accept?.to_str().ok()?.split(',');
    let essences = types.map(|entry| entry.split(';').next().unwrap_or_default().trim());
    for essence in essences {
        match essence {
            PEM => return Some(PublicKeyFormat::Pem),
            JWK => return Some(PublicKeyFormat::Jwk),
            "application/json" | "*/*" => return None,
            _ => {}
        }
    }
    None
}

/// SubjectPublicKeyInfo as PEM (RFC 7468 §13): lines of 64 characters.
fn pem(spki: &[u8]) -> String {
    let text = Base64Bytes(spki.to_vec()).to_text();
    let mut out = String::with_capacity(text.len() + text.len() / 64 + 64);
    out.push_str("-----BEGIN PUBLIC KEY-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str("-----END PUBLIC KEY-----\n");
    out
}

#[cfg(test)]
mod tests {
    use claviger_wire_native::PublicKeyFormat;
    use http::HeaderValue;

    use super::{accepted, pem};

    #[test]
    fn pem_lines_have_64_characters() {
        let text = pem(&[0; 96]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[1..3].iter().all(|line| line.len() == 64));
        assert_eq!(pem(&[0; 3]), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    }

    #[test]
    fn the_first_known_type_is_taken() {
        for (accept, format) in [
            ("application/x-pem-file", Some(PublicKeyFormat::Pem)),
            ("text/html, application/jwk+json;q=0.5", Some(PublicKeyFormat::Jwk)),
            ("*/*", None),
            ("application/json, application/x-pem-file", None),
        ] {
            assert_eq!(accepted(Some(&HeaderValue::from_static(accept))), format, "{accept}");
        }
        assert_eq!(accepted(None), None);
    }
}
