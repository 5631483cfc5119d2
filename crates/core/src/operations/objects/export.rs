//! Hand out an object with its attributes.

use claviger_model::{Attribute, UniqueIdentifier};

use super::content::{Content, Generation, identifier_of};
use super::formats::{destroyed, key_content};
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
            with_key(object, key_content(authorized.shared(), version, None, None)?)
        } else {
            hand_out(&authorized, self.get).await?
        };
        Ok(Exported { identifier, content, attributes })
    }
}
