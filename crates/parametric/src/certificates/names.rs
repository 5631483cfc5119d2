//! Distinguished names.

use claviger_ports::CryptoError;
use der::asn1::{BmpString, Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use der::{Encode, Tag, Tagged};
use std::str::FromStr;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

/// The longest name as text, in bytes.
const LIMIT: usize = 4096;

/// The name that RFC 4514 text stands for.
pub(super) fn parse(text: &str) -> Result<Name, CryptoError> {
    let invalid = CryptoError::InvalidParameter(
        "the name is not written as RFC 4514 has it: for example CN=device 7,O=Example,C=CH",
    );
    if text.len() > LIMIT {
        return Err(invalid);
    }
    let name = Name::from_str(text).map_err(|_| invalid.clone())?;
    if name.is_empty() { Err(invalid) } else { Ok(name) }
}

/// The parts of a name, in its order: object identifier and value. A value that isn't text is `#` and its DER in
/// hexadecimal (RFC 4514 §2.4).
pub(super) fn parts(name: &Name) -> Result<Vec<(String, String)>, CryptoError> {
    name.iter().map(|part| Ok((part.oid.to_string(), value(part)?))).collect()
}

fn value(part: &AttributeTypeAndValue) -> Result<String, CryptoError> {
    let value = &part.value;
    let text = match value.tag() {
        Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().ok().map(|text| text.to_string()),
        Tag::PrintableString => {
            value.decode_as::<PrintableStringRef<'_>>().ok().map(|text| text.to_string())
        }
        Tag::Ia5String => value.decode_as::<Ia5StringRef<'_>>().ok().map(|text| text.to_string()),
        Tag::TeletexString => {
            value.decode_as::<TeletexStringRef<'_>>().ok().map(|text| text.to_string())
        }
        Tag::BmpString => value.decode_as::<BmpString>().ok().map(|text| text.to_string()),
        _ => None,
    };
    if let Some(text) = text {
        return Ok(text);
    }
    let der = value.to_der().map_err(|_| super::structures::INVALID)?;
    Ok(der.iter().fold("#".to_owned(), |text, byte| text + &format!("{byte:02x}")))
}
