//! Derive Key (KMIP 2.1 §6.1.14).

use std::sync::Arc;

use claviger_model::{
    AttributeKind, CryptographicAlgorithm, CryptographicParameters, DerivationMethod,
    KeyFormatType, LinkType, ObjectType, Permissions, UniqueIdentifier, Usage, Value,
};
use claviger_ports::{CryptoError, ParametricDerivation, ParametricKey};
use claviger_secret::SecretBytes;

use super::content::{Created, Generation, Given, hidden};
use super::create::SEED;
use super::formats::{Encoded, encoded};
use super::generate::missing;
use super::given::{Making, Sorted, sort};
use super::kind::spec_of;
use super::links;
use super::making::{NewObject, algorithm_of, bits_of, check_generator, flag, store};
use super::parametric::{failure, prepare};
use super::usage::{check_derivation, check_usage};
use crate::change::Targets;
use crate::codec::Material;
use crate::keyring::LoadedVersion;
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_DERIVE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// The most objects that one is derived from.
const BASE_LIMIT: usize = 16;
/// The most iterations of PBKDF2: some seconds.
const ITERATION_LIMIT: u32 = 10_000_000;
/// The most bytes that are derived.
const LENGTH_LIMIT: usize = 1 << 16;

/// How an object is derived (KMIP 2.1 §7.10).
#[derive(Default)]
pub struct DerivationParameters {
    /// Cipher, mode, hash; the base object's own if none are given.
    pub cryptographic: Option<CryptographicParameters>,
    /// The initialisation vector of the method Encrypt.
    pub nonce: Option<Vec<u8>>,
    /// Derivation Data; a further base object's material if none are given.
    pub data: Option<SecretBytes>,
    /// The salt of PBKDF2 and HKDF.
    pub salt: Vec<u8>,
    /// The iterations of PBKDF2.
    pub iterations: u32,
}

/// Derives a symmetric key or secret data from keys or secret data.
pub struct DeriveObject {
    /// What to derive.
    pub object_type: ObjectType,
    /// From what.
    pub bases: Vec<UniqueIdentifier>,
    /// Derivation Method.
    pub method: u32,
    /// How.
    pub parameters: DerivationParameters,
    /// The attributes of the derived object, its length among them.
    pub attributes: Given,
    /// The names of templates that have attributes for it (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

/// A base object, checked.
struct Base {
    version: Arc<LoadedVersion>,
    key: Arc<dyn ParametricKey>,
    parameters: Option<CryptographicParameters>,
    sensitive: bool,
}

impl Operation for DeriveObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_DERIVE;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { object_type, bases, method, parameters, attributes, templates, generation } =
            self;
        let (shared, caller) = (authorized.shared(), authorized.caller());
        if !matches!(object_type, ObjectType::SymmetricKey | ObjectType::SecretData) {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("a {object_type} is not derived"),
                "derive a symmetric key or secret data",
            ));
        }
        let method = DerivationMethod::from_code(method).ok_or(CryptoError::Unsupported)?;
        let attributes = super::templates::merge(shared, caller, &templates, attributes).await?;
        let attributes =
            super::preferences::with_defaults(shared, caller, object_type, attributes).await?;
        let sorted = sort(attributes, Making::Generated)?;
        check_generator(shared, &sorted)?;
        let length = wanted_length(object_type, &sorted)?;
        let bases = take_bases(&authorized, &bases, method, generation).await?;
        let bytes = derive(&bases, method, parameters, length, shared).await?;
        let new = make(shared, object_type, sorted, bytes, &bases, authorized.now())?;
        let targets = link_targets(&bases);
        let (identifier, new) = (new.identifier(), [new]);
        store(&mut authorized, generation, &new, &targets, |drafts| {
            for base in &bases {
                let object = base.version.object();
                if let Some(draft) = drafts.get_mut(&object.keyset) {
                    let stored = draft.version_mut(object.version)?;
                    let attributes = &mut stored.object.attributes;
                    links::add(attributes, LinkType::DerivedKey, &identifier);
                }
            }
            Ok(())
        })
        .await?;
        Ok(new[0].created())
    }
}

/// How many bytes the attributes ask for.
fn wanted_length(object_type: ObjectType, sorted: &Sorted) -> Result<usize, Error> {
    use CryptographicAlgorithm as C;
    let named = sorted.attributes.get(AttributeKind::CryptographicAlgorithm).is_some();
    if object_type == ObjectType::SymmetricKey && !named {
        return Err(missing("Cryptographic Algorithm"));
    }
    let bits = bits_of(&sorted.attributes)?.ok_or_else(|| missing("Cryptographic Length"))?;
    let bits = match algorithm_of(&sorted.attributes)? {
        // Their lengths don't count the parity bits.
        Some(C::Des) if bits == 56 => 64,
        Some(C::TripleDes) if matches!(bits, 112 | 168) => bits / 7 * 8,
        _ => bits,
    };
    let length = bits as usize / 8;
    if bits.is_multiple_of(8) && (1..=LENGTH_LIMIT).contains(&length) {
        return Ok(length);
    }
    Err(Error::new(
        ErrorKind::InvalidAttributeValue,
        format!("{bits} bits cannot be derived"),
        "ask for a length that is a multiple of 8, up to 524288 bits",
    ))
}

