//! What the operations on an object's life have in common.

use claviger_model::{Object, ObjectType, Value};

use super::content::{hidden, identifier_of};
use crate::{Error, ErrorKind};

/// Refuses objects of a type that the operation is not for.
pub(super) fn refuse(object: &Object, object_type: ObjectType) -> Result<(), Error> {
    if object.object_type != object_type {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidObjectType,
        format!("this is not done with a {object_type}"),
        "name another object",
    ))
}

/// Whether the object is archived.
pub(super) fn is_archived(object: &Object) -> bool {
    hidden::value(&object.attributes, hidden::ARCHIVED).and_then(Value::as_boolean) == Some(true)
}

/// Refuses what is archived.
pub(super) fn refuse_archived(object: &Object) -> Result<(), Error> {
    if !is_archived(object) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::ObjectArchived,
        format!("the object {} is archived", identifier_of(object)),
        "recover it first",
    ))
}

/// Refuses what is destroyed.
pub(super) fn refuse_destroyed(object: &Object) -> Result<(), Error> {
    if !object.state.is_destroyed() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::ObjectDestroyed,
        format!("the object {} was destroyed", identifier_of(object)),
        "use another object",
    ))
}
