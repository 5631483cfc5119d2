//! Delete an attribute of an object.

use claviger_model::{Attribute, AttributeKey, UniqueIdentifier, Value};

use super::attribute_rules::{Editor, check_deletable, not_found, several};
use super::content::Generation;
use super::modify_attribute::find;
use crate::Error;
use crate::operations::{Description, OBJECT_DELETE_ATTRIBUTE, Operation};
use crate::pipeline::Authorized;

/// Deletes an attribute of an object (KMIP 2.1 §6.1.13). In KMIP 2.x, all of its instances unless one is named.
#[derive(Clone)]
pub struct DeleteAttribute {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attribute.
    pub key: AttributeKey,
    /// Which instance of it, in KMIP 1.x; the one with index 0 if none.
    pub index: Option<u32>,
    /// Whether there must be just one instance if no index says which is meant, as in KMIP 1.0.
    pub only_one: bool,
    /// Which instance of it, in KMIP 2.x: the one with this value.
    pub current: Option<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for DeleteAttribute {
    /// What was deleted; the first one of several.
    type Reply = Attribute;

    const DESCRIPTION: &'static Description = OBJECT_DELETE_ATTRIBUTE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Attribute, Error> {
        let Self { identifier: _, key, index, only_one, current, generation } = &self;
        check_deletable(key)?;
        let (shared, now) = (authorized.shared(), authorized.now());
        let mut deleted = None;
        authorized
            .change_object(|draft, number| {
                let mut editor = Editor::new(shared, draft, number, now)?;
                let mut doomed = editor.instances(key)?;
                if doomed.is_empty() {
                    return Err(not_found(key));
                }
                let all = *generation == Generation::Two && current.is_none() && index.is_none();
                if !all {
                    let index = match index {
                        None if *only_one => only(key, &doomed)?,
                        index => *index,
                    };
                    let one = find(key, &doomed, *generation, index, current.as_ref())?;
                    doomed.retain(|instance| instance.index == one);
                }
                for instance in &doomed {
                    editor.remove(key, instance.index)?;
                }
                deleted = doomed.into_iter().next();
                Ok(())
            })
            .await?;
        super::made(deleted)
    }
}

/// The index of the one instance that clients see.
fn only(key: &AttributeKey, instances: &[Attribute]) -> Result<Option<u32>, Error> {
    let mut seen = instances.iter().filter(|instance| !instance.is_apart());
    match (seen.next(), seen.next()) {
        (Some(_), Some(_)) => Err(several(key)),
        (one, _) => Ok(one.map(|one| one.index)),
    }
}
