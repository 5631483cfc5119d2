//! Hand out an object.

use claviger_model::{AttributeKind, KeyFormatType, Object, ObjectType, UniqueIdentifier, Value};
use claviger_ports::KeysetSelector;
use claviger_secret::SecretBytes;

use super::certificate_attributes::X509;
use super::container;
use super::content::{Content, Generation, KeyContent, hidden, identifier_of};
use super::create::SEED;
use super::formats::{destroyed, key_content};
use super::lifecycle::refuse_archived;
use super::templates::read_list;
use super::view::View;
use super::wrap::{unwrap, wrap};
use super::wrapped_attributes::requested_attributes;
use crate::change::Touched;
use crate::codec::Material;
use crate::keyring::LoadedVersion;
use crate::operations::{Description, OBJECT_GET, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Key Wrap Type: the key is to leave unwrapped, however it was registered.
const NOT_WRAPPED: u32 = 1;
/// Key Wrap Type: the key is to leave wrapped if it was registered so.
const AS_REGISTERED: u32 = 2;

/// Returns an object with its material (KMIP 2.1 §6.1.19).
#[derive(Clone)]
pub struct GetObject {
    /// Which object.
    pub identifier: UniqueIdentifier,
    /// Key Format Type. None: the one that it was registered in, or the default.
    pub format: Option<u32>,
    /// Key Wrap Type: 1 not wrapped, 2 as registered. None: as registered.
    pub wrap_type: Option<u32>,
    /// Key Compression Type.
    pub compression: Option<u32>,
    /// Key Wrapping Specification, a structure.
    pub wrapping: Option<Value>,
    /// Whether keys that were never activated, and don't say when they will be, may wrap, as in KMIP 1.0 and 1.1.
    pub pending_keys_wrap: bool,
    /// Whose rules apply.
    pub generation: Generation,
}

/// An object that was handed out.
pub struct Got {
    /// What clients call it.
    pub identifier: UniqueIdentifier,
    /// What it is.
    pub content: Content,
}

impl Operation for GetObject {
    type Reply = Got;

    const DESCRIPTION: &'static Description = OBJECT_GET;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.identifier)
    }

    fn denied(&self) -> Error {
        super::denied(self.generation, &self.identifier)
    }

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Got, Error> {
        let version = authorized.object()?;
        refuse_archived(version.object())?;
        if version.object().state.is_destroyed() {
            return Err(destroyed());
        }
        let identifier = identifier_of(version.object());
        let content = hand_out(&authorized, self).await?;
        Ok(Got { identifier, content })
    }
}

/// The operation's object as it is asked for, if it may leave like that. It isn't fresh any more then.
pub(super) async fn hand_out<O: Operation>(
    authorized: &Authorized<'_, O>,
    request: GetObject,
) -> Result<Content, Error> {
    let version = authorized.object()?;
    let object = version.object();
    let view = View::of_operation(authorized)?;
    if !view.is_extractable() {
        return Err(Error::new(
            ErrorKind::NotExtractable,
            "the object's material never leaves",
            "use the object here; whether an object is extractable is said when it is made",
        ));
    }
    if !authorized.shared().settings.one_time_pad_get && view.is_one_time_pad() {
        return Err(Error::new(
            ErrorKind::PermissionDenied,
            "one-time pads don't leave the service",
            "encrypt and decrypt with the pad here, or let the service's operator allow it (--kmip-one-time-pad-get)",
        ));
    }
    let sensitive = view.is_sensitive();
    let content = if has_key_block(object.object_type) {
        let key = key_block(authorized, version, request).await?;
        if sensitive && key.wrapping.is_none() && key.value.is_some() {
            return Err(is_sensitive());
        }
        with_key(object, key)
    } else {
        if sensitive {
            return Err(is_sensitive());
        }
        bare(version, &request)?
    };
    no_longer_fresh(authorized, object).await?;
    Ok(content)
}

async fn key_block<O: Operation>(
    authorized: &Authorized<'_, O>,
    version: &LoadedVersion,
    request: GetObject,
) -> Result<KeyContent, Error> {
    let GetObject { format, wrap_type, compression, wrapping, pending_keys_wrap, .. } = request;
    let private = version.object().object_type == ObjectType::PrivateKey;
    let mut key = if private && format == Some(KeyFormatType::Pkcs12.code()) {
        Box::pin(container::put_in(authorized, version)).await?
    } else {
        key_content(authorized.shared(), version, format, compression)?
    };
    match wrapping {
        Some(specification) => {
            let view = View::of_operation(authorized)?;
            for wanted in requested_attributes(&specification)? {
                let found = view.of(&wanted)?.into_iter();
                key.attributes.extend(found.map(|attribute| (attribute.key, attribute.value)));
            }
            Box::pin(wrap(authorized, key, &specification, pending_keys_wrap)).await
        }
        None if wrap_type == Some(NOT_WRAPPED) => Box::pin(unwrap(authorized, key)).await,
        None if wrap_type.is_none_or(|wrap_type| wrap_type == AS_REGISTERED) => Ok(key),
        None => Err(Error::new(
            ErrorKind::WrappingNotSupported,
            "there is no such key wrap type",
            "ask for the key as it was registered, or not wrapped",
        )),
    }
}

/// Whether objects of a type have a key block.
pub(super) const fn has_key_block(object_type: ObjectType) -> bool {
    matches!(
        object_type,
        ObjectType::SymmetricKey
            | ObjectType::PublicKey
            | ObjectType::PrivateKey
            | ObjectType::SecretData
            | ObjectType::SplitKey
            | ObjectType::PgpKey
    )
}

