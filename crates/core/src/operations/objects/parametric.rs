//! An object made ready for use: what its attributes say about it, worked out once, and its key with whatever parameters.

use std::sync::Arc;

use claviger_model::{
    AttributeKind, CryptographicAlgorithm, Hash, KeyFormatType, KeySpec, Object, RecommendedCurve,
};
use claviger_ports::{
    CryptoError, DERIVED_TOO_LONG, INVALID_TAG_LENGTH, MISSING_NONCE, ParametricKey,
    ParametricMaterial,
};
use claviger_secret::SecretBytes;

use super::formats::{self, Encoded};
use super::parameters::{NamedParameters, read_parameters};
use super::{fields, hidden};
use crate::keyring::LoadedVersion;
use crate::kms::Shared;
use crate::{Error, ErrorKind};

/// What an object's attributes say about its use. Kept with the loaded version, which is loaded anew when any of it changes.
pub(crate) struct UseFacts {
    algorithm: Option<CryptographicAlgorithm>,
    curve: Option<RecommendedCurve>,
    mask: Option<u32>,
    archived: bool,
    legacy: bool,
    native: bool,
    limited: bool,
    parameters: Vec<NamedParameters>,
    unreadable_parameters: bool,
}

/// An object ready for use.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<'a> {
    shared: &'a Shared,
    version: &'a LoadedVersion,
    facts: &'a UseFacts,
}

/// Makes an object ready. What it takes is done the first time only.
pub(crate) fn prepare<'a>(shared: &'a Shared, version: &'a LoadedVersion) -> Prepared<'a> {
    let facts = version.use_facts(|| UseFacts::of(version.object()));
    Prepared { shared, version, facts }
}

impl<'a> Prepared<'a> {
    /// The key, for parameters that the caller names.
    pub(crate) fn key(&self) -> Result<&'a Arc<dyn ParametricKey>, Error> {
        self.version.parametric(|| load(self.shared, self.version, self.facts))
    }

    /// Bytes of the object's key, with what the object says of them.
    pub(crate) fn material<'b>(
        &self,
        format: KeyFormatType,
        bytes: &'b SecretBytes,
    ) -> ParametricMaterial<'b> {
        self.facts.material(format, bytes)
    }

    /// What the key is for, where the object says it.
    pub(crate) fn algorithm(&self) -> Option<CryptographicAlgorithm> {
        self.facts.algorithm
    }

    /// The bits of the usage mask; none if the object has none of its own.
    pub(crate) fn mask(&self) -> Option<u32> {
        self.facts.mask
    }

    /// Whether the object is archived.
    pub(crate) fn is_archived(&self) -> bool {
        self.facts.archived
    }

    /// Whether it may be used with what is out of use.
    pub(crate) fn is_legacy(&self) -> bool {
        self.facts.legacy
    }

    /// Whether the native doors made it, so that its policy restricts algorithms and nonces.
    pub(crate) fn is_native(&self) -> bool {
        self.facts.native
    }

    /// Whether it has usage limits.
    pub(crate) fn is_limited(&self) -> bool {
        self.facts.limited
    }

    /// Its Cryptographic Parameters, in order.
    pub(crate) fn parameters(&self) -> &'a [NamedParameters] {
        &self.facts.parameters
    }

    /// Whether it has Cryptographic Parameters that the service doesn't know.
    pub(crate) fn has_unreadable_parameters(&self) -> bool {
        self.facts.unreadable_parameters
    }
}

impl UseFacts {
    fn of(object: &Object) -> Self {
        let attributes = &object.attributes;
        let flag =
            |name| hidden::value(attributes, name).map(|value| value.as_boolean() == Some(true));
        let legacy = flag(hidden::LEGACY);
        let mut parameters = Vec::new();
        let mut unreadable_parameters = false;
        for value in attributes.all(AttributeKind::CryptographicParameters) {
            match read_parameters(value) {
                Ok(named) => parameters.push(named),
                Err(_) => unreadable_parameters = true,
            }
        }
        let named = attributes.get(AttributeKind::CryptographicAlgorithm);
        let named =
            named.and_then(|value| CryptographicAlgorithm::from_code(value.as_enumeration()?));
        let domain = attributes.get(AttributeKind::CryptographicDomainParameters);
        let curve = domain
            .and_then(|value| value.field(fields::RECOMMENDED_CURVE)?.as_enumeration())
            .and_then(RecommendedCurve::from_code);
        let mask = attributes.get(AttributeKind::CryptographicUsageMask);
        Self {
            algorithm: named.or_else(|| algorithm_of(object.spec)),
            curve: curve.or_else(|| curve_of(object.spec)),
            mask: mask.and_then(|value| value.as_integer()).map(i32::cast_unsigned),
            archived: flag(hidden::ARCHIVED) == Some(true),
            legacy: legacy == Some(true),
            // Whatever a protocol's operation made says whether it is legacy.
            native: legacy.is_none(),
            limited: attributes.get(AttributeKind::UsageLimits).is_some(),
            parameters,
            unreadable_parameters,
        }
    }
}

