//! What an operator declares about the installation, for Query (KMIP 2.1 §6.1.40).
//!
//! Enumerations are written by their names in the specification's XML encoding, such as `ANSIX9_31`.

use claviger_wire_kmip::{
    CapabilityInformation, ExtensionInformation, ItemTypeCode, ProfileInformation, ProfileVersion,
    RngParameters, ValidationInformation, Value,
};
use claviger_wire_ttlv::{Version, Writer, enumeration as code, tag};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::bind::value;
use crate::query;

/// What an operator declares. What it leaves out, the service says of itself; an empty list says nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Who made the server.
    pub(crate) vendor_identification: Option<String>,
    /// Whether the answer has Server Information at all.
    pub(crate) server_information: Option<bool>,
    #[serde(default, rename = "rng", deserialize_with = "list::<Rng, _, _>")]
    pub(crate) rngs: Option<Vec<RngParameters>>,
    #[serde(default, rename = "profile", deserialize_with = "list::<Profile, _, _>")]
    pub(crate) profiles: Option<Vec<ProfileInformation>>,
    #[serde(default, rename = "validation", deserialize_with = "list::<Validation, _, _>")]
    pub(crate) validations: Option<Vec<ValidationInformation>>,
    #[serde(default, deserialize_with = "one::<Capability, _, _>")]
    pub(crate) capability: Option<CapabilityInformation>,
    #[serde(default, rename = "extension", deserialize_with = "list::<Extension, _, _>")]
    pub(crate) extensions: Option<Vec<ExtensionInformation>>,
    #[serde(default, deserialize_with = "list::<Named<code::ClientRegistrationMethod>, _, _>")]
    pub(crate) client_registration_methods: Option<Vec<code::ClientRegistrationMethod>>,
    #[serde(default, deserialize_with = "list::<Named<code::AttestationType>, _, _>")]
    pub(crate) attestation_types: Option<Vec<code::AttestationType>>,
    pub(crate) application_namespaces: Option<Vec<String>>,
}

impl Declaration {
    /// What generated objects say of the generator that made them: the first declared one, or the service's own.
    #[must_use]
    pub fn random_number_generator(&self) -> claviger_model::Value {
        let own = query::rng();
        let declared = self.rngs.as_ref().and_then(|rngs| rngs.first());
        let mut writer = Writer::new();
        let open = writer.open(tag::RNG_PARAMETERS);
        declared.unwrap_or(&own).encode(&mut writer, Version::V2_1);
        writer.close(open);
        // What was just written is not deep.
        let empty = claviger_model::Value::Structure(Vec::new());
        Value::read(writer.into_buffer().item()).map_or(empty, value::to_core)
    }

    /// The extensions by their names alone.
    pub(crate) fn extension_list(&self) -> Vec<ExtensionInformation> {
        let name = |extension: &ExtensionInformation| ExtensionInformation {
            extension_tag: None,
            extension_type: None,
            ..extension.clone()
        };
        self.extensions.iter().flatten().map(name).collect()
    }
}

/// Reads a list of what an operator writes into a list of what a message carries.
fn list<'de, T, U, D>(deserializer: D) -> Result<Option<Vec<U>>, D::Error>
where
    T: Deserialize<'de> + Into<U>,
    D: Deserializer<'de>,
{
    let list = Vec::<T>::deserialize(deserializer)?;
    Ok(Some(list.into_iter().map(Into::into).collect()))
}

fn one<'de, T, U, D>(deserializer: D) -> Result<Option<U>, D::Error>
where
    T: Deserialize<'de> + Into<U>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(|one| Some(one.into()))
}

/// A member of an enumeration, by its name.
struct Named<T>(T);

macro_rules! named {
    ($($name:ident),* $(,)?) => {$(
        impl<'de> Deserialize<'de> for Named<code::$name> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let found = code::$name::ALL.iter().find(|member| member.name() == Some(&text));
                found.copied().map(Self).ok_or_else(|| {
                    D::Error::custom(format!(concat!("{} is no ", stringify!($name)), text))
                })
            }
        }

        impl From<Named<code::$name>> for code::$name {
            fn from(named: Named<code::$name>) -> Self {
                named.0
            }
        }
    )*};
}

named!(
    AttestationType,
    ClientRegistrationMethod,
    CryptographicAlgorithm,
    DRBGAlgorithm,
    DestroyAction,
    FIPS186Variation,
    HashingAlgorithm,
    ProfileName,
    RNGAlgorithm,
    RNGMode,
    RecommendedCurve,
    ShreddingAlgorithm,
    UnwrapMode,
    ValidationAuthorityType,
    ValidationType,
);

