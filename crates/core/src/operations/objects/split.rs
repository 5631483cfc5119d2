//! Create Split Key (KMIP 2.1 §6.1.10).

use claviger_model::{
    AttributeKey, AttributeKind, Attributes, CryptographicAlgorithm, KeyFormatType, KeySpec,
    ObjectType, Permissions, SplitKeyMethod, UniqueIdentifier, Value,
};
use claviger_ports::{CryptoError, KeyPart, SplitRequest};
use claviger_secret::SecretBytes;

use super::content::{Generation, Given, hidden};
use super::formats::{Encoded, encoded};
use super::generate;
use super::given::{Making, Sorted, sort};
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::making::{Facts, NewObject, flag, length, store};
use super::parametric::{algorithm_of as native_algorithm, failure};
use super::{digest, templates};
use crate::change::Targets;
use crate::codec::{Block, Material};
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_SPLIT, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// The most parts of a key.
pub(super) const PART_LIMIT: u32 = 255;

/// Splits a key into parts, each an object of its own. The key itself stays as it is.
pub struct SplitObject {
    /// What to make: split keys.
    pub object_type: ObjectType,
    /// The key to split; one is made if none.
    pub identifier: Option<UniqueIdentifier>,
    /// How many parts.
    pub parts: i32,
    /// How many are needed to have the key again.
    pub threshold: i32,
    /// Split Key Method.
    pub method: u32,
    /// Prime Field Size, big-endian.
    pub prime: Option<Vec<u8>>,
    /// The attributes of the parts.
    pub attributes: Given,
    /// The names of templates that have attributes for them (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

/// What is split.
struct Whole {
    bytes: SecretBytes,
    format: KeyFormatType,
    algorithm: Option<u32>,
    bits: Option<i32>,
    mask: Option<Value>,
    sensitive: bool,
}

impl Operation for SplitObject {
    type Reply = Vec<UniqueIdentifier>;

    const DESCRIPTION: &'static Description = OBJECT_SPLIT;

    async fn run(
        self,
        mut authorized: Authorized<'_, Self>,
    ) -> Result<Vec<UniqueIdentifier>, Error> {
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let wanted = [
            ObjectType::SplitKey,
            ObjectType::SymmetricKey,
            ObjectType::PrivateKey,
            ObjectType::SecretData,
        ];
        if !wanted.contains(&self.object_type) {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("a {} is not split", self.object_type),
                "ask for split keys",
            ));
        }
        let request = request(self.method, self.parts, self.threshold, self.prime.as_deref())?;
        let given = templates::merge(shared, caller, &self.templates, self.attributes).await?;
        let whole = match &self.identifier {
            Some(identifier) => whole_of(&authorized, identifier).await?,
            None => new_whole(shared, given.clone())?,
        };
        let secret = whole.bytes.expose("splitting a key");
        let parts = shared.parametric.split(request, secret).map_err(failure)?;
        let mut new = Vec::with_capacity(parts.len());
        for (place, part) in parts.into_iter().enumerate() {
            let mut given = given.clone();
            // A name is unique in KMIP 2.x: the first part has it.
            if place > 0 && self.generation == Generation::Two {
                given.retain(|(key, _)| *key != AttributeKey::Standard(AttributeKind::Name));
            }
            let mut sorted = sort(given, Making::Generated)?;
            describe(&mut sorted, &whole, &request, part.index);
            new.push(make(shared, sorted, &whole, part, now)?);
        }
        store(&mut authorized, self.generation, &new, &Targets::new(), |_| Ok(())).await?;
        Ok(new.iter().map(NewObject::identifier).collect())
    }
}

/// The request to the cryptography, checked.
pub(super) fn request(
    method: u32,
    parts: i32,
    threshold: i32,
    prime: Option<&[u8]>,
) -> Result<SplitRequest<'_>, Error> {
    let method = SplitKeyMethod::from_code(method).ok_or(CryptoError::Unsupported)?;
    let number = |value: i32| u32::try_from(value).ok().filter(|value| *value > 0);
    match (number(parts), number(threshold)) {
        (Some(parts), Some(threshold)) if threshold <= parts && parts <= PART_LIMIT => {
            Ok(SplitRequest { method, parts, threshold, prime })
        }
        _ => Err(Error::new(
            ErrorKind::InvalidParameters,
            format!("a key has 1 to {PART_LIMIT} parts, and no more than those are needed"),
            "correct Split Key Parts and Split Key Threshold",
        )),
    }
}

