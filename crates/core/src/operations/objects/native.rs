//! What a protocol's client registered, in the encoding of the crypto port, so that the native doors can use it too.

use claviger_model::{KeyFormat, KeyFormatType, KeySpec};
use claviger_ports::{Crypto, ImportedKey, KeyComponents, ParametricCrypto, ParametricMaterial};

use super::parametric::{algorithm_of, curve_of};
use super::transparent::{SecretStructure, as_ed25519, components_of};
use crate::Error;
use crate::codec::{Block, Material, decode_value};

const WHY: &str = "reading what a client registered";

/// Registered material as the crypto port has it; none if the native doors can't use it.
///
/// # Errors
/// If it is no key of this kind.
pub(crate) fn native_block(
    crypto: &dyn Crypto,
    parametric: &dyn ParametricCrypto,
    spec: KeySpec,
    block: &Block,
) -> Result<Option<Material>, Error> {
    if spec == KeySpec::Other || block.wrapping.is_some() {
        return Ok(None);
    }
    let Some(format) = KeyFormatType::from_code(block.format) else { return Ok(None) };
    let bytes = block.bytes.expose(WHY);
    let imported = match format {
        KeyFormatType::Raw if spec.is_symmetric() => {
            crypto.import(KeyFormat::Raw, Some(spec), bytes)?
        }
        KeyFormatType::X509 => crypto.import(KeyFormat::Spki, Some(spec), bytes)?,
        KeyFormatType::Opaque | KeyFormatType::Pkcs12 | KeyFormatType::Pkcs10 => return Ok(None),
        _ => {
            let direct = match format {
                KeyFormatType::Pkcs8 => crypto.import(KeyFormat::Pkcs8, Some(spec), bytes).ok(),
                _ => None,
            };
            match direct {
                Some(imported) => imported,
                None => {
                    let numbers = numbers(parametric, spec, format, block)?;
                    import_numbers(crypto, parametric, spec, &numbers)?
                }
            }
        }
    };
    Ok(Some(if imported.public_only {
        let public = imported.material.expose("keeping a public key, which is no secret");
        Material::Public(public.to_vec())
    } else {
        Material::Secret(imported.material)
    }))
}

/// The numbers of a key in a format that the crypto port doesn't read.
fn numbers(
    parametric: &dyn ParametricCrypto,
    spec: KeySpec,
    format: KeyFormatType,
    block: &Block,
) -> Result<KeyComponents, Error> {
    if !block.structure {
        let (algorithm, curve) = (algorithm_of(spec), curve_of(spec));
        let material = ParametricMaterial { algorithm, format, bytes: &block.bytes, curve };
        return Ok(parametric.components(material)?);
    }
    let structure = decode_value(block.bytes.expose(WHY)).map(SecretStructure);
    let structure = structure.ok_or_else(|| Error::inconsistent("a registered key"))?;
    let components = components_of(format, &structure.0)?;
    Ok(if spec == KeySpec::Ed25519 { as_ed25519(components) } else { components })
}

fn import_numbers(
    crypto: &dyn Crypto,
    parametric: &dyn ParametricCrypto,
    spec: KeySpec,
    components: &KeyComponents,
) -> Result<ImportedKey, Error> {
    use KeyComponents as C;
    let (written, format) = match components {
        C::Symmetric(key) => {
            return Ok(crypto.import(KeyFormat::Raw, Some(spec), key.expose(WHY))?);
        }
        C::RsaPublic { .. }
        | C::DsaPublic { .. }
        | C::DhPublic { .. }
        | C::EcPublic { .. }
        | C::Ed25519Public { .. } => (KeyFormatType::X509, KeyFormat::Spki),
        C::RsaPrivate { .. }
        | C::DsaPrivate { .. }
        | C::DhPrivate { .. }
        | C::EcPrivate { .. }
        | C::Ed25519Private { .. } => (KeyFormatType::Pkcs8, KeyFormat::Pkcs8),
    };
    let encoded = parametric.encode(components, written)?;
    Ok(crypto.import(format, Some(spec), encoded.expose(WHY))?)
}
