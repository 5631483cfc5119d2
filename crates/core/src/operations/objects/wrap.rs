//! Wrapping keys by keys (KMIP 2.1 §3.3, §7.18): encryption, a MAC or signature, or both.
//!
//! What is wrapped is the Key Value structure in KMIP's binary encoding, with the attributes that were asked for, or (No
//! Encoding) the bare key material. The MAC or signature is made over the ciphertext if the encryption comes first, and else
//! over what is encrypted; it stands beside the wrapped key in both cases. The tag of authenticated encryption stands at the end
//! of the ciphertext, since Key Wrapping Data have no field for it.
//!
//! Parameters that a request names needn't be among the wrapping key's own: what a key may do, its usage mask says.
//! Without cryptographic parameters, neither in the request nor in an attribute of the wrapping key, AES wraps as RFC 3394 has
//! it and RSA with OAEP over SHA-256.

use std::sync::Arc;

use claviger_model::{
    CryptographicParameters, Field, ObjectType, Permissions, UniqueIdentifier, Usage, Value,
};
use claviger_ports::{
    Direction, KeyComponents, ParametricCipher, ParametricKey, ParametricMessage,
};
use claviger_secret::SecretBytes;

use super::content::{KeyBytes, KeyContent};
use super::formats::{Encoded, encoded};
use super::parameters::{NamedParameters, Purpose, choose, read_parameters};
use super::parametric::{failure, prepare};
use super::usage::{check_pending_usage, check_policy, check_usage};
use super::{fields, ttlv, wrapped_attributes};
use crate::keyring::{LoadedKeyset, LoadedVersion};
use crate::operations::Operation;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// How the parts of a wrapping come together (KMIP 2.1 §11.62).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Encrypt,
    Sign,
    EncryptThenSign,
    SignThenEncrypt,
}

/// What is wrapped (KMIP 2.1 §11.18).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// The key material alone.
    None,
    /// The Key Value structure.
    Ttlv,
}

/// A Key Wrapping Specification, or Key Wrapping Data.
struct Plan<'a> {
    method: Method,
    encoding: Encoding,
    structure: &'a Value,
    /// Whether keys that were never activated may wrap.
    pending: bool,
}

/// Which step of a wrapping a key does.
#[derive(Clone, Copy)]
enum Step {
    Encryption,
    Signature,
}

/// A key that wraps, or that signs what is wrapped.
struct WrappingKey {
    keyset: Arc<LoadedKeyset>,
    version: Arc<LoadedVersion>,
    given: Option<NamedParameters>,
}

/// A key, and what it goes by.
struct Ready<'a> {
    key: &'a dyn ParametricKey,
    parameters: CryptographicParameters,
    /// The label of OAEP.
    label: &'a [u8],
}

/// Wraps a key as a Key Wrapping Specification says. A key that is wrapped already is unwrapped first. Where pending keys may
/// wrap, those that do need not have been activated.
///
/// # Errors
/// [`ErrorKind::WrappingNotSupported`], [`ErrorKind::EncodingOptionNotSupported`], [`ErrorKind::InvalidParameters`]; of the
/// wrapping key [`ErrorKind::WrappingKeyNotFound`], [`ErrorKind::WrappingKeyArchived`],
/// [`ErrorKind::WrappingKeyDestroyed`], and what [`check_usage`] says of any other key.
pub(crate) async fn wrap<O: Operation>(
    authorized: &Authorized<'_, O>,
    key: KeyContent,
    specification: &Value,
    pending: bool,
) -> Result<KeyContent, Error> {
    let plan = Plan { pending, ..Plan::read(specification)? };
    let key = unwrap(authorized, key).await?;
    let Some(value) = &key.value else { return Err(super::formats::absent()) };
    let plain = plan.plaintext(value, &key)?;
    let mut signature = None;
    let mut nonce = None;
    let bytes = match plan.method {
        Method::Encrypt => encrypt(authorized, &plan, plain, &mut nonce).await?,
        Method::Sign => {
            signature = Some(sign(authorized, &plan, &plain).await?);
            plain
        }
        Method::EncryptThenSign => {
            let encrypted = encrypt(authorized, &plan, plain, &mut nonce).await?;
            signature = Some(sign(authorized, &plan, &encrypted).await?);
            encrypted
        }
        Method::SignThenEncrypt => {
            signature = Some(sign(authorized, &plan, &plain).await?);
            encrypt(authorized, &plan, plain, &mut nonce).await?
        }
    };
    Ok(KeyContent {
        value: Some(KeyBytes::Wrapped(bytes)),
        attributes: Vec::new(),
        wrapping: Some(plan.data(signature, nonce)),
        ..key
    })
}

