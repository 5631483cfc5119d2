//! Rotation, by the native doors or by a period, of what a protocol's client made: the same as a re-key (KMIP 2.1 §6.1.46).

use std::time::Duration;

use claviger_model::{AttributeKind, Keyset, Object, ObjectType, Policy, Timestamp, Value};
use claviger_ports::KeysetSelector;

use super::content::hidden;
use super::given::Sorted;
use super::making::flag;
use super::replace::replace;
use super::replace_pair::{public_half, replace_pair};
use super::succession::Request;
use crate::change::Changed;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// Rotates a keyset that a protocol's client made; none if it is a native one. The new version becomes active after the
/// object's Rotate Offset, or at once; its other dates are shifted along.
pub(crate) async fn rotate(
    shared: &Shared,
    keyset: &Keyset,
    now: Timestamp,
) -> Result<Option<Changed>, Error> {
    let selector = KeysetSelector::Id(keyset.id);
    let current = shared.keyring.read(&keyset.tenant, selector).await?;
    let Some((stored, latest)) = current else {
        return Err(Error::not_found(keyset.name.as_str()));
    };
    let (keyset, old) = (stored.keyset, latest.object);
    if old.attributes.of(&hidden::key(hidden::LEGACY)).next().is_none() {
        return Ok(None);
    }
    let offset = match old.attributes.get(AttributeKind::RotateOffset) {
        Some(Value::Interval(seconds)) => i64::from(*seconds),
        _ => 0,
    };
    let request = || Request { offset: Some(offset), sorted: Sorted::default() };
    let behalf = (&keyset.tenant).into();
    match old.object_type {
        ObjectType::SymmetricKey | ObjectType::SecretData => {
            replace(shared, behalf, &keyset, &old, &request(), now).await?;
        }
        ObjectType::PrivateKey => {
            let public = public_half(&old.attributes).map_err(|_| unsupported())?;
            let id = shared.object_id(&keyset.tenant, &public)?;
            let found = shared.keyring.by_object(&keyset.tenant, id).await?;
            let (public_keyset, public) = found.ok_or_else(unsupported)?;
            // Another owner's object stays as it is.
            if public_keyset.keyset().owner != keyset.owner {
                return Err(unsupported());
            }
            let pair = [old, public.object().clone()];
            replace_pair(shared, behalf, &pair, &[request(), request()], now).await?;
        }
        _ => return Err(unsupported()),
    }
    let rotated = shared.keyring.read(&keyset.tenant, selector).await?;
    let (stored, latest) = rotated.ok_or_else(|| Error::not_found(keyset.name.as_str()))?;
    Ok(Some(Changed { keyset: stored.keyset, latest: latest.object }))
}

/// After what time the service rotates an object by itself (KMIP 2.1 §4.48, §4.51), as its attributes say.
pub(super) fn rotation_period(object: &Object) -> Option<Duration> {
    if !is_automatic(object) || !rotates(object) {
        return None;
    }
    match object.attributes.get(AttributeKind::RotateInterval) {
        Some(Value::Interval(seconds)) => {
            let interval = Duration::from_secs(u64::from(*seconds));
            Some(interval.clamp(Policy::SHORTEST_ROTATION_PERIOD, Policy::LONGEST_PERIOD))
        }
        _ => None,
    }
}

/// Refuses automatic rotation of what the service can't rotate. A public key is rotated together with its private key.
pub(super) fn check_rotation(object: &Object) -> Result<(), Error> {
    let follows = matches!(object.object_type, ObjectType::PublicKey | ObjectType::Template);
    if !is_automatic(object) || rotates(object) || follows {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        "the service does not rotate such an object by itself",
        "leave Rotate Automatic out; symmetric keys, private keys and secrets that the service made are rotated",
    ))
}

/// Whether the service can make the next of an object by itself.
pub(super) fn rotates(object: &Object) -> bool {
    match object.object_type {
        ObjectType::SymmetricKey | ObjectType::PrivateKey => true,
        ObjectType::SecretData => !object.imported,
        _ => false,
    }
}

fn is_automatic(object: &Object) -> bool {
    flag(&object.attributes, AttributeKind::RotateAutomatic) == Some(true)
}

fn unsupported() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "an object of this type cannot be rotated",
        "rotate a symmetric key, or a private key whose public key is at hand",
    )
}
