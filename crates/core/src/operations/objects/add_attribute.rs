//! Add an attribute to an object.

use claviger_model::{Attribute, AttributeKey, AttributeKind, ObjectType, UniqueIdentifier, Value};
use tokio::sync::MutexGuard;

use super::attribute_rules::Editor;
use super::content::Generation;
use super::names;
use crate::operations::{Description, OBJECT_ADD_ATTRIBUTE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Adds an attribute to an object (KMIP 2.1 §6.1.2): the one value of a single-valued one, or a further value.
#[derive(Clone)]
pub struct AddAttribute {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Which attribute.
    pub key: AttributeKey,
    /// Its value.
    pub value: Value,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for AddAttribute {
    type Reply = Attribute;

    const DESCRIPTION: &'static Description = OBJECT_ADD_ATTRIBUTE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Attribute, Error> {
        let Self { identifier: _, key, value, generation } = &self;
        let _turn = claim_name(&authorized, *generation, key, value).await?;
        let (shared, now) = (authorized.shared(), authorized.now());
        let mut added = None;
        authorized
            .change_object(|draft, number| {
                if *generation == Generation::One {
                    check_applies(key, draft.version(number)?.object.object_type)?;
                }
                added = Some(Editor::new(shared, draft, number, now)?.add(key, value)?);
                Ok(())
            })
            .await?;
        super::made(added)
    }
}

/// In KMIP 1.x some attributes are of keys alone (KMIP 1.4 §3.21, §3.25, §3.26); in KMIP 2.x, of all objects.
fn check_applies(key: &AttributeKey, object_type: ObjectType) -> Result<(), Error> {
    use AttributeKind as K;
    use ObjectType as T;
    let applies = match key {
        AttributeKey::Standard(K::UsageLimits) => matches!(
            object_type,
            T::SymmetricKey | T::PublicKey | T::PrivateKey | T::SplitKey | T::PgpKey | T::Template
        ),
        AttributeKey::Standard(K::ProcessStartDate | K::ProtectStopDate) => {
            matches!(object_type, T::SymmetricKey | T::SplitKey | T::Template)
        }
        _ => true,
    };
    if applies {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::UnsupportedAttribute,
        format!("a {object_type} does not have this attribute"),
        "give it to a key; the specification says which attribute applies to which objects",
    ))
}

/// Takes the name that an attribute gives to an object; see [`names::claim`].
pub(super) async fn claim_name<'a, O: Operation>(
    authorized: &Authorized<'a, O>,
    generation: Generation,
    key: &AttributeKey,
    value: &Value,
) -> Result<Option<MutexGuard<'a, ()>>, Error> {
    let is_name = *key == AttributeKey::Standard(AttributeKind::Name);
    let (shared, caller) = (authorized.shared(), authorized.caller());
    let called = [value];
    names::claim(shared, caller, generation, if is_name { &called } else { &[] }).await
}