/// Unwraps a key as its Key Wrapping Data say; one that isn't wrapped stays as it is.
///
/// # Errors
/// [`ErrorKind::CryptographicFailure`], whatever is wrong with the wrapped bytes; else as [`wrap`].
pub(crate) async fn unwrap<O: Operation>(
    authorized: &Authorized<'_, O>,
    key: KeyContent,
) -> Result<KeyContent, Error> {
    let Some(data) = &key.wrapping else { return Ok(key) };
    let plan = Plan::read(data)?;
    let Some(KeyBytes::Wrapped(wrapped)) = &key.value else {
        return Err(super::formats::absent());
    };
    let wrapped = wrapped.expose("unwrapping a key");
    let plain = match plan.method {
        Method::Encrypt => decrypt(authorized, &plan, wrapped).await?,
        Method::Sign => {
            verify(authorized, &plan, wrapped).await?;
            SecretBytes::copy_from(wrapped)
        }
        Method::EncryptThenSign => {
            verify(authorized, &plan, wrapped).await?;
            decrypt(authorized, &plan, wrapped).await?
        }
        Method::SignThenEncrypt => {
            let plain = decrypt(authorized, &plan, wrapped).await?;
            verify(authorized, &plan, plain.expose("verifying an unwrapped key")).await?;
            plain
        }
    };
    let (value, attributes) = match plan.encoding {
        Encoding::None => (KeyBytes::Bytes(plain), key.attributes),
        Encoding::Ttlv => {
            let (value, inside) = read_key_value(&plain)?;
            (value, key.attributes.into_iter().chain(inside).collect())
        }
    };
    Ok(KeyContent { value: Some(value), attributes, wrapping: None, ..key })
}

impl<'a> Plan<'a> {
    fn read(structure: &'a Value) -> Result<Self, Error> {
        let code = |field: Field| structure.field(field).and_then(Value::as_enumeration);
        let method = match code(fields::WRAPPING_METHOD) {
            Some(1) => Method::Encrypt,
            Some(2) => Method::Sign,
            Some(3) => Method::EncryptThenSign,
            Some(4) => Method::SignThenEncrypt,
            _ => {
                return Err(not_supported(
                    "the wrapping method is none that the service knows",
                    "use encryption, a MAC or signature, or both",
                ));
            }
        };
        let encoding = match structure.field(fields::ENCODING_OPTION) {
            None | Some(Value::Enumeration(2)) => Encoding::Ttlv,
            Some(Value::Enumeration(1)) => Encoding::None,
            Some(_) => {
                return Err(not_encodable(
                    "the encoding option is none that the service knows",
                    "use No Encoding or TTLV Encoding",
                ));
            }
        };
        Ok(Self { method, encoding, structure, pending: false })
    }

