//! Attributes inside a Key Value that is wrapped: in the shape of KMIP 1.x or 2.x, as the names were given.
//!
//! A Key Wrapping Specification names attributes either by Attribute Name, as text; then they are written as KMIP 1.x has them,
//! each with its name. Or by Attribute Reference, as KMIP 2.x names attributes elsewhere; then they are written as fields of one
//! structure Attributes.

use claviger_model::{ATTRIBUTES, AttributeKey, AttributeKind, Field, Value};

use super::content::Given;
use super::fields;
use crate::{Error, ErrorKind};

/// The attributes that a Key Wrapping Specification wants wrapped with the key, in order.
///
/// # Errors
/// [`ErrorKind::UnsupportedAttribute`] if the service knows no such attribute.
pub(crate) fn requested_attributes(specification: &Value) -> Result<Vec<AttributeKey>, Error> {
    let Value::Structure(content) = specification else { return Ok(Vec::new()) };
    let named = content.iter().filter_map(|(field, value)| match *field {
        fields::ATTRIBUTE_NAME => Some(value.as_text().and_then(key_of_name)),
        fields::ATTRIBUTE_REFERENCE => Some(key_of_reference(value)),
        _ => None,
    });
    named.collect::<Option<_>>().ok_or_else(|| {
        Error::new(
            ErrorKind::UnsupportedAttribute,
            "an attribute that is to be wrapped with the key is none that the service knows",
            "name attributes as the specification does",
        )
    })
}

/// Whether any are wanted.
pub(super) fn are_requested(specification: &Value) -> bool {
    specification.field(fields::ATTRIBUTE_NAME).is_some()
        || specification.field(fields::ATTRIBUTE_REFERENCE).is_some()
}

/// The fields of a Key Value for these attributes, in the shape that the specification's names ask for.
pub(super) fn write(specification: &Value, attributes: &Given) -> Vec<(Field, Value)> {
    if attributes.is_empty() {
        return Vec::new();
    }
    if specification.field(fields::ATTRIBUTE_REFERENCE).is_some() {
        let one = |(key, value): &(AttributeKey, Value)| match key {
            AttributeKey::Standard(kind) => (kind.field(), value.clone()),
            AttributeKey::Vendor { vendor, name } => (
                fields::ATTRIBUTE,
                Value::Structure(vec![
                    (fields::VENDOR_IDENTIFICATION, Value::Text(vendor.clone())),
                    (fields::ATTRIBUTE_NAME, Value::Text(name.clone())),
                    (fields::ATTRIBUTE_VALUE, value.clone()),
                ]),
            ),
        };
        let all = attributes.iter().map(one).collect();
        return vec![(fields::ATTRIBUTES, Value::Structure(all))];
    }
    let one = |(key, value): &(AttributeKey, Value)| {
        let content = vec![
            (fields::ATTRIBUTE_NAME, Value::Text(name_of(key))),
            (fields::ATTRIBUTE_VALUE, value.clone()),
        ];
        (fields::ATTRIBUTE, Value::Structure(content))
    };
    attributes.iter().map(one).collect()
}

/// The attributes of one field of a Key Value, in either shape.
pub(super) fn read(field: Field, value: Value) -> Option<Given> {
    match (field, value) {
        (fields::ATTRIBUTE, attribute) => Some(vec![read_one(&attribute)?]),
        (fields::ATTRIBUTES, Value::Structure(content)) => content
            .into_iter()
            .map(|(field, value)| match field {
                fields::ATTRIBUTE => read_one(&value),
                field => Some((AttributeKey::Standard(AttributeKind::from_field(field)?), value)),
            })
            .collect(),
        _ => None,
    }
}

fn read_one(attribute: &Value) -> Option<(AttributeKey, Value)> {
    let name = attribute.field(fields::ATTRIBUTE_NAME)?.as_text()?;
    let key = match attribute.field(fields::VENDOR_IDENTIFICATION) {
        Some(vendor) => vendor_key(vendor.as_text()?, name)?,
        None => key_of_name(name)?,
    };
    Some((key, attribute.field(fields::ATTRIBUTE_VALUE)?.clone()))
}

fn key_of_reference(reference: &Value) -> Option<AttributeKey> {
    match reference {
        Value::Enumeration(tag) => {
            Some(AttributeKey::Standard(AttributeKind::from_field(Field(*tag))?))
        }
        structure => vendor_key(
            structure.field(fields::VENDOR_IDENTIFICATION)?.as_text()?,
            structure.field(fields::ATTRIBUTE_NAME)?.as_text()?,
        ),
    }
}

