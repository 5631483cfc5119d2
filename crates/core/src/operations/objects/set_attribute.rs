//! Set an attribute of an object, whether it has it or not.

use claviger_model::{Attribute, AttributeKey, UniqueIdentifier, Value};

use super::add_attribute::claim_name;
use super::attribute_rules::Editor;
use super::content::Generation;
use crate::Error;
use crate::operations::{Description, OBJECT_SET_ATTRIBUTE, Operation};
use crate::pipeline::Authorized;

/// Adds an attribute, or gives the one that is there another value (KMIP 2.1 §6.1.51).
#[derive(Clone)]
pub struct SetAttribute {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attribute.
    pub key: AttributeKey,
    /// Its value.
    pub value: Value,
}

impl Operation for SetAttribute {
    type Reply = Attribute;

    const DESCRIPTION: &'static Description = OBJECT_SET_ATTRIBUTE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Attribute, Error> {
        let Self { identifier: _, key, value } = &self;
        let _turn = claim_name(&authorized, Generation::Two, key, value).await?;
        let (shared, now) = (authorized.shared(), authorized.now());
        let mut set = None;
        authorized
            .change_object(|draft, number| {
                let mut editor = Editor::new(shared, draft, number, now)?;
                set = Some(match editor.only_instance(key)? {
                    Some(instance) => editor.replace(key, instance.index, value)?,
                    None => editor.add(key, value)?,
                });
                Ok(())
            })
            .await?;
        super::made(set)
    }
}