fn inner<T>(named: Option<Named<T>>) -> Option<T> {
    named.map(|named| named.0)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rng {
    algorithm: Named<code::RNGAlgorithm>,
    cryptographic_algorithm: Option<Named<code::CryptographicAlgorithm>>,
    cryptographic_length: Option<i32>,
    hashing_algorithm: Option<Named<code::HashingAlgorithm>>,
    drbg_algorithm: Option<Named<code::DRBGAlgorithm>>,
    recommended_curve: Option<Named<code::RecommendedCurve>>,
    fips186_variation: Option<Named<code::FIPS186Variation>>,
    prediction_resistance: Option<bool>,
}

impl From<Rng> for RngParameters {
    fn from(rng: Rng) -> Self {
        Self {
            rng_algorithm: rng.algorithm.0,
            cryptographic_algorithm: inner(rng.cryptographic_algorithm),
            cryptographic_length: rng.cryptographic_length,
            hashing_algorithm: inner(rng.hashing_algorithm),
            drbg_algorithm: inner(rng.drbg_algorithm),
            recommended_curve: inner(rng.recommended_curve),
            fips186_variation: inner(rng.fips186_variation),
            prediction_resistance: rng.prediction_resistance,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    name: Named<code::ProfileName>,
    version_major: Option<i32>,
    version_minor: Option<i32>,
    server_uri: Option<String>,
    server_port: Option<i32>,
}

impl From<Profile> for ProfileInformation {
    fn from(profile: Profile) -> Self {
        let version = profile.version_major.map(|major| ProfileVersion {
            profile_version_major: major,
            profile_version_minor: profile.version_minor.unwrap_or(0),
        });
        Self {
            profile_name: profile.name.0,
            profile_version: version,
            server_uri: profile.server_uri,
            server_port: profile.server_port,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Validation {
    authority_type: Named<code::ValidationAuthorityType>,
    authority_country: Option<String>,
    authority_uri: Option<String>,
    version_major: i32,
    version_minor: Option<i32>,
    #[serde(rename = "type")]
    validation_type: Named<code::ValidationType>,
    level: i32,
    certificate_identifier: Option<String>,
    certificate_uri: Option<String>,
    vendor_uri: Option<String>,
    #[serde(default)]
    profiles: Vec<String>,
}

impl From<Validation> for ValidationInformation {
    fn from(validation: Validation) -> Self {
        Self {
            validation_authority_type: validation.authority_type.0,
            validation_authority_country: validation.authority_country,
            validation_authority_uri: validation.authority_uri,
            validation_version_major: validation.version_major,
            validation_version_minor: validation.version_minor,
            validation_type: validation.validation_type.0,
            validation_level: validation.level,
            validation_certificate_identifier: validation.certificate_identifier,
            validation_certificate_uri: validation.certificate_uri,
            validation_vendor_uri: validation.vendor_uri,
            validation_profiles: validation.profiles,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Capability {
    streaming: Option<bool>,
    asynchronous: Option<bool>,
    attestation: Option<bool>,
    batch_undo: Option<bool>,
    batch_continue: Option<bool>,
    unwrap_mode: Option<Named<code::UnwrapMode>>,
    destroy_action: Option<Named<code::DestroyAction>>,
    shredding_algorithm: Option<Named<code::ShreddingAlgorithm>>,
    rng_mode: Option<Named<code::RNGMode>>,
    quantum_safe: Option<bool>,
}

impl From<Capability> for CapabilityInformation {
    fn from(capability: Capability) -> Self {
        Self {
            streaming_capability: capability.streaming,
            asynchronous_capability: capability.asynchronous,
            attestation_capability: capability.attestation,
            batch_undo_capability: capability.batch_undo,
            batch_continue_capability: capability.batch_continue,
            unwrap_mode: inner(capability.unwrap_mode),
            destroy_action: inner(capability.destroy_action),
            shredding_algorithm: inner(capability.shredding_algorithm),
            rng_mode: inner(capability.rng_mode),
            quantum_safe_capability: capability.quantum_safe,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    name: String,
    tag: Option<i32>,
    #[serde(rename = "type")]
    item_type: Option<u32>,
}

impl From<Extension> for ExtensionInformation {
    fn from(extension: Extension) -> Self {
        Self {
            extension_name: extension.name,
            extension_tag: extension.tag,
            extension_type: extension.item_type.map(ItemTypeCode),
            extension_enumeration: None,
            extension_attribute: None,
            extension_parent_structure_tag: None,
            extension_description: None,
        }
    }
}