async fn take_bases<O: Operation>(
    authorized: &Authorized<'_, O>,
    identifiers: &[UniqueIdentifier],
    method: DerivationMethod,
    generation: Generation,
) -> Result<Vec<Base>, Error> {
    if identifiers.is_empty() || identifiers.len() > BASE_LIMIT {
        return Err(Error::new(
            ErrorKind::InvalidMessage,
            format!("an object is derived from 1 to {BASE_LIMIT} others"),
            "name the key or secret data to derive from",
        ));
    }
    let agreement = method == DerivationMethod::AsymmetricKey;
    let mut bases = Vec::with_capacity(identifiers.len());
    for (place, identifier) in identifiers.iter().enumerate() {
        let (keyset, version) = authorized.other_object(identifier, Permissions::DERIVE).await?;
        let object_type = version.object().object_type;
        let fits = if agreement {
            matches!(object_type, ObjectType::PrivateKey | ObjectType::PublicKey)
        } else {
            matches!(object_type, ObjectType::SymmetricKey | ObjectType::SecretData)
        };
        if !fits {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("this method does not derive from a {object_type}"),
                "name symmetric keys or secret data; for an agreement, a private and a public key",
            ));
        }
        let prepared = prepare(authorized.shared(), &version);
        // The other side's public key is data like any other.
        if !(agreement && place > 0) {
            let now = authorized.now();
            if agreement {
                let usage = Usage::DERIVE_KEY | Usage::KEY_AGREEMENT;
                check_usage(&keyset, &version, &prepared, usage, now)?;
            } else {
                check_derivation(&keyset, &version, &prepared, generation, now)?;
            }
        }
        let key = prepared.key()?.clone();
        let parameters = prepared.parameters().first().map(|named| named.parameters);
        let sensitive = flag(&version.object().attributes, AttributeKind::Sensitive) == Some(true);
        bases.push(Base { version, key, parameters, sensitive });
    }
    Ok(bases)
}

async fn derive(
    bases: &[Base],
    method: DerivationMethod,
    parameters: DerivationParameters,
    length: usize,
    shared: &Shared,
) -> Result<SecretBytes, Error> {
    let DerivationParameters { cryptographic, nonce, data, salt, iterations } = parameters;
    if iterations > ITERATION_LIMIT {
        return Err(Error::new(
            ErrorKind::TooLarge,
            format!("the iterations are more than {ITERATION_LIMIT}"),
            "ask for fewer",
        ));
    }
    let [first, others @ ..] = bases else { return Err(CryptoError::Internal.into()) };
    let agreement = method == DerivationMethod::AsymmetricKey;
    let peer = others.first().filter(|_| agreement).map(|base| base.key.clone());
    let data = match (data, others.first().filter(|_| !agreement)) {
        (Some(_), Some(_)) => {
            return Err(Error::new(
                ErrorKind::InvalidMessage,
                "Derivation Data are given twice: in the request, and as a further object",
                "leave one of them out",
            ));
        }
        (Some(data), None) => data,
        (None, Some(base)) => material_bytes(shared, &base.version)?,
        (None, None) => SecretBytes::new(Vec::new()),
    };
    let cryptographic = cryptographic.or(first.parameters).unwrap_or_default();
    let key = first.key.clone();
    // Many iterations take seconds: they are counted where they keep nobody waiting.
    let task = tokio::task::spawn_blocking(move || {
        key.derive(ParametricDerivation {
            method,
            parameters: &cryptographic,
            nonce: nonce.as_deref(),
            data: data.expose("deriving a key from them"),
            salt: &salt,
            iterations,
            peer: peer.as_deref(),
            length,
        })
    });
    let bytes = task.await.unwrap_or(Err(CryptoError::Internal)).map_err(failure)?;
    if bytes.len() == length { Ok(bytes) } else { Err(CryptoError::Internal.into()) }
}

/// The bytes of secret data, to derive with.
fn material_bytes(shared: &Shared, version: &LoadedVersion) -> Result<SecretBytes, Error> {
    match encoded(shared, version)? {
        Encoded::Bytes(KeyFormatType::Raw | KeyFormatType::Opaque, bytes) => Ok(bytes),
        Encoded::Components(claviger_ports::KeyComponents::Symmetric(bytes)) => Ok(bytes),
        _ => Err(Error::new(
            ErrorKind::InvalidObjectType,
            "the further object's material is not bytes to derive with",
            "name secret data or a symmetric key as the further object",
        )),
    }
}

fn make(
    shared: &Shared,
    object_type: ObjectType,
    mut sorted: Sorted,
    bytes: SecretBytes,
    bases: &[Base],
    now: claviger_model::Timestamp,
) -> Result<NewObject, Error> {
    if object_type == ObjectType::SecretData {
        sorted.attributes.add(hidden::key(hidden::SECRET_DATA_TYPE), Value::Enumeration(SEED));
    }
    // What is derived from something sensitive is no less so.
    if bases.iter().any(|base| base.sensitive) {
        sorted.attributes.set(AttributeKind::Sensitive, Value::Boolean(true));
    }
    for base in bases {
        let identifier = super::content::identifier_of(base.version.object());
        links::add(&mut sorted.attributes, LinkType::DerivationBaseObject, &identifier);
    }
    let algorithm = algorithm_of(&sorted.attributes)?;
    let bits = u32::try_from(bytes.len() * 8).unwrap_or(0);
    let spec = spec_of(object_type, algorithm, bits, None);
    let material = Material::Secret(bytes);
    NewObject::generated(shared, object_type, spec, sorted, material, now)
}

fn link_targets(bases: &[Base]) -> Targets {
    let mut targets = Targets::new();
    for base in bases {
        let object = base.version.object();
        targets.entry(object.keyset).or_default().insert(object.version);
    }
    targets
}