/// An existing key. Having its parts is having the key, so that takes the permission to export it.
async fn whole_of<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: &UniqueIdentifier,
) -> Result<Whole, Error> {
    let shared = authorized.shared();
    let (keyset, version) = authorized.other_object(identifier, Permissions::EXPORT).await?;
    let object = version.object();
    refuse_destroyed(object)?;
    refuse_archived(object)?;
    let kinds = [ObjectType::SymmetricKey, ObjectType::PrivateKey, ObjectType::SecretData];
    if !kinds.contains(&object.object_type) {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            format!("a {} is not split", object.object_type),
            "split a symmetric key, a private key or secret data",
        ));
    }
    if !keyset.keyset().policy.exportable {
        return Err(Error::new(
            ErrorKind::NotExtractable,
            "the key's material never leaves the service, not even in parts",
            "split a key that is extractable",
        ));
    }
    let attributes = &object.attributes;
    let code = attributes.get(AttributeKind::CryptographicAlgorithm);
    let code = code.and_then(Value::as_enumeration);
    let native = native_algorithm(object.spec).map(CryptographicAlgorithm::code);
    let (format, bytes) = match encoded(shared, &version)? {
        Encoded::Bytes(format, bytes) => (format, bytes),
        Encoded::Components(components) => {
            let format = if object.object_type == ObjectType::PrivateKey {
                KeyFormatType::Pkcs8
            } else {
                KeyFormatType::Raw
            };
            (format, shared.parametric.encode(&components, format).map_err(failure)?)
        }
    };
    Ok(Whole {
        bytes,
        format,
        algorithm: code.or(native),
        bits: attributes.get(AttributeKind::CryptographicLength).and_then(Value::as_integer),
        mask: attributes.get(AttributeKind::CryptographicUsageMask).cloned(),
        sensitive: flag(attributes, AttributeKind::Sensitive) == Some(true),
    })
}

/// A new key of which nothing but its parts is kept.
fn new_whole(shared: &Shared, given: Given) -> Result<Whole, Error> {
    let attributes: Attributes = sort(given, Making::Generated)?.attributes;
    let made = generate::symmetric(shared, ObjectType::SymmetricKey, &attributes)?;
    let Material::Secret(bytes) = made.material else { return Err(CryptoError::Internal.into()) };
    let code = attributes.get(AttributeKind::CryptographicAlgorithm);
    Ok(Whole {
        bytes,
        format: KeyFormatType::Raw,
        algorithm: code.and_then(Value::as_enumeration),
        bits: length(made.bits).as_integer(),
        mask: attributes.get(AttributeKind::CryptographicUsageMask).cloned(),
        sensitive: flag(&attributes, AttributeKind::Sensitive) == Some(true),
    })
}

/// What the key says comes before what the request says (KMIP 2.1 §6.1.10).
fn describe(sorted: &mut Sorted, whole: &Whole, request: &SplitRequest<'_>, index: u32) {
    let attributes = &mut sorted.attributes;
    if let Some(code) = whole.algorithm {
        attributes.set(AttributeKind::CryptographicAlgorithm, Value::Enumeration(code));
    }
    if let Some(bits) = whole.bits {
        attributes.set(AttributeKind::CryptographicLength, Value::Integer(bits));
    }
    if let Some(mask) = &whole.mask {
        attributes.set(AttributeKind::CryptographicUsageMask, mask.clone());
    }
    if whole.sensitive {
        attributes.set(AttributeKind::Sensitive, Value::Boolean(true));
    }
    let number = |value: u32| Value::Integer(i32::try_from(value).unwrap_or(i32::MAX));
    let mut keep = |name, value| {
        attributes.add(hidden::key(name), value);
    };
    keep(hidden::SPLIT_KEY_PARTS, number(request.parts));
    keep(hidden::KEY_PART_IDENTIFIER, number(index));
    keep(hidden::SPLIT_KEY_THRESHOLD, number(request.threshold));
    keep(hidden::SPLIT_KEY_METHOD, Value::Enumeration(request.method.code()));
    if let Some(prime) = request.prime {
        keep(hidden::PRIME_FIELD_SIZE, Value::BigInteger(prime.to_vec()));
    }
}

fn make(
    shared: &Shared,
    sorted: Sorted,
    whole: &Whole,
    part: KeyPart,
    now: claviger_model::Timestamp,
) -> Result<NewObject, Error> {
    let block = Block {
        format: whole.format.code(),
        bytes: part.bytes,
        structure: false,
        compression: None,
        wrapping: None,
    };
    let facts = Facts {
        object_type: ObjectType::SplitKey,
        spec: KeySpec::Other,
        making: Making::Generated,
        format: Some(whole.format),
        digest: digest::of_block(shared, &block)?,
    };
    NewObject::new(shared, facts, sorted, Material::Block(block), now)
}
