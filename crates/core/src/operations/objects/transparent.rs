//! Keys as structures of their numbers (KMIP 2.1 §3.4 to §3.12; the names of KMIP 1.0 to 1.2 for elliptic curves as well).

use claviger_model::{Field, KeyFormatType, RecommendedCurve, Value};
use claviger_ports::KeyComponents;
use claviger_secret::{SecretBytes, wipe_buffer};

use super::fields;
use crate::{Error, ErrorKind};

const WRITING: &str = "writing a key as a structure of its numbers";

/// Whether the format is a structure.
pub(crate) const fn is_transparent(format: KeyFormatType) -> bool {
    use KeyFormatType as F;
    !matches!(
        format,
        F::Raw
            | F::Opaque
            | F::Pkcs1
            | F::Pkcs8
            | F::X509
            | F::EcPrivateKey
            | F::Pkcs12
            | F::Pkcs10
    )
}

/// A structure that is wiped when it is dropped.
pub(crate) struct SecretStructure(pub(crate) Value);

impl Drop for SecretStructure {
    fn drop(&mut self) {
        fn wipe(value: &mut Value) {
            match value {
                Value::Structure(fields) => fields.iter_mut().for_each(|(_, value)| wipe(value)),
                Value::Bytes(bytes) | Value::BigInteger(bytes) => wipe_buffer(bytes),
                _ => {}
            }
        }
        wipe(&mut self.0);
    }
}

/// The numbers of a key, from its structure.
pub(crate) fn components_of(
    format: KeyFormatType,
    structure: &Value,
) -> Result<KeyComponents, Error> {
    use KeyFormatType as F;
    let reader = Structure(structure);
    match format {
        F::TransparentSymmetricKey => {
            Ok(KeyComponents::Symmetric(SecretBytes::copy_from(reader.bytes(fields::KEY)?)))
        }
        F::TransparentRsaPublicKey => Ok(KeyComponents::RsaPublic {
            modulus: reader.number(fields::MODULUS)?,
            public_exponent: reader.number(fields::PUBLIC_EXPONENT)?,
        }),
        F::TransparentRsaPrivateKey => rsa_private(&reader),
        F::TransparentDsaPublicKey | F::TransparentDsaPrivateKey => {
            dsa(&reader, format == F::TransparentDsaPublicKey)
        }
        F::TransparentDhPublicKey | F::TransparentDhPrivateKey => {
            diffie_hellman(&reader, format == F::TransparentDhPublicKey)
        }
        F::TransparentEcPublicKey
        | F::TransparentEcdsaPublicKey
        | F::TransparentEcdhPublicKey
        | F::TransparentEcmqvPublicKey => Ok(KeyComponents::EcPublic {
            curve: reader.curve()?,
            point: reader.bytes(fields::Q_STRING)?.to_vec(),
        }),
        F::TransparentEcPrivateKey
        | F::TransparentEcdsaPrivateKey
        | F::TransparentEcdhPrivateKey
        | F::TransparentEcmqvPrivateKey => Ok(KeyComponents::EcPrivate {
            curve: reader.curve()?,
            scalar: reader.secret(fields::D)?,
        }),
        F::Raw
        | F::Opaque
        | F::Pkcs1
        | F::Pkcs8
        | F::X509
        | F::EcPrivateKey
        | F::Pkcs12
        | F::Pkcs10 => Err(misfit()),
    }
}

fn rsa_private(reader: &Structure<'_>) -> Result<KeyComponents, Error> {
    Ok(KeyComponents::RsaPrivate {
        modulus: reader.number(fields::MODULUS)?,
        public_exponent: reader.optional(fields::PUBLIC_EXPONENT)?,
        private_exponent: reader.optional_secret(fields::PRIVATE_EXPONENT)?,
        p: reader.optional_secret(fields::P)?,
        q: reader.optional_secret(fields::Q)?,
        prime_exponent_p: reader.optional_secret(fields::PRIME_EXPONENT_P)?,
        prime_exponent_q: reader.optional_secret(fields::PRIME_EXPONENT_Q)?,
        crt_coefficient: reader.optional_secret(fields::CRT_COEFFICIENT)?,
    })
}

