//! Create: a new symmetric key or secret (KMIP 2.1 §6.1.8).

use claviger_model::{AttributeKind, ObjectType, Value};

use super::content::{Created, Generation, Given, hidden};
use super::given::{Making, Sorted};
use super::making::{NewObject, check_generator, length, store};
use super::preferences::with_defaults;
use super::{generate, given, templates};
use crate::change::Targets;
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_CREATE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Makes a symmetric key, or (KMIP 2.x) secret data.
pub struct CreateObject {
    /// What to make.
    pub object_type: ObjectType,
    /// Its attributes.
    pub attributes: Given,
    /// The names of templates that have attributes for it (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

/// The kind of secret data that the service makes: a seed (KMIP 2.1 §11.50).
pub(super) const SEED: u32 = 2;

impl Operation for CreateObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_CREATE;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { object_type, attributes, templates, generation } = self;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let secret = object_type == ObjectType::SecretData && generation == Generation::Two;
        if object_type != ObjectType::SymmetricKey && !secret {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("a {object_type} is not created"),
                "create a symmetric key, create a key pair, or register the object",
            ));
        }
        let attributes = templates::merge(shared, caller, &templates, attributes).await?;
        let attributes = with_defaults(shared, caller, object_type, attributes).await?;
        let sorted = given::sort(attributes, Making::Generated)?;
        check_generator(shared, &sorted)?;
        let new = make(shared, object_type, sorted, now)?;
        let new = [new];
        store(&mut authorized, generation, &new, &Targets::new(), |_| Ok(())).await?;
        Ok(new[0].created())
    }
}

fn make(
    shared: &Shared,
    object_type: ObjectType,
    mut sorted: Sorted,
    now: claviger_model::Timestamp,
) -> Result<NewObject, Error> {
    let made = generate::symmetric(shared, object_type, &sorted.attributes)?;
    sorted.attributes.set(AttributeKind::CryptographicLength, length(made.bits));
    if object_type == ObjectType::SecretData {
        sorted.attributes.add(hidden::key(hidden::SECRET_DATA_TYPE), Value::Enumeration(SEED));
    }
    NewObject::generated(shared, object_type, made.spec, sorted, made.material, now)
}
