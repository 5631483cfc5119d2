//! Read an object's attributes.

use claviger_model::{Attribute, AttributeKey, UniqueIdentifier};

use super::content::Generation;
use super::view::View;
use crate::operations::{Description, OBJECT_READ_ATTRIBUTES, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Returns attributes of an object (KMIP 2.1 §6.1.20, and the list of their names, §6.1.21). It works in every state.
#[derive(Clone, Debug)]
pub struct ReadAttributes {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attributes, in the order in which they are wanted; all of them if none are named. What the object doesn't have is
    /// left out.
    pub keys: Option<Vec<AttributeKey>>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ReadAttributes {
    type Reply = Vec<Attribute>;

    const DESCRIPTION: &'static Description = OBJECT_READ_ATTRIBUTES;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Vec<Attribute>, Error> {
        let view = View::of_operation(&authorized)?;
        let Some(keys) = self.keys else { return view.all() };
        let mut found = Vec::with_capacity(keys.len());
        for (place, key) in keys.iter().enumerate() {
            if !keys[..place].contains(key) {
                found.extend(view.of(key)?);
            } else if self.generation == Generation::Two {
                return Err(Error::new(
                    ErrorKind::InvalidMessage,
                    "an attribute is asked for more than once",
                    "name each attribute once",
                ));
            }
        }
        Ok(found)
    }
}