    /// What is to be wrapped.
    fn plaintext(&self, value: &KeyBytes, key: &KeyContent) -> Result<SecretBytes, Error> {
        if self.encoding == Encoding::Ttlv {
            let attributes = wrapped_attributes::write(self.structure, &key.attributes);
            return Ok(ttlv::encode_key_value(value, &attributes));
        }
        if wrapped_attributes::are_requested(self.structure) {
            return Err(not_encodable(
                "without encoding, no attributes can be wrapped with the key",
                "ask for the TTLV encoding, or for no attributes",
            ));
        }
        match value {
            KeyBytes::Bytes(bytes) => Ok(bytes.duplicate("wrapping a key")),
            KeyBytes::Structure(_) | KeyBytes::Wrapped(_) => Err(not_encodable(
                "without encoding, only keys that are bytes can be wrapped",
                "ask for the TTLV encoding, or for another key format",
            )),
        }
    }

    /// The Key Wrapping Data of what was wrapped.
    fn data(&self, signature: Option<Vec<u8>>, nonce: Option<Vec<u8>>) -> Value {
        let given = |field: Field| self.structure.field(field).cloned();
        let all = [
            (fields::WRAPPING_METHOD, given(fields::WRAPPING_METHOD)),
            (fields::ENCRYPTION_KEY_INFORMATION, given(fields::ENCRYPTION_KEY_INFORMATION)),
            (fields::MAC_SIGNATURE_KEY_INFORMATION, given(fields::MAC_SIGNATURE_KEY_INFORMATION)),
            (fields::MAC_SIGNATURE, signature.map(Value::Bytes)),
            (fields::IV_COUNTER_NONCE, nonce.map(Value::Bytes)),
            (fields::ENCODING_OPTION, given(fields::ENCODING_OPTION)),
        ];
        let present = all.into_iter().filter_map(|(field, value)| Some((field, value?)));
        Value::Structure(present.collect())
    }

    /// The nonce that was used.
    fn nonce(&self) -> Option<&'a [u8]> {
        self.structure.field(fields::IV_COUNTER_NONCE).and_then(Value::as_bytes)
    }

    /// The key that does a step, if it may now.
    async fn key<O: Operation>(
        &self,
        authorized: &Authorized<'_, O>,
        step: Step,
        direction: Direction,
    ) -> Result<WrappingKey, Error> {
        let field = match step {
            Step::Encryption => fields::ENCRYPTION_KEY_INFORMATION,
            Step::Signature => fields::MAC_SIGNATURE_KEY_INFORMATION,
        };
        let information = self.structure.field(field).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidMessage,
                "the wrapping method needs a key that is not named",
                "name it in the Encryption or MAC/Signature Key Information",
            )
        })?;
        let identifier = information.field(fields::UNIQUE_IDENTIFIER).and_then(Value::as_text);
        let identifier =
            identifier.and_then(|text| UniqueIdentifier::new(text).ok()).ok_or_else(absent_key)?;
        let parameters = information.field(fields::CRYPTOGRAPHIC_PARAMETERS);
        let given = parameters.map(read_parameters).transpose()?;
        let (permissions, any_of) = match (step, direction) {
            (Step::Encryption, Direction::Wrap) => (Permissions::WRAP, Usage::WRAP_KEY),
            // What was registered wrapped may name a key that only wraps (OASIS TC-WRAP-3).
            (Step::Encryption, Direction::Unwrap) => {
                (Permissions::UNWRAP, Usage::UNWRAP_KEY | Usage::WRAP_KEY)
            }
            (Step::Signature, Direction::Wrap) => {
                (Permissions::WRAP, Usage::SIGN | Usage::MAC_GENERATE)
            }
            (Step::Signature, Direction::Unwrap) => {
                let both = Usage::VERIFY | Usage::MAC_VERIFY;
                (Permissions::UNWRAP, both | Usage::SIGN | Usage::MAC_GENERATE)
            }
        };
        let (keyset, version) =
            authorized.other_object(&identifier, permissions).await.map_err(unusable)?;
        let prepared = prepare(authorized.shared(), &version);
        let now = authorized.now();
        let checked = if self.pending {
            check_pending_usage(&keyset, &version, &prepared, any_of, now)
        } else {
            check_usage(&keyset, &version, &prepared, any_of, now)
        };
        checked.map_err(unusable)?;
        Ok(WrappingKey { keyset, version, given })
    }
}