fn dsa(reader: &Structure<'_>, public: bool) -> Result<KeyComponents, Error> {
    let p = reader.number(fields::P)?;
    let q = reader.number(fields::Q)?;
    let g = reader.number(fields::G)?;
    Ok(if public {
        KeyComponents::DsaPublic { p, q, g, y: reader.number(fields::Y)? }
    } else {
        KeyComponents::DsaPrivate { p, q, g, x: reader.secret(fields::X)? }
    })
}

fn diffie_hellman(reader: &Structure<'_>, public: bool) -> Result<KeyComponents, Error> {
    let p = reader.number(fields::P)?;
    let g = reader.number(fields::G)?;
    let q = reader.optional(fields::Q)?;
    let j = reader.optional(fields::J)?;
    Ok(if public {
        KeyComponents::DhPublic { p, g, q, j, y: reader.number(fields::Y)? }
    } else {
        KeyComponents::DhPrivate { p, g, q, j, x: reader.secret(fields::X)? }
    })
}

/// The structure of a key's numbers in this format; none if the format is for keys of another kind.
pub(crate) fn structure_of(components: &KeyComponents, format: KeyFormatType) -> Option<Value> {
    fits(components, format).then(|| Value::Structure(fields_of(components)))
}

fn fits(components: &KeyComponents, format: KeyFormatType) -> bool {
    use KeyComponents as C;
    use KeyFormatType as F;
    match components {
        C::Symmetric(_) => format == F::TransparentSymmetricKey,
        C::RsaPublic { .. } => format == F::TransparentRsaPublicKey,
        C::RsaPrivate { .. } => format == F::TransparentRsaPrivateKey,
        C::DsaPublic { .. } => format == F::TransparentDsaPublicKey,
        C::DsaPrivate { .. } => format == F::TransparentDsaPrivateKey,
        C::DhPublic { .. } => format == F::TransparentDhPublicKey,
        C::DhPrivate { .. } => format == F::TransparentDhPrivateKey,
        C::EcPublic { .. } => matches!(
            format,
            F::TransparentEcPublicKey
                | F::TransparentEcdsaPublicKey
                | F::TransparentEcdhPublicKey
                | F::TransparentEcmqvPublicKey
        ),
        C::EcPrivate { .. } => matches!(
            format,
            F::TransparentEcPrivateKey
                | F::TransparentEcdsaPrivateKey
                | F::TransparentEcdhPrivateKey
                | F::TransparentEcmqvPrivateKey
        ),
        C::Ed25519Public { .. } => format == F::TransparentEcPublicKey,
        C::Ed25519Private { .. } => format == F::TransparentEcPrivateKey,
    }
}

/// The fields of a key's structure, in the order of the specification.
fn fields_of(components: &KeyComponents) -> Vec<(Field, Value)> {
    use KeyComponents as C;
    let number = |field, bytes: &[u8]| (field, big_integer(bytes));
    let secret = |field, bytes: &SecretBytes| number(field, bytes.expose(WRITING));
    let curve =
        |curve: RecommendedCurve| (fields::RECOMMENDED_CURVE, Value::Enumeration(curve.code()));
    match components {
        C::Symmetric(key) => vec![(fields::KEY, Value::Bytes(key.expose(WRITING).to_vec()))],
        C::RsaPublic { modulus, public_exponent } => {
            vec![number(fields::MODULUS, modulus), number(fields::PUBLIC_EXPONENT, public_exponent)]
        }
        C::RsaPrivate { .. } => rsa_private_fields(components),
        C::DsaPublic { p, q, g, y } => vec![
            number(fields::P, p),
            number(fields::Q, q),
            number(fields::G, g),
            number(fields::Y, y),
        ],
        C::DsaPrivate { p, q, g, x } => vec![
            number(fields::P, p),
            number(fields::Q, q),
            number(fields::G, g),
            secret(fields::X, x),
        ],
        C::DhPublic { p, g, q, j, y } => {
            group(p, g, q.as_deref(), j.as_deref(), number(fields::Y, y))
        }
        C::DhPrivate { p, g, q, j, x } => {
            group(p, g, q.as_deref(), j.as_deref(), secret(fields::X, x))
        }
        C::EcPublic { curve: named, point } => {
            vec![curve(*named), (fields::Q_STRING, Value::Bytes(point.clone()))]
        }
        C::EcPrivate { curve: named, scalar } => vec![curve(*named), secret(fields::D, scalar)],
        C::Ed25519Public { point } => vec![
            curve(RecommendedCurve::Curve25519),
            (fields::Q_STRING, Value::Bytes(point.clone())),
        ],
        C::Ed25519Private { seed } => {
            vec![curve(RecommendedCurve::Curve25519), secret(fields::D, seed)]
        }
    }
}

