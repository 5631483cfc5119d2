//! Re-key Key Pair: a new pair in the place of an old one (KMIP 2.1 §6.1.47).

use claviger_model::{
    Attributes, LinkType, Object, ObjectType, Permissions, Timestamp, UniqueIdentifier, Value,
};

use super::content::{CreatedPair, Generation, Given};
use super::create_pair::layered;
use super::formats::refuse_absent;
use super::given::{Making, sort};
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::making::algorithm_of;
use super::succession::{Request, Successor, check_kept};
use super::{generate, links, names, templates};
use crate::change::{Behalf, Targets};
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_REPLACE_PAIR, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Makes a new key pair in the place of an old one: in the same keysets, with their names and attributes.
pub struct ReplaceObjectPair {
    /// The old private key.
    pub private: UniqueIdentifier,
    /// How long after now the new pair becomes active, in seconds.
    pub offset: Option<i64>,
    /// Attributes of both new halves that differ.
    pub common: Given,
    /// Attributes of the new private key.
    pub private_attributes: Given,
    /// Attributes of the new public key.
    pub public_attributes: Given,
    /// The names of templates for both (KMIP 1.x).
    pub common_templates: Vec<Value>,
    /// The names of templates for the private key.
    pub private_templates: Vec<Value>,
    /// The names of templates for the public key.
    pub public_templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ReplaceObjectPair {
    type Reply = CreatedPair;

    const DESCRIPTION: &'static Description = OBJECT_REPLACE_PAIR;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.private)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<CreatedPair, Error> {
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let common = templates::merge(shared, caller, &self.common_templates, self.common).await?;
        let private =
            templates::merge(shared, caller, &self.private_templates, self.private_attributes)
                .await?;
        let public =
            templates::merge(shared, caller, &self.public_templates, self.public_attributes)
                .await?;
        let (private, public) = layered(common, private, public);
        let request = |given| {
            let sorted = sort(given, Making::Generated)?;
            Ok::<_, Error>(Request { offset: self.offset, sorted })
        };
        let requests = [request(private)?, request(public)?];
        refuse_absent(authorized.object()?)?;
        let old_private = authorized.object()?.object().clone();
        if old_private.object_type != ObjectType::PrivateKey {
            return Err(Error::new(
                ErrorKind::InvalidObjectType,
                format!("a pair is not re-keyed by a {}", old_private.object_type),
                "name the pair's private key",
            ));
        }
        let public = public_half(&old_private.attributes)?;
        let (_, version) = authorized.other_object(&public, Permissions::ROTATE).await?;
        let old = [old_private, version.object().clone()];
        for (old, request) in old.iter().zip(&requests) {
            request.check_offset(&old.dates)?;
        }
        let called: Vec<_> = old
            .iter()
            .zip(&requests)
            .flat_map(|(old, new)| names::further(&new.sorted.attributes, &old.attributes))
            .collect();
        let _turn = names::claim(shared, caller, self.generation, &called).await?;
        let [private, public] = replace_pair(shared, caller.into(), &old, &requests, now).await?;
        authorized.note(&private);
        Ok(CreatedPair { private: private.id.into(), public: public.id.into() })
    }
}

/// The public key that a private key links to.
pub(super) fn public_half(private: &Attributes) -> Result<UniqueIdentifier, Error> {
    links::linked(private, LinkType::PublicKey).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidObjectType,
            "the private key links to no public key, so there is no pair to replace",
            "add a link to its public key; rotate a key that native clients made through their interface",
        )
    })
}

/// Replaces both halves of a pair in one commit.
pub(super) async fn replace_pair(
    shared: &Shared,
    behalf: Behalf<'_>,
    old: &[Object; 2],
    requests: &[Request; 2],
    now: Timestamp,
) -> Result<[Object; 2], Error> {
    for (old, request) in old.iter().zip(requests) {
        refuse_destroyed(old)?;
        refuse_archived(old)?;
        check_kept(&old.attributes, &request.sorted.attributes)?;
    }
    let [private, public] = old;
    if private.keyset == public.keyset {
        return Err(Error::inconsistent("a key pair"));
    }
    let made = generate::pair_like(shared, private).await?;
    let algorithm = algorithm_of(&private.attributes)?;
    let successor = |object_type, material| {
        Successor::new(shared, object_type, algorithm, made.spec, material, now)
    };
    let new_private = successor(ObjectType::PrivateKey, made.private)?;
    let new_public = successor(ObjectType::PublicKey, made.public)?;
    let targets = Targets::from([
        (private.keyset, [private.version].into()),
        (public.keyset, [public.version].into()),
    ]);
    let mut done = None;
    shared
        .change_all(behalf, Vec::new(), &targets, now, |drafts| {
            let gone = || Error::inconsistent("a key pair");
            let draft = drafts.get_mut(&private.keyset).ok_or_else(gone)?;
            let mut one = new_private.append(shared, draft, private.version, &requests[0], now)?;
            let draft = drafts.get_mut(&public.keyset).ok_or_else(gone)?;
            let to_private = UniqueIdentifier::from(one.id);
            let finish = |attributes: &mut Attributes| {
                links::add(attributes, LinkType::PrivateKey, &to_private);
            };
            let (version, request) = (public.version, &requests[1]);
            let other = new_public.append_with(shared, draft, version, request, now, finish)?;
            let draft = drafts.get_mut(&private.keyset).ok_or_else(gone)?;
            links::add(&mut one.attributes, LinkType::PublicKey, &other.id.into());
            draft.latest_mut()?.object.attributes = one.attributes.clone();
            done = Some([one, other]);
            Ok(())
        })
        .await?;
    done.ok_or_else(|| Error::inconsistent("a key pair"))
}
