//! Modify an attribute of an object.

use claviger_model::{Attribute, AttributeKey, Modifiable, UniqueIdentifier, Value};

use super::add_attribute::claim_name;
use super::attribute_rules::{Editor, no_instance, not_found, read_only, several};
use super::content::Generation;
use crate::Error;
use crate::operations::{Description, OBJECT_MODIFY_ATTRIBUTE, Operation};
use crate::pipeline::Authorized;

/// Gives an attribute that an object has another value (KMIP 2.1 §6.1.34).
#[derive(Clone)]
pub struct ModifyAttribute {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attribute.
    pub key: AttributeKey,
    /// Which instance of it, in KMIP 1.x; the one with index 0 if none.
    pub index: Option<u32>,
    /// Which instance of it, in KMIP 2.x: the one with this value; the only one if none.
    pub current: Option<Value>,
    /// The new value.
    pub value: Value,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ModifyAttribute {
    type Reply = Attribute;

    const DESCRIPTION: &'static Description = OBJECT_MODIFY_ATTRIBUTE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Attribute, Error> {
        let Self { identifier: _, key, index, current, value, generation } = &self;
        if let AttributeKey::Standard(kind) = key
            && kind.rule().modifiable == Modifiable::Never
        {
            return Err(read_only(*kind));
        }
        let _turn = if current.as_ref() == Some(value) {
            None
        } else {
            claim_name(&authorized, *generation, key, value).await?
        };
        let (shared, now) = (authorized.shared(), authorized.now());
        let mut modified = None;
        authorized
            .change_object(|draft, number| {
                let mut editor = Editor::new(shared, draft, number, now)?;
                let instances = editor.instances(key)?;
                let index = find(key, &instances, *generation, *index, current.as_ref())?;
                modified = Some(editor.replace(key, index, value)?);
                Ok(())
            })
            .await?;
        super::made(modified)
    }
}

/// The index of the instance that a client means.
pub(super) fn find(
    key: &AttributeKey,
    instances: &[Attribute],
    generation: Generation,
    index: Option<u32>,
    current: Option<&Value>,
) -> Result<u32, Error> {
    if instances.is_empty() {
        return Err(not_found(key));
    }
    let found = match (generation, current) {
        (_, Some(current)) => instances.iter().find(|instance| instance.value == *current),
        (Generation::One, None) => {
            instances.iter().find(|instance| instance.index == index.unwrap_or(0))
        }
        (Generation::Two, None) if instances.len() > 1 => return Err(several(key)),
        (Generation::Two, None) => instances.first(),
    };
    found.map(|instance| instance.index).ok_or_else(|| no_instance(key))
}