fn vendor_key(vendor: &str, name: &str) -> Option<AttributeKey> {
    let key = AttributeKey::Vendor { vendor: vendor.to_owned(), name: name.to_owned() };
    (!super::hidden::is_hidden(&key)).then_some(key)
}

/// The attribute of a name of KMIP 1.x: its own name of a few words, or `x-` or `y-` before a client's.
fn key_of_name(name: &str) -> Option<AttributeKey> {
    for vendor in ["x", "y"] {
        let own = name.strip_prefix(vendor).and_then(|rest| rest.strip_prefix('-'));
        if let Some(own) = own {
            return vendor_key(vendor, own);
        }
    }
    let wanted = letters(name);
    let rule = ATTRIBUTES.iter().find(|rule| letters(&format!("{:?}", rule.kind)) == wanted)?;
    Some(AttributeKey::Standard(rule.kind))
}

/// The name of KMIP 1.x: the words of the kind's own name.
fn name_of(key: &AttributeKey) -> String {
    let kind = match key {
        AttributeKey::Vendor { vendor, name } => return format!("{vendor}-{name}"),
        AttributeKey::Standard(kind) => *kind,
    };
    match kind {
        AttributeKind::X509CertificateIdentifier => return "X.509 Certificate Identifier".into(),
        AttributeKind::X509CertificateIssuer => return "X.509 Certificate Issuer".into(),
        AttributeKind::X509CertificateSubject => return "X.509 Certificate Subject".into(),
        AttributeKind::Pkcs12FriendlyName => return "PKCS#12 Friendly Name".into(),
        AttributeKind::CertificateSubjectCn => return "Certificate Subject CN".into(),
        AttributeKind::CertificateIssuerCn => return "Certificate Issuer CN".into(),
        _ => {}
    }
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.push(letter);
    }
    name
}

/// A name without what lies between its words.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use claviger_model::{ATTRIBUTES, AttributeKey, AttributeKind, Value};

    use super::{key_of_name, name_of, read, requested_attributes, write};
    use crate::operations::objects::fields;

    #[test]
    fn every_name_is_read_back() {
        for rule in ATTRIBUTES {
            let key = AttributeKey::Standard(rule.kind);
            assert_eq!(key_of_name(&name_of(&key)), Some(key));
        }
        let named = |name| key_of_name(name).unwrap();
        assert_eq!(
            named("Cryptographic Usage Mask"),
            AttributeKey::Standard(AttributeKind::CryptographicUsageMask)
        );
        assert_eq!(
            named("x-Site 7"),
            AttributeKey::Vendor { vendor: "x".into(), name: "Site 7".into() }
        );
        assert_eq!(key_of_name("Colour"), None);
    }

    #[test]
    fn both_shapes_are_read_as_they_were_written() {
        let given = vec![
            (AttributeKey::Standard(AttributeKind::CryptographicUsageMask), Value::Integer(12)),
            (
                AttributeKey::Vendor { vendor: "x".into(), name: "Site".into() },
                Value::Text("north".into()),
            ),
        ];
        let one = Value::Structure(vec![
            (fields::ATTRIBUTE_NAME, Value::Text("Cryptographic Usage Mask".into())),
            (fields::ATTRIBUTE_NAME, Value::Text("x-Site".into())),
        ]);
        let mask = AttributeKind::CryptographicUsageMask.field().0;
        let two = Value::Structure(vec![
            (fields::ATTRIBUTE_REFERENCE, Value::Enumeration(mask)),
            (
                fields::ATTRIBUTE_REFERENCE,
                Value::Structure(vec![
                    (fields::VENDOR_IDENTIFICATION, Value::Text("x".into())),
                    (fields::ATTRIBUTE_NAME, Value::Text("Site".into())),
                ]),
            ),
        ]);
        for (specification, shapes) in [(one, 2), (two, 1)] {
            let keys = requested_attributes(&specification).unwrap();
            assert_eq!(keys, given.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>());
            let written = write(&specification, &given);
            assert_eq!(written.len(), shapes);
            let again: Option<Vec<_>> =
                written.into_iter().map(|(field, value)| read(field, value)).collect();
            assert!(again.unwrap().concat() == given);
        }
    }

    #[test]
    fn hidden_attributes_are_not_named() {
        let hidden = Value::Structure(vec![(
            fields::ATTRIBUTE_REFERENCE,
            Value::Structure(vec![
                (fields::VENDOR_IDENTIFICATION, Value::Text("claviger".into())),
                (fields::ATTRIBUTE_NAME, Value::Text("legacy".into())),
            ]),
        )]);
        assert!(requested_attributes(&hidden).is_err());
    }
}
