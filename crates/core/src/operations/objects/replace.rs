//! Re-key: a new key in the place of an old one (KMIP 2.1 §6.1.46).

use claviger_model::{Attributes, Keyset, Object, ObjectType, Timestamp, UniqueIdentifier, Value};

use super::content::{Created, Generation, Given};
use super::formats::refuse_absent;
use super::given::{Making, sort};
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::making::algorithm_of;
use super::succession::{Request, Successor, check_kept};
use super::{generate, names, templates};
use crate::change::{Behalf, Targets};
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_REPLACE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Makes a new symmetric key in the place of an old one: in the same keyset, with its names and attributes.
pub struct ReplaceObject {
    /// The old one.
    pub identifier: UniqueIdentifier,
    /// How long after now the new one becomes active, in seconds.
    pub offset: Option<i64>,
    /// Attributes of the new one that differ.
    pub attributes: Given,
    /// The names of templates with such attributes (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ReplaceObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_REPLACE;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let attributes = templates::merge(shared, caller, &self.templates, self.attributes).await?;
        let sorted = sort(attributes, Making::Generated)?;
        let keyset = authorized.keyset()?.keyset().clone();
        refuse_absent(authorized.object()?)?;
        let old = authorized.object()?.object().clone();
        if old.object_type != ObjectType::SymmetricKey {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("a {} is not replaced by a re-key", old.object_type),
                "re-key a symmetric key, re-key a pair by its private key, or re-certify a certificate",
            ));
        }
        let request = Request { offset: self.offset, sorted };
        request.check_offset(&old.dates)?;
        let called = names::further(&request.sorted.attributes, &old.attributes);
        let _turn = names::claim(shared, caller, self.generation, &called).await?;
        let new = replace(shared, caller.into(), &keyset, &old, &request, now).await?;
        authorized.note(&new);
        Ok(created(&new))
    }
}

/// The reply for an object that took another's place.
pub(super) fn created(new: &Object) -> Created {
    Created { identifier: new.id.into(), object_type: new.object_type, set: Attributes::default() }
}

/// Replaces a symmetric key of a keyset.
pub(super) async fn replace(
    shared: &Shared,
    behalf: Behalf<'_>,
    keyset: &Keyset,
    old: &Object,
    request: &Request,
    now: Timestamp,
) -> Result<Object, Error> {
    refuse_destroyed(old)?;
    refuse_archived(old)?;
    check_kept(&old.attributes, &request.sorted.attributes)?;
    let (spec, material) = generate::again(shared, old)?;
    let algorithm = algorithm_of(&old.attributes)?;
    let successor = Successor::new(shared, old.object_type, algorithm, spec, material, now)?;
    let (id, number) = (keyset.id, old.version);
    let targets = Targets::from([(id, [number].into())]);
    let mut made = None;
    shared
        .change_all(behalf, Vec::new(), &targets, now, |drafts| {
            let draft = drafts.get_mut(&id).ok_or_else(|| Error::inconsistent("a key"))?;
            made = Some(successor.append(shared, draft, number, request, now)?);
            Ok(())
        })
        .await?;
    made.ok_or_else(|| Error::inconsistent("a key"))
}
