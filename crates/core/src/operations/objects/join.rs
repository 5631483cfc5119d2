//! Join Split Key (KMIP 2.1 §6.1.27).

use claviger_model::{
    AttributeKey, AttributeKind, Object, ObjectType, Permissions, UniqueIdentifier, Value,
};
use claviger_ports::KeyPart;
use claviger_secret::SecretBytes;

use super::content::{Content, Created, Generation, Given, KeyBytes, KeyContent, hidden};
use super::create::SEED;
use super::given::Making;
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::making::{flag, store};
use super::parametric::failure;
use super::registration::register;
use super::split::{PART_LIMIT, request};
use super::templates;
use crate::change::Targets;
use crate::codec::Material;
use crate::operations::{Description, OBJECT_JOIN, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Joins the parts of a key to the key.
pub struct JoinObject {
    /// What the parts make.
    pub object_type: ObjectType,
    /// The parts.
    pub identifiers: Vec<UniqueIdentifier>,
    /// Of secret data, Secret Data Type.
    pub secret_data_kind: Option<u32>,
    /// The attributes of the key.
    pub attributes: Given,
    /// The names of templates that have attributes for it (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

/// A part as it was read.
struct Part {
    /// Parts, threshold and method, which all parts must have in common.
    scheme: (i32, i32, u32),
    prime: Option<Vec<u8>>,
    index: u32,
    format: u32,
    bytes: SecretBytes,
    sensitive: bool,
    /// What the part says of the key.
    of_key: Given,
}

/// What the parts of a key say of it that its material doesn't (KMIP 2.1 §4.13 and §4.17).
const OF_KEY: [AttributeKind; 2] =
    [AttributeKind::CryptographicAlgorithm, AttributeKind::CryptographicUsageMask];

impl Operation for JoinObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_JOIN;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { object_type, identifiers, secret_data_kind, attributes, templates, generation } =
            self;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        if identifiers.is_empty() || identifiers.len() > PART_LIMIT as usize {
            return Err(too_few());
        }
        let mut parts = Vec::with_capacity(identifiers.len());
        for identifier in &identifiers {
            parts.push(part(&authorized, identifier).await?);
        }
        let sensitive = parts.iter().any(|part| part.sensitive);
        let of_key = agreed(&parts);
        let format = parts[0].format;
        let bytes = join(shared, parts)?;
        let mut attributes = templates::merge(shared, caller, &templates, attributes).await?;
        if object_type != ObjectType::SecretData {
            attributes = templates::beneath(attributes, of_key);
        }
        if sensitive {
            let key = AttributeKey::Standard(AttributeKind::Sensitive);
            attributes.retain(|(present, _)| *present != key);
            attributes.push((key, Value::Boolean(true)));
        }
        let value = Some(KeyBytes::Bytes(bytes));
        let key = KeyContent { format, value, ..KeyContent::empty() };
        let content = match object_type {
            ObjectType::SymmetricKey => Content::SymmetricKey(key),
            ObjectType::PrivateKey => Content::PrivateKey(key),
            ObjectType::SecretData => {
                Content::SecretData { kind: secret_data_kind.unwrap_or(SEED), key }
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::InvalidObjectType,
                    format!("parts are not joined to a {object_type}"),
                    "ask for a symmetric key, a private key or secret data",
                ));
            }
        };
        let new = [register(shared, Making::Registered, attributes, content, now)?];
        store(&mut authorized, generation, &new, &Targets::new(), |_| Ok(())).await?;
        Ok(new[0].created())
    }
}

async fn part<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifier: &UniqueIdentifier,
) -> Result<Part, Error> {
    let (_, version) = authorized.other_object(identifier, Permissions::EXPORT).await?;
    let object = version.object();
    refuse_destroyed(object)?;
    refuse_archived(object)?;
    let (ObjectType::SplitKey, Material::Block(block)) = (object.object_type, version.material())
    else {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            format!("the object {identifier} is no part of a key"),
            "name split keys",
        ));
    };
    if block.wrapping.is_some() || block.structure {
        return Err(super::formats::absent());
    }
    let integer = |name| number(object, name);
    let method = hidden::value(&object.attributes, hidden::SPLIT_KEY_METHOD);
    let prime = hidden::value(&object.attributes, hidden::PRIME_FIELD_SIZE);
    Ok(Part {
        scheme: (
            integer(hidden::SPLIT_KEY_PARTS)?,
            integer(hidden::SPLIT_KEY_THRESHOLD)?,
            method.and_then(Value::as_enumeration).ok_or_else(|| wrong(object))?,
        ),
        prime: prime.and_then(Value::as_bytes).map(<[u8]>::to_vec),
        index: u32::try_from(integer(hidden::KEY_PART_IDENTIFIER)?).map_err(|_| do_not_fit())?,
        format: block.format,
        bytes: block.bytes.duplicate("joining the parts of a key"),
        sensitive: flag(&object.attributes, AttributeKind::Sensitive) == Some(true),
        of_key: OF_KEY
            .into_iter()
            .filter_map(|kind| {
                Some((AttributeKey::Standard(kind), object.attributes.get(kind)?.clone()))
            })
            .collect(),
    })
}

fn number(object: &Object, name: &str) -> Result<i32, Error> {
    hidden::value(&object.attributes, name).and_then(Value::as_integer).ok_or_else(|| wrong(object))
}

fn wrong(object: &Object) -> Error {
    Error::inconsistent(&format!("the object {}", object.id))
}

fn join(shared: &crate::kms::Shared, parts: Vec<Part>) -> Result<SecretBytes, Error> {
    let Some(first) = parts.first() else { return Err(too_few()) };
    let (scheme, format, prime) = (first.scheme, first.format, first.prime.clone());
    let alike = |part: &Part| part.scheme == scheme && part.format == format && part.prime == prime;
    let mut indexes: Vec<u32> = parts.iter().map(|part| part.index).collect();
    indexes.sort_unstable();
    indexes.dedup();
    if !parts.iter().all(alike) || indexes.len() < parts.len() || indexes[0] == 0 {
        return Err(do_not_fit());
    }
    let (count, threshold, method) = scheme;
    let request = request(method, count, threshold, prime.as_deref())?;
    if parts.len() < request.threshold as usize {
        return Err(too_few());
    }
    let parts: Vec<_> =
        parts.into_iter().map(|part| KeyPart { index: part.index, bytes: part.bytes }).collect();
    shared.parametric.join(request, &parts).map_err(failure)
}

/// What all parts say of their key.
fn agreed(parts: &[Part]) -> Given {
    let Some((first, others)) = parts.split_first() else { return Given::new() };
    let is_common =
        |said: &&(AttributeKey, Value)| others.iter().all(|part| part.of_key.contains(said));
    first.of_key.iter().filter(is_common).cloned().collect()
}

fn too_few() -> Error {
    Error::new(
        ErrorKind::CryptographicFailure,
        "these are too few parts to have the key",
        "name at least as many parts as Split Key Threshold says",
    )
}

fn do_not_fit() -> Error {
    Error::new(
        ErrorKind::CryptographicFailure,
        "the parts do not belong together",
        "name different parts of one key",
    )
}
