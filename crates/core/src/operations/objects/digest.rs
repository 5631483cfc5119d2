//! The Digest of an object: SHA-256 over its material in the format in which it is given by default (KMIP 2.1 §4.20).

use claviger_model::{
    CryptographicAlgorithm, Hash, HashingAlgorithm, KeyFormat, KeyFormatType, KeySpec, Value,
};
use claviger_ports::ParametricMaterial;
use claviger_secret::SecretBytes;

use super::transparent::{SecretStructure, structure_of};
use super::{fields, ttlv};
use crate::Error;
use crate::codec::{Block, Material, decode_value};
use crate::kms::Shared;

const WHY: &str = "digesting an object's material";

/// The attribute Digest of these bytes.
pub(super) fn digest(shared: &Shared, bytes: &[u8], format: KeyFormatType) -> Result<Value, Error> {
    let hash = shared.crypto.hash(Hash::Sha256, bytes)?;
    Ok(Value::Structure(vec![
        (fields::HASHING_ALGORITHM, Value::Enumeration(HashingAlgorithm::Sha256.code())),
        (fields::DIGEST_VALUE, Value::Bytes(hash)),
        (fields::KEY_FORMAT_TYPE, Value::Enumeration(format.code())),
    ]))
}

/// The digest of what a client registered: over the bytes as they came; of transparent formats, over the encoding of the
/// structure. None for formats that have no name here.
pub(super) fn of_block(shared: &Shared, block: &Block) -> Result<Option<Value>, Error> {
    let Some(format) = KeyFormatType::from_code(block.format) else { return Ok(None) };
    let bytes = block.bytes.expose(WHY);
    if !block.structure {
        return digest(shared, bytes, format).map(Some);
    }
    let structure = decode_value(bytes).map(SecretStructure);
    let structure = structure.ok_or_else(|| Error::inconsistent("key material"))?;
    let encoded = ttlv::encode(fields::KEY_MATERIAL, &structure.0);
    digest(shared, encoded.expose(WHY), format).map(Some)
}

/// The digest of what the service made, in this format.
pub(super) fn of_generated(
    shared: &Shared,
    algorithm: Option<CryptographicAlgorithm>,
    spec: KeySpec,
    material: &Material,
    format: KeyFormatType,
) -> Result<Option<Value>, Error> {
    let bytes = match material {
        Material::Secret(secret) if format == KeyFormatType::Raw => secret.duplicate(WHY),
        Material::Secret(secret) if format == KeyFormatType::TransparentSymmetricKey => {
            let key = Value::Bytes(secret.expose(WHY).to_vec());
            let key = SecretStructure(Value::Structure(vec![(fields::KEY, key)]));
            ttlv::encode(fields::KEY_MATERIAL, &key.0)
        }
        Material::Secret(secret) => {
            let pkcs8 = private_key(shared, spec, secret)?;
            written(shared, algorithm, KeyFormatType::Pkcs8, pkcs8, format)?
        }
        Material::Public(public) => {
            let bytes = SecretBytes::copy_from(public);
            written(shared, algorithm, KeyFormatType::X509, bytes, format)?
        }
        Material::Block(block) => return of_block(shared, block),
        Material::Absent | Material::Destroyed => return Ok(None),
    };
    digest(shared, bytes.expose(WHY), format).map(Some)
}

/// A private key that the service made, as PKCS#8.
pub(super) fn private_key(
    shared: &Shared,
    spec: KeySpec,
    secret: &SecretBytes,
) -> Result<SecretBytes, Error> {
    // What the crypto port doesn't know was made by the parametric one, as PKCS#8.
    if spec == KeySpec::Other {
        return Ok(secret.duplicate("reading a private key as PKCS#8"));
    }
    Ok(shared.crypto.export(spec, secret, KeyFormat::Pkcs8)?)
}

fn written(
    shared: &Shared,
    algorithm: Option<CryptographicAlgorithm>,
    from: KeyFormatType,
    bytes: SecretBytes,
    to: KeyFormatType,
) -> Result<SecretBytes, Error> {
    if from == to {
        return Ok(bytes);
    }
    let material = ParametricMaterial { algorithm, format: from, bytes: &bytes, curve: None };
    let components = shared.parametric.components(material)?;
    match structure_of(&components, to) {
        Some(structure) => Ok(ttlv::encode(fields::KEY_MATERIAL, &structure)),
        None => Ok(shared.parametric.encode(&components, to)?),
    }
}