fn rsa_private_fields(components: &KeyComponents) -> Vec<(Field, Value)> {
    let KeyComponents::RsaPrivate {
        modulus,
        public_exponent,
        private_exponent,
        p,
        q,
        prime_exponent_p,
        prime_exponent_q,
        crt_coefficient,
    } = components
    else {
        return Vec::new();
    };
    let secret = |number: &Option<SecretBytes>| {
        number.as_ref().map(|number| big_integer(number.expose(WRITING)))
    };
    let all = [
        (fields::MODULUS, Some(big_integer(modulus))),
        (fields::PRIVATE_EXPONENT, secret(private_exponent)),
        (fields::PUBLIC_EXPONENT, public_exponent.as_deref().map(big_integer)),
        (fields::P, secret(p)),
        (fields::Q, secret(q)),
        (fields::PRIME_EXPONENT_P, secret(prime_exponent_p)),
        (fields::PRIME_EXPONENT_Q, secret(prime_exponent_q)),
        (fields::CRT_COEFFICIENT, secret(crt_coefficient)),
    ];
    all.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// The same key as one of Ed25519: KMIP's structures name its curve alone, which is X25519's as well.
pub(crate) fn as_ed25519(components: KeyComponents) -> KeyComponents {
    match components {
        KeyComponents::EcPublic { curve: RecommendedCurve::Curve25519, point } => {
            KeyComponents::Ed25519Public { point }
        }
        KeyComponents::EcPrivate { curve: RecommendedCurve::Curve25519, scalar } => {
            let digits = scalar.expose("reading a seed that was written as a number");
            let mut seed = vec![0; 32usize.saturating_sub(digits.len())];
            // The buffer holds no secret yet when it grows.
            seed.reserve_exact(digits.len());
            seed.extend_from_slice(digits);
            KeyComponents::Ed25519Private { seed: SecretBytes::new(seed) }
        }
        other => other,
    }
}

/// The fields of a Diffie-Hellman key: those of its group, and its own.
fn group(
    p: &[u8],
    g: &[u8],
    q: Option<&[u8]>,
    j: Option<&[u8]>,
    own: (Field, Value),
) -> Vec<(Field, Value)> {
    let all = [(fields::P, Some(p)), (fields::Q, q), (fields::G, Some(g)), (fields::J, j)];
    let present = all.into_iter().filter_map(|(field, number)| Some((field, big_integer(number?))));
    present.chain([own]).collect()
}

/// An unsigned number as KMIP writes big integers: two's complement, in a multiple of eight bytes.
fn big_integer(unsigned: &[u8]) -> Value {
    let start = unsigned.iter().position(|&byte| byte != 0).unwrap_or(unsigned.len());
    let digits = &unsigned[start..];
    let sign = usize::from(digits.first().is_none_or(|first| first & 0x80 != 0));
    let length = (digits.len() + sign).next_multiple_of(8);
    let mut bytes = Vec::with_capacity(length);
    bytes.resize(length - digits.len(), 0);
    bytes.extend_from_slice(digits);
    Value::BigInteger(bytes)
}

/// Reads a structure's fields. Of several with one tag, the first counts.
struct Structure<'a>(&'a Value);

impl<'a> Structure<'a> {
    fn bytes(&self, field: Field) -> Result<&'a [u8], Error> {
        match self.0.field(field) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(misfit()),
        }
    }

    fn curve(&self) -> Result<RecommendedCurve, Error> {
        let code = self.0.field(fields::RECOMMENDED_CURVE).and_then(Value::as_enumeration);
        RecommendedCurve::from_code(code.ok_or_else(misfit)?).ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                "the curve is none that the service knows",
                "use P-256, P-384, P-521 or another of the listed curves",
            )
        })
    }

    /// An unsigned number without leading zeros.
    fn unsigned(&self, field: Field) -> Result<Option<&'a [u8]>, Error> {
        match self.0.field(field) {
            None => Ok(None),
            Some(Value::BigInteger(bytes))
                if bytes.first().is_none_or(|first| first & 0x80 == 0) =>
            {
                let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
                Ok(Some(&bytes[start..]))
            }
            Some(_) => Err(misfit()),
        }
    }

    fn number(&self, field: Field) -> Result<Vec<u8>, Error> {
        Ok(self.unsigned(field)?.ok_or_else(misfit)?.to_vec())
    }

    fn optional(&self, field: Field) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.unsigned(field)?.map(<[u8]>::to_vec))
    }

    fn secret(&self, field: Field) -> Result<SecretBytes, Error> {
        Ok(SecretBytes::copy_from(self.unsigned(field)?.ok_or_else(misfit)?))
    }

    fn optional_secret(&self, field: Field) -> Result<Option<SecretBytes>, Error> {
        Ok(self.unsigned(field)?.map(SecretBytes::copy_from))
    }
}