impl WrappingKey {
    /// The key and the parameters to go by, with the label of OAEP.
    fn ready<'a, O: Operation>(
        &'a self,
        authorized: &'a Authorized<'_, O>,
        purpose: Purpose,
    ) -> Result<Ready<'a>, Error> {
        let prepared = prepare(authorized.shared(), &self.version);
        let given = self.given.as_ref();
        let own = self.keyset.keyset().algorithm;
        let (parameters, label) =
            choose(&prepared, own, purpose, given.map(|named| &named.parameters))?;
        let label = given
            .map(|named| named.label.as_slice())
            .filter(|label| !label.is_empty())
            .unwrap_or(label);
        check_policy(&self.keyset, &prepared, purpose, &parameters, false)?;
        Ok(Ready { key: &**prepared.key()?, parameters, label })
    }

    /// Whether it signs rather than makes a MAC.
    fn purpose(&self) -> Purpose {
        match self.version.object().object_type {
            ObjectType::PrivateKey | ObjectType::PublicKey | ObjectType::Certificate => {
                Purpose::Signature
            }
            _ => Purpose::Mac,
        }
    }
}

async fn encrypt<O: Operation>(
    authorized: &Authorized<'_, O>,
    plan: &Plan<'_>,
    plain: SecretBytes,
    nonce: &mut Option<Vec<u8>>,
) -> Result<SecretBytes, Error> {
    let wrapping = plan.key(authorized, Step::Encryption, Direction::Wrap).await?;
    let Ready { key, parameters, label } = wrapping.ready(authorized, Purpose::Wrap)?;
    let request = ParametricCipher {
        parameters: &parameters,
        // The service makes it: a specification has no field for it.
        nonce: None,
        additional_data: label,
        input: plain.expose("wrapping a key"),
        tag: None,
    };
    let wrapped = key.wrap(Direction::Wrap, request).map_err(failure)?;
    *nonce = wrapped.nonce;
    let output = [wrapped.output, wrapped.tag.unwrap_or_default()].concat();
    Ok(SecretBytes::new(output))
}

async fn decrypt<O: Operation>(
    authorized: &Authorized<'_, O>,
    plan: &Plan<'_>,
    wrapped: &[u8],
) -> Result<SecretBytes, Error> {
    let wrapping = plan.key(authorized, Step::Encryption, Direction::Unwrap).await?;
    let Ready { key, parameters, label } = wrapping.ready(authorized, Purpose::Wrap)?;
    let request = ParametricCipher {
        parameters: &parameters,
        nonce: plan.nonce(),
        additional_data: label,
        input: wrapped,
        tag: None,
    };
    let plain = key.wrap(Direction::Unwrap, request).map_err(failure)?;
    Ok(SecretBytes::new(plain.output))
}

async fn sign<O: Operation>(
    authorized: &Authorized<'_, O>,
    plan: &Plan<'_>,
    bytes: &SecretBytes,
) -> Result<Vec<u8>, Error> {
    let signing = plan.key(authorized, Step::Signature, Direction::Wrap).await?;
    let purpose = signing.purpose();
    let Ready { key, parameters, .. } = signing.ready(authorized, purpose)?;
    let data = bytes.expose("signing a wrapped key");
    let message = ParametricMessage { parameters: &parameters, data, digested: false };
    let signed = match purpose {
        Purpose::Signature => key.sign(message),
        _ => key.mac(message),
    };
    signed.map_err(failure)
}

async fn verify<O: Operation>(
    authorized: &Authorized<'_, O>,
    plan: &Plan<'_>,
    data: &[u8],
) -> Result<(), Error> {
    let signature = plan.structure.field(fields::MAC_SIGNATURE).and_then(Value::as_bytes);
    let signature = signature.ok_or_else(broken)?;
    let verifying = plan.key(authorized, Step::Signature, Direction::Unwrap).await?;
    let purpose = verifying.purpose();
    let Ready { key, parameters, .. } = verifying.ready(authorized, purpose)?;
    let message = ParametricMessage { parameters: &parameters, data, digested: false };
    let verified = match purpose {
        Purpose::Signature => match public_half(authorized, &verifying)? {
            Some(public) => public.verify(message, signature),
            None => key.verify(message, signature),
        },
        _ => key.mac_verify(message, signature),
    };
    verified.map_err(failure)
}

