//! Query and Discover Versions: what the server says about itself (KMIP 2.1 §6.1.17, §6.1.40).

use claviger_wire_kmip::payload::{DiscoverVersionsPayload, QueryRequest, QueryResponse};
use claviger_wire_kmip::{
    CapabilityInformation, DefaultsInformation, ExtensionInformation, ProfileInformation,
    ProfileVersion, ProtectionStorageMasks, ProtocolVersion, RngParameters, ServerInformation,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{
    CryptographicAlgorithm, DRBGAlgorithm, DestroyAction, ObjectType, ProfileName, QueryFunction,
    RNGAlgorithm, RNGMode, ShreddingAlgorithm, UnwrapMode,
};

use crate::batch::Batch;
use crate::bind::rules;
use crate::declaration::Declaration;
use crate::dispatch;
use crate::errors::Outcome;

/// The types of objects, in the order in which Query lists them.
const OBJECT_TYPES: &[ObjectType] = &[
    ObjectType::Certificate,
    ObjectType::SymmetricKey,
    ObjectType::SecretData,
    ObjectType::PublicKey,
    ObjectType::PrivateKey,
    ObjectType::Template,
    ObjectType::OpaqueObject,
    ObjectType::SplitKey,
    ObjectType::PGPKey,
    ObjectType::CertificateRequest,
];

/// The profiles that 1.x is told of.
const PROFILES_OF_1: &[ProfileName] = &[
    ProfileName::BaselineServerBasicKMIPV1_2,
    ProfileName::BaselineServerTLSV1_2KMIPV1_2,
    ProfileName::CompleteServerBasicKMIPV1_2,
    ProfileName::CompleteServerTLSV1_2KMIPV1_2,
];

/// The profiles that 2.x is told of, in which those of 1.x have no names (KMIP 2.1 §11.41). Complete Server isn't one: the service
/// takes no other role than its own, and does little of PKCS#11.
const PROFILES_OF_2: &[ProfileName] = &[
    ProfileName::BaselineServer,
    ProfileName::TapeLibraryServer,
    ProfileName::SymmetricKeyLifecycleServer,
    ProfileName::AsymmetricKeyLifecycleServer,
    ProfileName::BasicCryptographicServer,
    ProfileName::AdvancedCryptographicServer,
    ProfileName::RNGCryptographicServer,
    ProfileName::SymmetricKeyFoundryServer,
    ProfileName::OpaqueManagedObjectStoreServer,
    ProfileName::StorageArrayWithSelfEncryptingDriveServer,
    ProfileName::HTTPSServer,
    ProfileName::JSONServer,
    ProfileName::XMLServer,
    ProfileName::AESXTSServer,
    ProfileName::QuantumSafeServer,
];

/// Protection Storage Mask: Software (KMIP 2.1 §12.2).
const SOFTWARE: i32 = 1;

pub(crate) async fn query(batch: &Batch<'_>, request: QueryRequest) -> Outcome<QueryResponse> {
    let mut response = QueryResponse::default();
    let declared = &batch.door.options.declaration;
    let version = batch.version;
    let functions = request.query_functions;
    let has_map = functions.contains(&QueryFunction::QueryExtensionMap);
    for function in functions {
        match function {
            QueryFunction::QueryOperations => {
                response.operations = dispatch::operations(&batch.door.kms, version).collect();
            }
            QueryFunction::QueryObjects => response.object_types = object_types(version),
            QueryFunction::QueryServerInformation => {
                response.vendor_identification = Some(vendor(declared));
                response.server_information =
                    declared.server_information.unwrap_or(true).then(server_information);
            }
            QueryFunction::QueryApplicationNamespaces => {
                response.application_namespaces =
                    declared.application_namespaces.clone().unwrap_or_default();
            }
            QueryFunction::QueryExtensionList | QueryFunction::QueryExtensionMap => {
                response.extension_information = extensions(declared, has_map);
            }
            QueryFunction::QueryAttestationTypes => {
                response.attestation_types = declared.attestation_types.clone().unwrap_or_default();
            }
            QueryFunction::QueryRNGs => {
                response.rng_parameters = declared.rngs.clone().unwrap_or_else(|| vec![rng()]);
            }
            QueryFunction::QueryValidations => {
                response.validation_information = declared.validations.clone().unwrap_or_default();
            }
            QueryFunction::QueryProfiles => {
                response.profile_information =
                    declared.profiles.clone().unwrap_or_else(|| profiles(version));
            }
            QueryFunction::QueryCapabilities => {
                response.capability_information =
                    vec![declared.capability.clone().unwrap_or_else(capability)];
            }
            QueryFunction::QueryClientRegistrationMethods => {
                response.client_registration_methods =
                    declared.client_registration_methods.clone().unwrap_or_default();
            }
            QueryFunction::QueryDefaultsInformation => {
                let groups = request.object_groups.as_ref();
                let object_defaults = rules::defaults(batch, groups).await?;
                response.defaults_information = Some(DefaultsInformation { object_defaults });
            }
            QueryFunction::QueryStorageProtectionMasks => {
                response.protection_storage_masks = Some(protection_storage_masks());
            }
            // A server answers the functions that it knows.
            QueryFunction::Other(_) => {}
        }
    }
    Ok(response)
}

/// The extensions that the service has. Who asks for their map gets that alone, even if the list was asked for as well.
fn extensions(declared: &Declaration, has_map: bool) -> Vec<ExtensionInformation> {
    if has_map {
        declared.extensions.clone().unwrap_or_default()
    } else {
        declared.extension_list()
    }
}

fn vendor(declared: &Declaration) -> String {
    declared.vendor_identification.as_deref().unwrap_or("Claviger").to_owned()
}

fn protection_storage_masks() -> ProtectionStorageMasks {
    ProtectionStorageMasks { protection_storage_masks: vec![SOFTWARE] }
}

fn object_types(version: Version) -> Vec<ObjectType> {
    OBJECT_TYPES
        .iter()
        .copied()
        .filter(|&object_type| {
            object_type.since() <= version
                && !(object_type == ObjectType::Template && version.major >= 2)
        })
        .collect()
}

fn server_information() -> ServerInformation {
    ServerInformation {
        product_name: Some("Claviger".to_owned()),
        server_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..ServerInformation::default()
    }
}

/// The operating system's generator feeds a CTR_DRBG with AES-256 (NIST SP 800-90A).
pub(crate) fn rng() -> RngParameters {
    RngParameters {
        rng_algorithm: RNGAlgorithm::DRBG,
        cryptographic_algorithm: Some(CryptographicAlgorithm::AES),
        cryptographic_length: Some(256),
        hashing_algorithm: None,
        drbg_algorithm: Some(DRBGAlgorithm::CTR),
        recommended_curve: None,
        fips186_variation: None,
        prediction_resistance: Some(false),
    }
}

fn profiles(version: Version) -> Vec<ProfileInformation> {
    let profile = |profile_name| ProfileInformation {
        profile_name,
        profile_version: Some(ProfileVersion {
            profile_version_major: i32::from(version.major),
            profile_version_minor: i32::from(version.minor),
        }),
        server_uri: None,
        server_port: None,
    };
    let names = if version.major >= 2 { PROFILES_OF_2 } else { PROFILES_OF_1 };
    names.iter().copied().map(profile).collect()
}

fn capability() -> CapabilityInformation {
    CapabilityInformation {
        streaming_capability: Some(true),
        asynchronous_capability: Some(true),
        attestation_capability: Some(false),
        batch_undo_capability: Some(true),
        batch_continue_capability: Some(true),
        unwrap_mode: Some(UnwrapMode::NotProcessed),
        destroy_action: Some(DestroyAction::KeyMaterialDeleted),
        shredding_algorithm: Some(ShreddingAlgorithm::Unspecified),
        rng_mode: Some(RNGMode::SharedInstantiation),
        quantum_safe_capability: Some(true),
    }
}

/// The versions that the service speaks, newest first; of those that the client lists, in the client's order.
pub(crate) async fn discover_versions(
    _: &Batch<'_>,
    request: DiscoverVersionsPayload,
) -> Outcome<DiscoverVersionsPayload> {
    let known = Version::ALL.into_iter().rev().map(ProtocolVersion::from);
    let protocol_versions = if request.protocol_versions.is_empty() {
        known.collect()
    } else {
        let known: Vec<_> = known.collect();
        request.protocol_versions.into_iter().filter(|version| known.contains(version)).collect()
    };
    Ok(DiscoverVersionsPayload { protocol_versions })
}
