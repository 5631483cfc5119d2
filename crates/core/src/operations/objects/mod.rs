//! Operations on managed objects in KMIP's sense: whatever a protocol does with one object rather than with a key of versions.
//!
//! Every object belongs to a keyset all the same, mostly to one of its own: the keyset's row is what the object's row is bound
//! to (see `docs/adr/0002-rows-bound-to-each-other.md`), grants are given on it, and replacing an object appends to it.

mod activate;
mod add_attribute;
mod adjust_attribute;
mod archive;
mod attribute_rules;
mod attribute_values;
mod certificate_attributes;
mod certificate_subject;
mod certify;
mod check;
mod check_mac;
mod constraints;
mod container;
mod content;
mod create;
mod create_pair;
mod decrypt_data;
mod defaults;
mod delete_attribute;
mod derive;
mod destroy;
mod digest;
mod encrypt_data;
mod export;
pub(crate) mod fields;
mod formats;
mod generate;
mod get;
mod get_usage_allocation;
mod given;
mod groups;
mod hash_message;
mod import;
mod index;
mod issuing;
mod join;
mod key_registration;
mod kind;
mod lifecycle;
mod links;
mod locate;
mod make_mac;
mod making;
mod matching;
mod modify_attribute;
mod names;
mod native;
mod obtain_lease;
mod parameters;
pub(crate) mod parametric;
mod preferences;
mod read_attributes;
mod recertify;
mod recover;
mod register;
mod registration;
mod replace;
mod replace_pair;
mod reprovision;
mod revoke;
mod rotate;
mod set_attribute;
mod sign_data;
mod split;
mod streams;
mod succession;
mod templates;
mod trailing_tag;
mod transparent;
mod ttlv;
mod undo;
mod usage;
mod usage_limits;
mod use_object;
mod validate;
mod validity;
mod verify_signature;
mod view;
pub(crate) mod wrap;
pub(crate) mod wrapped_attributes;

pub use activate::ActivateObject;
pub use add_attribute::AddAttribute;
pub use adjust_attribute::AdjustAttribute;
pub use archive::ArchiveObject;
pub use certify::CertifyObject;
pub use check::{CheckObject, Checked};
pub use check_mac::CheckMac;
pub use constraints::{GetConstraints, SetConstraints};
pub(crate) use content::hidden;
pub use content::{Content, Created, CreatedPair, Generation, Given, KeyBytes, KeyContent};
pub use create::CreateObject;
pub use create_pair::CreateObjectPair;
pub use decrypt_data::{DecryptData, Decrypted};
pub use defaults::{GetDefaults, SetDefaults};
pub use delete_attribute::DeleteAttribute;
pub use derive::{DerivationParameters, DeriveObject};
pub use destroy::DestroyObject;
pub use encrypt_data::{EncryptData, Encrypted};
pub use export::{ExportObject, Exported};
pub use get::{GetObject, Got};
pub use get_usage_allocation::GetUsageAllocation;
pub(crate) use groups::Groups;
pub use hash_message::{HashMessage, Hashed};
pub use import::ImportObject;
pub(crate) use index::AttributeIndex;
pub use join::JoinObject;
pub use locate::{LocateObjects, Located};
pub use make_mac::{MadeMac, MakeMac};
pub use modify_attribute::ModifyAttribute;
pub(crate) use names::NameTurns;
pub(crate) use native::native_block;
pub use obtain_lease::{Lease, ObtainLease};
pub use parameters::{NamedParameters, read_parameters, write_parameters};
pub use preferences::CreationRule;
pub(crate) use preferences::PreferenceCache;
pub use read_attributes::ReadAttributes;
pub use recertify::ReCertifyObject;
pub use recover::RecoverObject;
pub use register::RegisterObject;
pub use replace::ReplaceObject;
pub use replace_pair::ReplaceObjectPair;
pub use reprovision::{ReProvision, Replacement};
pub use revoke::RevokeObject;
pub(crate) use rotate::rotate;
pub use set_attribute::SetAttribute;
pub use sign_data::{SignData, Signed, SignedData};
pub use split::SplitObject;
pub use streams::Part;
pub(crate) use streams::Streams;
pub(crate) use undo::UndoChanges;
pub(crate) use usage_limits::{Blocks, Limits};
pub use validate::ValidateCertificates;
pub use validity::Validity;
pub use verify_signature::{Verified, VerifySignature};

use claviger_model::{Attribute, UniqueIdentifier};

use crate::{Error, ErrorKind};

/// What a caller is told of somebody else's object: in KMIP 2.x, that there is none. KMIP 1.x says that it may not be touched;
/// identifiers are random, so that nobody finds any by that.
fn denied(generation: Generation, identifier: &UniqueIdentifier) -> Error {
    match generation {
        Generation::One => Error::new(
            ErrorKind::PermissionDenied,
            format!("you may do nothing with the object {identifier}"),
            "ask the object's owner for a grant of this operation",
        ),
        Generation::Two => Error::object_not_found(identifier),
    }
}

/// What a change made, which it did if it was committed.
fn made(attribute: Option<Attribute>) -> Result<Attribute, Error> {
    attribute.ok_or_else(|| {
        Error::new(
            ErrorKind::Internal,
            "a change did nothing",
            "report this, with the request identifier",
        )
    })
}