/// The public key of a private one, to verify with: Key Wrapping Data name the private key that signed.
fn public_half<O: Operation>(
    authorized: &Authorized<'_, O>,
    verifying: &WrappingKey,
) -> Result<Option<Arc<dyn ParametricKey>>, Error> {
    let object = verifying.version.object();
    if object.object_type != ObjectType::PrivateKey {
        return Ok(None);
    }
    let shared = authorized.shared();
    let prepared = prepare(shared, &verifying.version);
    let private: KeyComponents = match encoded(shared, &verifying.version)? {
        Encoded::Bytes(format, bytes) => {
            shared.parametric.components(prepared.material(format, &bytes)).map_err(failure)?
        }
        Encoded::Components(components) => components,
    };
    let public = shared.parametric.public_of(&private).map_err(failure)?;
    let legacy = prepared.is_legacy();
    let loaded = shared.parametric.load_components(&public, prepared.algorithm(), legacy);
    loaded.map(Some).map_err(failure)
}

/// The material and the attributes of a Key Value. What isn't one is no different from what doesn't decrypt.
fn read_key_value(plain: &SecretBytes) -> Result<(KeyBytes, super::content::Given), Error> {
    let decoded = ttlv::decode(plain.expose("reading an unwrapped key value"));
    let Some((fields::KEY_VALUE, Value::Structure(content))) = decoded else {
        return Err(broken());
    };
    let mut material = None;
    let mut attributes = Vec::new();
    for (field, value) in content {
        match (field, value) {
            (fields::KEY_MATERIAL, Value::Bytes(bytes)) => {
                material = Some(KeyBytes::Bytes(SecretBytes::new(bytes)));
            }
            (fields::KEY_MATERIAL, structure @ Value::Structure(_)) => {
                material = Some(KeyBytes::Structure(structure));
            }
            (field, value) => {
                attributes.extend(wrapped_attributes::read(field, value).ok_or_else(broken)?);
            }
        }
    }
    Ok((material.ok_or_else(broken)?, attributes))
}

/// The one error of everything that doesn't unwrap.
fn broken() -> Error {
    failure(claviger_ports::CryptoError::Failed)
}

fn absent_key() -> Error {
    Error::new(
        ErrorKind::WrappingKeyNotFound,
        "the key that wraps is not there",
        "name a key that you may wrap or unwrap with",
    )
}

/// Why a wrapping key can't be used, as the operation on the wrapped key tells it.
fn unusable(error: Error) -> Error {
    let kind = match error.kind() {
        ErrorKind::NotFound => return absent_key(),
        ErrorKind::ObjectDestroyed => ErrorKind::WrappingKeyDestroyed,
        ErrorKind::ObjectArchived => ErrorKind::WrappingKeyArchived,
        kind @ (ErrorKind::WrongState
        | ErrorKind::IncompatibleUsageMask
        | ErrorKind::PolicyForbids
        | ErrorKind::InvalidObjectType
        | ErrorKind::KeyValueNotPresent) => kind,
        _ => return error,
    };
    Error::new(
        kind,
        format!("the key that wraps cannot be used: {}", error.message()),
        "use an active key whose usage mask lets it wrap",
    )
}

fn not_supported(message: &'static str, remedy: &'static str) -> Error {
    Error::new(ErrorKind::WrappingNotSupported, message, remedy)
}

fn not_encodable(message: &'static str, remedy: &'static str) -> Error {
    Error::new(ErrorKind::EncodingOptionNotSupported, message, remedy)
}
