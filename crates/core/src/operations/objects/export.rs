//! Hand out an object with its attributes.

use claviger_model::{
    Attribute, AttributeKey, AttributeKind, KeyFormatType, UniqueIdentifier, Value,
};

use super::content::{Content, Generation, KeyContent, identifier_of};
use super::formats::destroyed;
use super::get::{GetObject, hand_out, has_key_block, with_key};
use super::lifecycle::refuse_archived;
use super::view::View;
use crate::Error;
use crate::codec::Material;
use crate::operations::{Description, OBJECT_EXPORT, Operation};
use crate::pipeline::Authorized;

/// Returns an object with its material and all of its attributes (KMIP 2.1 §6.1.18). A destroyed key comes without material.
#[derive(Clone)]
pub struct ExportObject {
    /// Which object, and how.
    pub get: GetObject,
    /// Whose rules apply.
    pub generation: Generation,
}

/// An exported object.
pub struct Exported {
    /// What clients call it.
    pub identifier: UniqueIdentifier,
    /// What it is.
    pub content: Content,
    /// All of its attributes.
    pub attributes: Vec<Attribute>,
}

impl Operation for ExportObject {
    type Reply = Exported;

    const DESCRIPTION: &'static Description = OBJECT_EXPORT;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.get.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.get.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Exported, Error> {
        let version = authorized.object()?;
        let object = version.object();
        refuse_archived(object)?;
        let identifier = identifier_of(object);
        let attributes = View::of_operation(&authorized)?.all()?;
        let content = if matches!(version.material(), Material::Destroyed) {
            if !has_key_block(object.object_type) {
                return Err(destroyed());
            }
            with_key(object, empty_key(&attributes))
        } else {
            hand_out(&authorized, self.get).await?
        };
        Ok(Exported { identifier, content, attributes })
    }
}

/// The key block of a destroyed key: what its attributes say, without material.
fn empty_key(attributes: &[Attribute]) -> KeyContent {
    let value = |kind| {
        let key = AttributeKey::Standard(kind);
        attributes.iter().find(|attribute| attribute.key == key).map(|attribute| &attribute.value)
    };
    let code = |kind| value(kind).and_then(Value::as_enumeration);
    KeyContent {
        format: code(AttributeKind::KeyFormatType).unwrap_or(KeyFormatType::Raw.code()),
        compression: None,
        value: None,
        attributes: Vec::new(),
        algorithm: code(AttributeKind::CryptographicAlgorithm),
        length: value(AttributeKind::CryptographicLength).and_then(Value::as_integer),
        wrapping: None,
    }
}
