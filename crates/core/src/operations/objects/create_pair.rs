//! Create Key Pair (KMIP 2.1 §6.1.9).

use claviger_model::{
    AttributeKey, AttributeKind, CryptographicAlgorithm, KeySpec, LinkType, ObjectType, Timestamp,
    Usage, Value,
};

use super::content::{CreatedPair, Generation, Given};
use super::given::{Making, Sorted};
use super::making::{NewObject, check_generator, length, store};
use super::preferences::with_defaults;
use super::{generate, given, links, templates};
use crate::change::Targets;
use crate::codec::Material;
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_CREATE_PAIR, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Makes a key pair: two objects that link to each other.
pub struct CreateObjectPair {
    /// The attributes of both.
    pub common: Given,
    /// The attributes of the private key, which come before the common ones.
    pub private: Given,
    /// The attributes of the public key, which come before the common ones.
    pub public: Given,
    /// The names of templates for both (KMIP 1.x).
    pub common_templates: Vec<Value>,
    /// The names of templates for the private key.
    pub private_templates: Vec<Value>,
    /// The names of templates for the public key.
    pub public_templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

/// What both halves must have in common (KMIP 2.1 §6.1.9, table 191).
const SHARED_KINDS: [AttributeKind; 4] = [
    AttributeKind::CryptographicAlgorithm,
    AttributeKind::CryptographicLength,
    AttributeKind::CryptographicDomainParameters,
    AttributeKind::CryptographicParameters,
];

impl Operation for CreateObjectPair {
    type Reply = CreatedPair;

    const DESCRIPTION: &'static Description = OBJECT_CREATE_PAIR;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<CreatedPair, Error> {
        let generation = self.generation;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let common = templates::merge(shared, caller, &self.common_templates, self.common).await?;
        let private =
            templates::merge(shared, caller, &self.private_templates, self.private).await?;
        let public = templates::merge(shared, caller, &self.public_templates, self.public).await?;
        let (private, public) = layered(common, private, public);
        let private = with_defaults(shared, caller, ObjectType::PrivateKey, private).await?;
        let public = with_defaults(shared, caller, ObjectType::PublicKey, public).await?;
        let private = given::sort(private, Making::Generated)?;
        let public = given::sort(public, Making::Generated)?;
        let pair = make(shared, private, public, now).await?;
        store(&mut authorized, generation, &pair, &Targets::new(), |_| Ok(())).await?;
        Ok(CreatedPair { private: pair[0].identifier(), public: pair[1].identifier() })
    }
}

/// The attributes of each half with the common ones; what both must have in common is taken over from the other half where
/// only that has it.
pub(super) fn layered(common: Given, private: Given, public: Given) -> (Given, Given) {
    let of_both = |given: &Given| -> Given {
        let shared = |key: &AttributeKey| matches!(key, AttributeKey::Standard(kind) if SHARED_KINDS.contains(kind));
        given.iter().filter(|(key, _)| shared(key)).cloned().collect()
    };
    let missing_in = |given: &Given, other: Given| -> Given {
        other
            .into_iter()
            .filter(|(key, _)| given.iter().all(|(present, _)| present != key))
            .collect()
    };
    let mut private = templates::beneath(private, common.clone());
    let mut public = templates::beneath(public, common);
    let (from_private, from_public) = (of_both(&private), of_both(&public));
    private.extend(missing_in(&private, from_public));
    public.extend(missing_in(&public, from_private));
    (private, public)
}

/// The two new objects, the private one first.
pub(super) async fn make(
    shared: &Shared,
    private: Sorted,
    public: Sorted,
    now: Timestamp,
) -> Result<[NewObject; 2], Error> {
    check_generator(shared, &private)?;
    check_generator(shared, &public)?;
    for kind in SHARED_KINDS {
        if !private.attributes.all(kind).eq(public.attributes.all(kind)) {
            return Err(Error::new(
                ErrorKind::InvalidAttributeValue,
                format!("the halves of a pair cannot differ in {kind:?}"),
                "give it with the common attributes",
            ));
        }
    }
    let made = generate::pair(shared, &private.attributes).await?;
    let half = |object_type, sorted, material| {
        half(shared, object_type, made.spec, made.bits, sorted, material, now)
    };
    let mut private = half(ObjectType::PrivateKey, private, made.private)?;
    let mut public = half(ObjectType::PublicKey, public, made.public)?;
    connect(&mut private, &mut public);
    Ok([private, public])
}

/// What one half of a pair on P-256 says that the service makes for itself or a client, and that is used from now on.
pub(super) fn p256_half(usage: Usage, now: Timestamp) -> Sorted {
    let mut half = Sorted::default();
    half.dates.activation = Some(now);
    let attributes = &mut half.attributes;
    let algorithm = Value::Enumeration(CryptographicAlgorithm::Ec.code());
    attributes.set(AttributeKind::CryptographicAlgorithm, algorithm);
    attributes.set(AttributeKind::CryptographicLength, length(256));
    let mask = Value::Integer(usage.bits().cast_signed());
    attributes.set(AttributeKind::CryptographicUsageMask, mask);
    half
}

fn half(
    shared: &Shared,
    object_type: ObjectType,
    spec: KeySpec,
    bits: u32,
    mut sorted: Sorted,
    material: Material,
    now: Timestamp,
) -> Result<NewObject, Error> {
    sorted.attributes.set(AttributeKind::CryptographicLength, length(bits));
    NewObject::generated(shared, object_type, spec, sorted, material, now)
}

fn connect(private: &mut NewObject, public: &mut NewObject) {
    let (private_id, public_id) = (private.identifier(), public.identifier());
    links::add(&mut private.object.attributes, LinkType::PublicKey, &public_id);
    links::add(&mut public.object.attributes, LinkType::PrivateKey, &private_id);
}