/// An object with a key block.
pub(super) fn with_key(object: &Object, key: KeyContent) -> Content {
    let own = |name| hidden::value(&object.attributes, name);
    let number = |name| own(name).and_then(Value::as_integer).unwrap_or(0);
    let code = |name| own(name).and_then(Value::as_enumeration);
    match object.object_type {
        ObjectType::PublicKey => Content::PublicKey(key),
        ObjectType::PrivateKey => Content::PrivateKey(key),
        ObjectType::SecretData => {
            Content::SecretData { kind: code(hidden::SECRET_DATA_TYPE).unwrap_or(SEED), key }
        }
        ObjectType::SplitKey => Content::SplitKey {
            parts: number(hidden::SPLIT_KEY_PARTS),
            identifier: number(hidden::KEY_PART_IDENTIFIER),
            threshold: number(hidden::SPLIT_KEY_THRESHOLD),
            method: code(hidden::SPLIT_KEY_METHOD).unwrap_or(0),
            prime: own(hidden::PRIME_FIELD_SIZE).and_then(Value::as_bytes).map(<[u8]>::to_vec),
            key,
        },
        ObjectType::PgpKey => Content::PgpKey { version: number(hidden::PGP_KEY_VERSION), key },
        _ => Content::SymmetricKey(key),
    }
}

/// An object without a key block, as it was registered.
fn bare(version: &LoadedVersion, request: &GetObject) -> Result<Content, Error> {
    let object = version.object();
    if request.wrapping.is_some() {
        return Err(Error::new(
            ErrorKind::InvalidObjectType,
            format!("an object of the type {} is not wrapped", object.object_type),
            "ask for it without a key wrapping specification",
        ));
    }
    let own_format = match object.object_type {
        ObjectType::Certificate => Some(KeyFormatType::X509),
        ObjectType::CertificateRequest => Some(KeyFormatType::Pkcs10),
        ObjectType::OpaqueObject => Some(KeyFormatType::Opaque),
        _ => None,
    };
    let fits = |format| own_format.is_some_and(|own| own.code() == format);
    if request.format.is_some_and(|format| !fits(format)) {
        return Err(Error::new(
            ErrorKind::KeyFormatNotSupported,
            format!("an object of the type {} is not given in this format", object.object_type),
            "ask for it without a key format type",
        ));
    }
    let code = |kind| object.attributes.get(kind).and_then(Value::as_enumeration);
    let kept = |name| hidden::value(&object.attributes, name);
    Ok(match object.object_type {
        ObjectType::Template => {
            let attributes = kept(hidden::TEMPLATE).and_then(read_list);
            let wrong = || Error::inconsistent(&format!("the object {}", object.id));
            Content::Template { attributes: attributes.ok_or_else(wrong)? }
        }
        ObjectType::Certificate => Content::Certificate {
            kind: code(AttributeKind::CertificateType).unwrap_or(X509),
            value: public_bytes(version)?,
        },
        ObjectType::CertificateRequest => Content::CertificateRequest {
            kind: kept(hidden::CERTIFICATE_REQUEST_TYPE)
                .and_then(Value::as_enumeration)
                .unwrap_or(0),
            value: public_bytes(version)?,
        },
        _ => Content::OpaqueObject {
            kind: code(AttributeKind::OpaqueDataType).unwrap_or(0),
            value: bytes(version)?.duplicate("returning an opaque object"),
        },
    })
}

fn public_bytes(version: &LoadedVersion) -> Result<Vec<u8>, Error> {
    Ok(bytes(version)?.expose("returning what is no secret").to_vec())
}

fn bytes(version: &LoadedVersion) -> Result<&SecretBytes, Error> {
    match version.material() {
        Material::Block(block) => Ok(&block.bytes),
        Material::Destroyed => Err(destroyed()),
        Material::Absent => Err(super::formats::absent()),
        // Only keys are kept so.
        Material::Secret(_) | Material::Public(_) => {
            Err(Error::inconsistent(&format!("the object {}", version.object().id)))
        }
    }
}

/// Remembers that the object was handed out (KMIP 2.1 §4.24). That is done to its end even if the caller goes away.
async fn no_longer_fresh<O: Operation>(
    authorized: &Authorized<'_, O>,
    object: &Object,
) -> Result<(), Error> {
    let fresh = object.attributes.get(AttributeKind::Fresh).and_then(Value::as_boolean);
    if fresh == Some(false) || object.object_type == ObjectType::Template {
        return Ok(());
    }
    let (kms, caller) = (authorized.kms(), authorized.caller().clone());
    let (keyset, number, now) = (object.keyset, object.version, authorized.now());
    let change = async move {
        let selector = KeysetSelector::Id(keyset);
        let set = |draft: &mut crate::change::Draft<'_>| {
            let attributes = &mut draft.version_mut(number)?.object.attributes;
            attributes.set(AttributeKind::Fresh, Value::Boolean(false));
            Ok(())
        };
        kms.shared().change(&caller, selector, Touched::Version(number), now, set).await.map(drop)
    };
    tokio::spawn(change).await.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Internal,
            "the operation ended unexpectedly",
            "report this, with the request identifier",
        ))
    })
}

fn is_sensitive() -> Error {
    Error::new(
        ErrorKind::Sensitive,
        "the object is sensitive: its material leaves only wrapped",
        "ask for it with a key wrapping specification",
    )
}
