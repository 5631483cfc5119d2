//! Wrap and unwrap.

use claviger_core::Error;
use claviger_core::operations::{Unwrap, Wrap, WrapSource};
use claviger_model::KeyName;
use claviger_wire_native::{
    Base64Bytes, Base64Secret, KeyFormat, UnwrapReply, UnwrapRequest, WrapReply, WrapRequest,
};

use super::excluded;
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;

/// Wraps material, or another key by its name.
pub(crate) async fn wrap(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let WrapRequest { material, target, target_version, target_format, algorithm } =
        exchange.message()?;
    let source = match (material, target) {
        (Some(material), None) if target_version.is_none() && target_format.is_none() => {
            WrapSource::Material(material.into_secret())
        }
        (None, Some(target)) => WrapSource::Key {
            name: KeyName::new(&target).map_err(Error::from)?,
            version: target_version,
            format: names::key_format(target_format.unwrap_or(KeyFormat::Raw)),
        },
        _ => return Err(excluded("the request needs either `material` or `target`")),
    };
    let algorithm = algorithm.map(names::algorithm);
    let operation = Wrap { key: key.clone(), algorithm, source };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&WrapReply {
        wrapped: Base64Bytes(done.wrapped),
        key: key.as_str().to_owned(),
        version: done.version,
        algorithm: names::algorithm_name(done.algorithm),
    })
}

/// Unwraps material.
pub(crate) async fn unwrap(exchange: Exchange) -> Result<Reply, Refusal> {
    let key = exchange.key()?;
    let UnwrapRequest { wrapped, algorithm, version } = exchange.message()?;
    let algorithm = algorithm.map(names::algorithm);
    let operation = Unwrap { key: key.clone(), version, algorithm, wrapped: wrapped.0 };
    let done = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::secret_message(&UnwrapReply {
        material: Base64Secret::new(done.material),
        key: key.as_str().to_owned(),
        version: done.version,
    })
}
