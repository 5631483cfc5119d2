//! Import: an object that the client has, with its identifier and its history (KMIP 2.1 §6.1.25).

use claviger_model::{KeySpec, Keyset, Permissions, UniqueIdentifier};

use super::content::{Content, Created, Generation, Given, KeyContent};
use super::given::Making;
use super::kind::native_algorithm;
use super::making::{NewObject, flag, store, usage_of};
use super::registration::register;
use super::rotate::rotation_period;
use super::{templates, wrap};
use crate::change::{Draft, Targets};
use crate::operations::{Description, OBJECT_IMPORT, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Takes an object that the client has, under the client's identifier and with all of its attributes.
pub struct ImportObject {
    /// What the client calls it.
    pub identifier: UniqueIdentifier,
    /// Whether an object of this identifier is replaced.
    pub replace: bool,
    /// Whether a wrapped key is unwrapped first (Key Wrap Type Not Wrapped).
    pub unwrap: bool,
    /// Its attributes.
    pub attributes: Given,
    /// The object itself.
    pub content: Content,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ImportObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_IMPORT;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { identifier, replace, unwrap, attributes, mut content, generation } = self;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let id = shared.object_id(&caller.tenant, &identifier)?;
        let existing = shared.keyring.by_object(&caller.tenant, id).await?;
        if existing.is_some() && !replace {
            return Err(exists(&identifier));
        }
        if unwrap && let Some(key) = content.key_mut() {
            let wrapped = std::mem::replace(key, KeyContent::empty());
            *key = wrap::unwrap(&authorized, wrapped).await?;
        }
        let mut attributes = attributes;
        if let Content::Template { attributes: inner } = &mut content {
            *inner = templates::beneath(std::mem::take(&mut attributes), std::mem::take(inner));
        }
        let mut new = register(shared, Making::Imported, attributes, content, now)?;
        new.call(&identifier, id);
        if existing.is_some() {
            replace_existing(&mut authorized, &identifier, &new).await?;
        } else {
            let new = std::slice::from_ref(&new);
            store(&mut authorized, generation, new, &Targets::new(), |_| Ok(())).await?;
        }
        Ok(new.created())
    }
}

/// Puts the new object where the old one was, so that grants and the keyset stay.
async fn replace_existing<O: Operation>(
    authorized: &mut Authorized<'_, O>,
    identifier: &UniqueIdentifier,
    new: &NewObject,
) -> Result<(), Error> {
    let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
    let found = authorized.other_object(identifier, Permissions::DELETE).await;
    let (keyset, version) = found.map_err(|error| match error.kind() {
        // Somebody else's, of which the caller may not know.
        ErrorKind::NotFound => exists(identifier),
        _ => error,
    })?;
    let (id, number) = (keyset.keyset().id, version.object().version);
    let targets = Targets::from([(id, [number].into())]);
    shared
        .change_all(caller, Vec::new(), &targets, now, |drafts| {
            let draft = drafts.get_mut(&id).ok_or_else(|| Error::inconsistent("a key"))?;
            put(draft, number, new)
        })
        .await?;
    authorized.note_key(&keyset.keyset().name);
    authorized.note(version.object());
    Ok(())
}

fn put(draft: &mut Draft<'_>, number: u32, new: &NewObject) -> Result<(), Error> {
    let keyset = draft.keyset_mut();
    if keyset.deletion.is_some() {
        return Err(Error::new(
            ErrorKind::WrongState,
            format!("the key {} is scheduled for deletion", keyset.name),
            "cancel the deletion first, or use another identifier",
        ));
    }
    if keyset.latest == 1 {
        describe_keyset(keyset, new);
    }
    // Versions of one keyset are of one kind for the native doors.
    let spec = if keyset.spec == new.object.spec { keyset.spec } else { KeySpec::Other };
    let stored = draft.version_mut(number)?;
    let old = &stored.object;
    let (keyset, version, sequence) = (old.keyset, old.version, old.sequence);
    stored.object = new.object.clone();
    stored.object.keyset = keyset;
    stored.object.version = version;
    stored.object.sequence = sequence;
    stored.object.spec = spec;
    stored.material = new.material.duplicate("replacing an object by an imported one");
    Ok(())
}

fn describe_keyset(keyset: &mut Keyset, new: &NewObject) {
    let attributes = &new.object.attributes;
    keyset.spec = new.object.spec;
    keyset.policy.usage = usage_of(attributes);
    keyset.algorithm = native_algorithm(keyset.spec, keyset.policy.usage);
    keyset.policy.exportable =
        flag(attributes, claviger_model::AttributeKind::Extractable) != Some(false);
    keyset.policy.rotation_period = rotation_period(&new.object);
    keyset.policy.permitted_algorithms.clear();
    keyset.destroyed = new.object.state.is_destroyed();
}

fn exists(identifier: &UniqueIdentifier) -> Error {
    Error::new(
        ErrorKind::ObjectExists,
        format!("there is an object {identifier} already"),
        "use another identifier, or ask to replace the existing object",
    )
}
