//! Which attributes and which parts of their values exist in which version (section 3 of 1.x, section 4 of 2.x).

use claviger_wire_ttlv::{Tag, Version, names, tag};

/// The parts of the values of attributes that came later than the attribute, with the first version that has them.
const PARTS: &[(Tag, Tag, Version)] = &[
    (tag::DIGEST, tag::KEY_FORMAT_TYPE, Version::V1_1),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::DIGITAL_SIGNATURE_ALGORITHM, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::CRYPTOGRAPHIC_ALGORITHM, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::RANDOM_IV, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::IV_LENGTH, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::TAG_LENGTH, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::FIXED_FIELD_LENGTH, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::INVOCATION_FIELD_LENGTH, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::COUNTER_LENGTH, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::INITIAL_COUNTER_VALUE, Version::V1_2),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::SALT_LENGTH, Version::V1_4),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::MASK_GENERATOR, Version::V1_4),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::MASK_GENERATOR_HASHING_ALGORITHM, Version::V1_4),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::P_SOURCE, Version::V1_4),
    (tag::CRYPTOGRAPHIC_PARAMETERS, tag::TRAILER_FIELD, Version::V1_4),
];

/// Whether a version has an attribute. What is no attribute of the specification is not judged here.
pub(crate) fn exists_in(attribute: Tag, version: Version) -> bool {
    names::attribute_versions(attribute)
        .is_none_or(|(since, last)| since <= version && last.is_none_or(|last| version <= last))
}

/// Whether a version has a part of the value of an attribute.
pub(crate) fn part_exists_in(attribute: Tag, part: Tag, version: Version) -> bool {
    version >= Version::V1_4
        || PARTS
            .iter()
            .find(|(own, own_part, _)| *own == attribute && *own_part == part)
            .is_none_or(|(_, _, since)| *since <= version)
}