fn misfit() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "the key material does not have the fields that its key format type needs, or a number in it is negative",
        "send the structure that the specification gives for the format, with positive numbers",
    )
}

#[cfg(test)]
mod tests {
    use claviger_model::{Field, KeyFormatType, Value};
    use proptest::prelude::*;

    use super::{big_integer, components_of, is_transparent, structure_of};
    use crate::operations::objects::fields;

    /// All fields that a structure of a key can have.
    const FIELDS: [Field; 16] = [
        fields::KEY,
        fields::MODULUS,
        fields::PUBLIC_EXPONENT,
        fields::PRIVATE_EXPONENT,
        fields::P,
        fields::Q,
        fields::G,
        fields::J,
        fields::X,
        fields::Y,
        fields::PRIME_EXPONENT_P,
        fields::PRIME_EXPONENT_Q,
        fields::CRT_COEFFICIENT,
        fields::RECOMMENDED_CURVE,
        fields::D,
        fields::Q_STRING,
    ];

    #[test]
    fn numbers_are_written_with_a_sign_in_eights() {
        for (unsigned, expected) in [
            ("", "0000000000000000"),
            ("00", "0000000000000000"),
            ("01", "0000000000000001"),
            ("80000000000000ff", "000000000000000080000000000000ff"),
            ("7f000000000000ff", "7f000000000000ff"),
        ] {
            let value = big_integer(&hex::decode(unsigned).unwrap());
            assert!(value == Value::BigInteger(hex::decode(expected).unwrap()), "{unsigned}");
        }
    }

    #[test]
    fn negative_numbers_and_other_types_are_refused() {
        let rsa = |modulus| {
            let exponent = (fields::PUBLIC_EXPONENT, Value::BigInteger(vec![1, 0, 1]));
            let structure = Value::Structure(vec![(fields::MODULUS, modulus), exponent]);
            components_of(KeyFormatType::TransparentRsaPublicKey, &structure)
        };
        assert!(rsa(Value::BigInteger(vec![0, 0x80])).is_ok());
        assert!(rsa(Value::BigInteger(vec![0x80])).is_err());
        assert!(rsa(Value::Bytes(vec![1])).is_err());
        let format = KeyFormatType::TransparentRsaPublicKey;
        assert!(components_of(format, &Value::Integer(1)).is_err());
    }

    proptest! {
        /// Whatever is read is written as the same numbers.
        #[test]
        fn structures_are_read_and_written_again(
            given in prop::collection::vec((0..FIELDS.len(), prop::collection::vec(any::<u8>(), 0..20), 0..4u8), 0..20),
        ) {
            let fields = given.into_iter().map(|(place, bytes, kind)| {
                let field = FIELDS[place];
                let value = match (field, kind) {
                    (_, 3) => Value::Bytes(bytes),
                    (fields::RECOMMENDED_CURVE, _) => Value::Enumeration(7),
                    (fields::KEY | fields::Q_STRING, _) => Value::Bytes(bytes),
                    _ => Value::BigInteger(bytes),
                };
                (field, value)
            });
            let structure = Value::Structure(fields.collect());
            for &format in KeyFormatType::ALL {
                let Ok(components) = components_of(format, &structure) else { continue };
                prop_assert!(is_transparent(format));
                let Some(written) = structure_of(&components, format) else {
                    return Err(TestCaseError::fail(format!("{format:?} is not written")));
                };
                let again = components_of(format, &written);
                let again = again.ok().and_then(|again| structure_of(&again, format));
                prop_assert!(again == Some(written));
            }
        }
    }
}