impl UseFacts {
    fn material<'b>(
        &self,
        format: KeyFormatType,
        bytes: &'b SecretBytes,
    ) -> ParametricMaterial<'b> {
        let Self { algorithm, curve, .. } = *self;
        ParametricMaterial { algorithm, format, bytes, curve }
    }
}

/// What material of this kind is for.
pub(crate) const fn algorithm_of(spec: KeySpec) -> Option<CryptographicAlgorithm> {
    use CryptographicAlgorithm as A;
    Some(match spec {
        KeySpec::Aes128
        | KeySpec::Aes192
        | KeySpec::Aes256
        | KeySpec::AesXts128
        | KeySpec::AesXts256 => A::Aes,
        KeySpec::ChaCha20 => A::ChaCha20Poly1305,
        KeySpec::Hmac(Hash::Sha1) => A::HmacSha1,
        KeySpec::Hmac(Hash::Sha224) => A::HmacSha224,
        KeySpec::Hmac(Hash::Sha256) => A::HmacSha256,
        KeySpec::Hmac(Hash::Sha384) => A::HmacSha384,
        KeySpec::Hmac(Hash::Sha512) => A::HmacSha512,
        KeySpec::Hmac(Hash::Sha3With224) => A::HmacSha3With224,
        KeySpec::Hmac(Hash::Sha3With256) => A::HmacSha3With256,
        KeySpec::Hmac(Hash::Sha3With384) => A::HmacSha3With384,
        KeySpec::Hmac(Hash::Sha3With512) => A::HmacSha3With512,
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => A::Rsa,
        KeySpec::EcP256 | KeySpec::EcP384 | KeySpec::EcP521 | KeySpec::EcSecp256k1 => A::Ec,
        KeySpec::Ed25519 => A::Ed25519,
        KeySpec::X25519 => A::Ecdh,
        KeySpec::Hmac(Hash::Sha512Truncated256)
        | KeySpec::Secret
        | KeySpec::MlKem512
        | KeySpec::MlKem768
        | KeySpec::MlKem1024
        | KeySpec::MlDsa44
        | KeySpec::MlDsa65
        | KeySpec::MlDsa87
        | KeySpec::Other => return None,
    })
}

/// The curve of material of this kind.
pub(crate) const fn curve_of(spec: KeySpec) -> Option<RecommendedCurve> {
    Some(match spec {
        KeySpec::EcP256 => RecommendedCurve::P256,
        KeySpec::EcP384 => RecommendedCurve::P384,
        KeySpec::EcP521 => RecommendedCurve::P521,
        KeySpec::EcSecp256k1 => RecommendedCurve::Secp256k1,
        KeySpec::Ed25519 | KeySpec::X25519 => RecommendedCurve::Curve25519,
        _ => return None,
    })
}

fn load(
    shared: &Shared,
    version: &LoadedVersion,
    facts: &UseFacts,
) -> Result<Arc<dyn ParametricKey>, Error> {
    let loaded = match formats::encoded(shared, version)? {
        Encoded::Bytes(format, bytes) => {
            shared.parametric.load(facts.material(format, &bytes), facts.legacy)
        }
        Encoded::Components(components) => {
            shared.parametric.load_components(&components, facts.algorithm, facts.legacy)
        }
    };
    loaded.map_err(|error| match error {
        CryptoError::InvalidKey(what) => Error::new(
            ErrorKind::Unsupported,
            what,
            "register a valid key in the format that it names; keys are kept as they come and read when they are used",
        ),
        error => failure(error),
    })
}

/// What a failure of the cryptography is to somebody who named parameters.
pub(crate) fn failure(error: CryptoError) -> Error {
    match error {
        MISSING_NONCE => Error::new(
            ErrorKind::MissingInitializationVector,
            "the mode needs an initialisation vector, counter or nonce, and none was given",
            "pass the one that the encryption used or returned",
        ),
        INVALID_TAG_LENGTH => Error::new(
            ErrorKind::InvalidTagLength,
            "the mode has no authentication tags of this length",
            "GCM takes 4, 8 and 12 to 16 bytes, CCM the even lengths from 4 to 16",
        ),
        DERIVED_TOO_LONG => Error::new(
            ErrorKind::CryptographicFailure,
            "the derivation method does not give as many bits as were asked for",
            "ask for a shorter object, or name another method or hash",
        ),
        CryptoError::InvalidParameter(what) => Error::new(
            ErrorKind::InvalidParameters,
            what,
            "name parameters that fit the key and each other",
        ),
        CryptoError::TooLong { limit } => Error::new(
            ErrorKind::CryptographicFailure,
            format!("the input is longer than the {limit} bytes that the algorithm takes"),
            "shorten the input, or protect it with a symmetric key",
        ),
        CryptoError::Failed => Error::new(
            ErrorKind::CryptographicFailure,
            "the data do not decrypt or verify: they, the tag or the parameters are not those of the encryption",
            "pass everything as the encryption gave it, with the same key and parameters",
        ),
        error => error.into(),
    }
}
