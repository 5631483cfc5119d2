//! What the values of attributes look like: their types and the fields that they need (KMIP 2.1 §4).

use claviger_model::{AttributeKey, AttributeKind, Attributes, Field, Object, Value};

use super::content::hidden;
use super::fields;
use super::given::invalid;
use super::usage_limits::Limits;
use crate::{Error, ErrorKind};

/// How large an object's attributes are together, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// The vendor whose attributes only a server makes (KMIP 1.4 §3.39).
const SERVERS_VENDOR: &str = "y";

/// Checks a value that a client gives to an attribute.
///
/// # Errors
/// [`ErrorKind::InvalidAttributeValue`] if it has the wrong type or lacks a field;
/// [`ErrorKind::ApplicationNamespaceNotSupported`] if it leaves Application Data to the service;
/// [`ErrorKind::UnsupportedAttribute`] and [`ErrorKind::AttributeReadOnly`] for names that vendors' attributes don't have.
pub(super) fn check_value(key: &AttributeKey, value: &Value) -> Result<(), Error> {
    match key {
        AttributeKey::Standard(kind) if fits(*kind, value) => Ok(()),
        AttributeKey::Standard(AttributeKind::ApplicationSpecificInformation)
            if value.field(fields::APPLICATION_NAMESPACE).and_then(Value::as_text).is_some()
                && value.field(fields::APPLICATION_DATA).is_none() =>
        {
            Err(no_application_data())
        }
        AttributeKey::Standard(kind) => Err(invalid(*kind)),
        AttributeKey::Vendor { .. } => check_vendor(key, false),
    }
}

fn fits(kind: AttributeKind, value: &Value) -> bool {
    use AttributeKind as K;
    let has_text = |field| value.field(field).and_then(Value::as_text).is_some();
    let has_code = |field| value.field(field).and_then(Value::as_enumeration).is_some();
    match kind {
        K::ActivationDate
        | K::ProcessStartDate
        | K::ProtectStopDate
        | K::DeactivationDate
        | K::OriginalCreationDate => value.as_date_time().is_some(),
        K::Sensitive | K::Extractable | K::QuantumSafe | K::RotateAutomatic => {
            value.as_boolean().is_some()
        }
        K::CryptographicUsageMask => value.as_integer().is_some(),
        K::CryptographicLength => value.as_integer().is_some_and(|length| length >= 0),
        K::CryptographicAlgorithm | K::KeyFormatType | K::ProtectionLevel | K::NistKeyType => {
            value.as_enumeration().is_some()
        }
        K::ProtectionPeriod | K::RotateInterval | K::RotateOffset => {
            matches!(value, Value::Interval(_))
        }
        K::Comment
        | K::ContactInformation
        | K::Description
        | K::ObjectGroup
        | K::OperationPolicyName
        | K::Pkcs12FriendlyName => value.as_text().is_some(),
        K::RotateName => has_text(fields::ROTATE_NAME_VALUE) && has_code(fields::ROTATE_NAME_TYPE),
        K::Name => {
            let text = value.field(fields::NAME_VALUE).and_then(Value::as_text);
            text.is_some_and(|text| !text.is_empty()) && has_code(fields::NAME_TYPE)
        }
        K::AlternativeName => {
            has_text(fields::ALTERNATIVE_NAME_VALUE) && has_code(fields::ALTERNATIVE_NAME_TYPE)
        }
        K::ApplicationSpecificInformation => {
            has_text(fields::APPLICATION_NAMESPACE) && has_text(fields::APPLICATION_DATA)
        }
        K::KeyValueLocation => {
            has_text(KEY_VALUE_LOCATION_VALUE) && has_code(KEY_VALUE_LOCATION_TYPE)
        }
        K::Link => has_text(fields::LINKED_OBJECT_IDENTIFIER) && has_code(fields::LINK_TYPE),
        K::CryptographicParameters
        | K::CryptographicDomainParameters
        | K::RandomNumberGenerator => {
            matches!(value, Value::Structure(_))
        }
        K::UsageLimits => Limits::new(value).is_ok(),
        // Only the service sets all others, or only the client that made the object.
        _ => true,
    }
}

const KEY_VALUE_LOCATION_VALUE: Field = Field(0x42_00b9);
const KEY_VALUE_LOCATION_TYPE: Field = Field(0x42_00ba);

/// Checks the name of a vendor's attribute. Servers' own are for whoever brings an object of another server.
pub(super) fn check_vendor(key: &AttributeKey, is_import: bool) -> Result<(), Error> {
    let AttributeKey::Vendor { vendor, name } = key else { return Ok(()) };
    if hidden::is_hidden(key) || (vendor == SERVERS_VENDOR && !is_import) {
        return Err(Error::new(
            ErrorKind::AttributeReadOnly,
            format!("attributes of the vendor {vendor} are the service's own"),
            "choose another vendor; in KMIP 1.x, a name that begins with x-",
        ));
    }
    let fine = |text: &str| !text.is_empty() && text.len() <= Attributes::NAME_LIMIT;
    if fine(vendor) && fine(name) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::UnsupportedAttribute,
        format!("a vendor's and an attribute's name have 1 to {} bytes", Attributes::NAME_LIMIT),
        "choose another name",
    ))
}

/// Data that a client leaves to the service are made by the door, for the namespaces that it declares; for others, by nobody.
fn no_application_data() -> Error {
    Error::new(
        ErrorKind::ApplicationNamespaceNotSupported,
        "the service makes no Application Data for this namespace",
        "give the Application Data with the Application Namespace",
    )
}

/// Refuses an object that has more attributes, or larger ones, than are kept.
pub(super) fn check_size(object: &Object) -> Result<(), Error> {
    let attributes = &object.attributes;
    let size: usize = attributes.iter().map(|attribute| size(&attribute.value)).sum();
    if attributes.len() <= Attributes::LIMIT && size <= SIZE_LIMIT {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::TooManyAttributes,
        format!(
            "an object has at most {} attributes, of at most {SIZE_LIMIT} bytes together",
            Attributes::LIMIT
        ),
        "delete attributes that are no longer needed, or keep large ones as opaque objects",
    ))
}

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    const HEADER: usize = 8;
    HEADER
        + match value {
            Value::Structure(fields) => fields.iter().map(|(_, value)| size(value)).sum(),
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) | Value::BigInteger(bytes) => bytes.len(),
            _ => 8,
        }
}
