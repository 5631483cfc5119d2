//! What `cargo xtask tables` writes from the facts in `tables/`.

/// The versions, under names short enough for a table.
mod versions {
    use crate::Version;

    pub(super) const V1_0: Version = Version::V1_0;
    pub(super) const V1_1: Version = Version::V1_1;
    pub(super) const V1_2: Version = Version::V1_2;
    pub(super) const V1_3: Version = Version::V1_3;
    pub(super) const V1_4: Version = Version::V1_4;
    pub(super) const V2_0: Version = Version::V2_0;
    pub(super) const V2_1: Version = Version::V2_1;
}

pub(crate) mod enumerations;
pub(crate) mod masks;
pub(crate) mod names;
pub(crate) mod tags;
