//! Create: a new symmetric key or secret (KMIP 2.1 §6.1.8).

use claviger_model::{
    AttributeKey, AttributeKind, CryptographicAlgorithm, KeyFormatType, ObjectType, Value,
};

use super::content::{Created, Generation, Given, hidden};
use super::given::{Making, Sorted};
use super::making::{Facts, NewObject, algorithm_of, store};
use super::preferences::with_defaults;
use super::{digest, generate, given, kind, templates};
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
    let algorithm = algorithm_of(&sorted.attributes)?;
    let format = wanted_format(&sorted, object_type, algorithm)?;
    let digest = digest::of_generated(shared, algorithm, made.spec, &made.material, format)?;
    let facts = Facts {
        object_type,
        spec: made.spec,
        making: Making::Generated,
        format: Some(format),
        digest,
    };
    NewObject::new(shared, facts, sorted, made.material, now)
}

/// The attribute Cryptographic Length.
pub(super) fn length(bits: u32) -> Value {
    Value::Integer(i32::try_from(bits).unwrap_or(i32::MAX))
}

/// The format in which an object that the service makes is given: the client's, or KMIP's default.
pub(super) fn wanted_format(
    sorted: &Sorted,
    object_type: ObjectType,
    algorithm: Option<CryptographicAlgorithm>,
) -> Result<KeyFormatType, Error> {
    let unsupported = || {
        Error::new(
            ErrorKind::KeyFormatNotSupported,
            "the key cannot be given in this format",
            "leave Key Format Type out, or name one that fits the key",
        )
    };
    match sorted.attributes.get(AttributeKind::KeyFormatType) {
        Some(value) => {
            let code = value.as_enumeration();
            code.and_then(KeyFormatType::from_code).ok_or_else(unsupported)
        }
        None => kind::default_format(object_type, algorithm).ok_or_else(unsupported),
    }
}

/// A client that wants a random number generator gets the one that there is, or none (KMIP 2.1 §4.46).
pub(super) fn check_generator(shared: &Shared, sorted: &Sorted) -> Result<(), Error> {
    let key = AttributeKey::Standard(AttributeKind::RandomNumberGenerator);
    let mut wanted = sorted.attributes.of(&key).peekable();
    let there = &shared.settings.random_number_generator;
    if wanted.peek().is_none() || wanted.any(|attribute| attribute.value == *there) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        "the service has no such random number generator",
        "leave Random Number Generator out, or query those that there are",
    ))
}
