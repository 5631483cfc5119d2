//! The tables: names that everybody knows, names of the published messages, and the order that lookups rely on.

use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, Operation, ResultReason};
use claviger_wire_ttlv::{Tag, Version, mask, names, tag};

#[test]
fn tags_have_their_numbers_and_names() {
    assert_eq!(tag::UNIQUE_IDENTIFIER.value(), 0x42_0094);
    assert_eq!(names::tag_name(tag::UNIQUE_IDENTIFIER), Some("UniqueIdentifier"));
    assert_eq!(names::tag_by_name("IVCounterNonce"), Some(tag::IV_COUNTER_NONCE));
    assert_eq!(names::tag_by_name("Nonsense"), None);
    assert_eq!(names::tag_name(Tag::from_code(0x54_0001)), None);
    assert_eq!(
        names::tag_versions(tag::TEMPLATE_ATTRIBUTE),
        Some((Version::V1_0, Some(Version::V1_4)))
    );
    assert_eq!(names::tag_versions(tag::ATTRIBUTES), Some((Version::V2_0, None)));
    for tag in names::tags() {
        let name = names::tag_name(tag).expect("a tag of the specification has a name");
        assert_eq!(names::tag_by_name(name), Some(tag), "{name}");
    }
}

#[test]
fn attributes_have_a_text_in_1_x() {
    assert_eq!(
        names::attribute_name(tag::CRYPTOGRAPHIC_USAGE_MASK),
        Some("Cryptographic Usage Mask")
    );
    assert_eq!(
        names::attribute_tag("X.509 Certificate Subject"),
        Some(tag::X_509_CERTIFICATE_SUBJECT)
    );
    assert_eq!(names::attribute_tag("x-ID"), None);
    assert_eq!(names::attribute_name(tag::OPERATION), None);
    assert_eq!(names::attribute_name(tag::ROTATE_INTERVAL), None);
    assert_eq!(names::attribute_versions(tag::ROTATE_INTERVAL), Some((Version::V2_1, None)));
    assert_eq!(names::attributes(Version::V1_0).count(), 33);
    for tag in Version::ALL.into_iter().flat_map(names::attributes) {
        if let Some(text) = names::attribute_name(tag) {
            assert_eq!(names::attribute_tag(text), Some(tag), "{text}");
        }
    }
}

#[test]
fn values_are_named_by_the_tag_that_holds_them() {
    assert_eq!(names::enumeration_name(tag::CRYPTOGRAPHIC_ALGORITHM, 2), Some("DES3"));
    assert_eq!(names::enumeration_value(tag::MASK_GENERATOR_HASHING_ALGORITHM, "SHA_256"), Some(6));
    assert_eq!(
        names::enumeration_value(tag::ATTRIBUTE_REFERENCE, "State"),
        Some(tag::STATE.value())
    );
    assert_eq!(names::enumeration_name(tag::EXTENSION_TYPE, 7), Some("TextString"));
    assert_eq!(names::enumeration_name(tag::OPERATION, 0x8000_0001), None);
    assert_eq!(names::enumeration_name(tag::UNIQUE_IDENTIFIER, 1), Some("IDPlaceholder"));
}

/// Spellings of older versions, and of the one slip in a newer one.
#[test]
fn other_spellings_are_understood() {
    for name in ["SHA3_256", "SHA_3_256"] {
        assert_eq!(names::enumeration_value(tag::HASHING_ALGORITHM, name), Some(0x0F));
    }
    for name in ["MGF1", "MFG1"] {
        assert_eq!(names::enumeration_value(tag::MASK_GENERATOR, name), Some(1));
    }
    assert_eq!(names::enumeration_name(tag::MASK_GENERATOR, 1), Some("MGF1"));
}

#[test]
fn masks_have_named_bits() {
    let mut names_of =
        names::mask_names(tag::CRYPTOGRAPHIC_USAGE_MASK, 0x4000_000C).expect("a mask");
    assert_eq!(names_of.by_ref().collect::<Vec<_>>(), ["Encrypt", "Decrypt"]);
    assert_eq!(names_of.unnamed(), 0x4000_0000);
    assert_eq!(
        names::mask_value(tag::CRYPTOGRAPHIC_USAGE_MASK, "CertificateSign"),
        Some(mask::cryptographic_usage_mask::CERTIFICATE_SIGN)
    );
    assert!(names::mask_names(tag::CRYPTOGRAPHIC_LENGTH, 1).is_none());
}

#[test]
fn enumerations_keep_what_has_no_name() {
    assert_eq!(Operation::from_code(4), Operation::ReKey);
    assert_eq!(Operation::ReKey.name(), Some("ReKey"));
    assert_eq!(Operation::from_code(0x8000_0001), Operation::Other(0x8000_0001));
    assert_eq!(Operation::Other(0x8000_0001).code(), 0x8000_0001);
    assert_eq!(CryptographicAlgorithm::from_code(3), CryptographicAlgorithm::AES);
    assert_eq!(ResultReason::ItemNotFound.code(), 1);
    assert_eq!(Operation::SetAttribute.since(), Version::V2_0);
    for operation in Operation::ALL {
        assert_eq!(Operation::from_code(operation.code()), *operation);
    }
}
