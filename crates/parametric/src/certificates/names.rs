//! Distinguished names.

use claviger_ports::{CryptoError, SubjectName};
use der::asn1::{
    BmpString, Ia5String, Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef,
};
use der::{Encode, Tag, Tagged};
use std::net::IpAddr;
use std::str::FromStr;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::pkix::name::GeneralName;
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
    let name = Name::from_str(&without_spaces(text)).map_err(|_| invalid.clone())?;
    if name.is_empty() { Err(invalid) } else { Ok(name) }
}

/// A name without the spaces that may follow its commas (RFC 2253 §4).
fn without_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut is_escaped, mut is_after_comma) = (false, false);
    for character in text.chars() {
        if is_after_comma && character == ' ' {
            continue;
        }
        is_after_comma = character == ',' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        out.push(character);
    }
    out
}

/// An alternative name: what the text looks like, or what the DER says.
pub(super) fn general(name: SubjectName<'_>) -> Result<GeneralName, CryptoError> {
    let text = match name {
        SubjectName::Der(der) => return super::structures::read(der),
        SubjectName::Text(text) => text,
    };
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    let invalid = CryptoError::InvalidParameter(
        "an alternative name is an e-mail address, a DNS name, a URI or an IP address in ASCII",
    );
    if text.is_empty() || text.len() > LIMIT {
        return Err(invalid);
    }
    let ascii = Ia5String::new(text).map_err(|_| invalid)?;
    Ok(if text.contains(':') {
        GeneralName::UniformResourceIdentifier(ascii)
    } else if text.contains('@') {
        GeneralName::Rfc822Name(ascii)
    } else {
        GeneralName::DnsName(ascii)
    })
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
