//! The table that a structure is written as, and the code that follows from it.
//!
//! ```text
//! structure! {
//!     /// What the structure is (and the section that defines it).
//!     pub struct LocateRequest {
//!         maximum_items: optional i32 = MAXIMUM_ITEMS,
//!         offset_items: optional i32 = OFFSET_ITEMS [since V1_3],
//!         attributes: entries AttributeEntry = ATTRIBUTE / ATTRIBUTES,
//!     }
//! }
//! ```
//!
//! A row says the field, its cardinality (see [`crate::slot`]), the type of one item, its tag, and the versions in which it
//! exists. Two tags mean that KMIP 1.x has the one and 2.x the other.
//!
//! | versions | meaning |
//! |---|---|
//! | nothing | all |
//! | `[since V1_3]` | this version and later |
//! | `[until V1_4]` | this version and earlier |
//! | `[since V1_2 until V1_4]` | both |
//! | `[since V1_3 tolerated]` | as above; but clients send it in earlier versions as well, and it is then read |

use claviger_wire_ttlv::Version;

/// The versions in which a field exists.
#[derive(Clone, Copy)]
pub(crate) struct Versions {
    pub(crate) since: Version,
    pub(crate) until: Version,
    pub(crate) tolerated: bool,
}

impl Versions {
    pub(crate) const ALL: Self =
        Self { since: Version::V1_0, until: Version::V2_1, tolerated: false };

    /// Whether the specification of a version has the field.
    pub(crate) fn contain(self, version: Version) -> bool {
        self.since <= version && version <= self.until
    }

    /// Whether the field is read from a message of a version.
    pub(crate) fn accept(self, version: Version) -> bool {
        self.tolerated || self.contain(version)
    }
}

/// The [`Versions`] that the brackets of a row stand for.
macro_rules! versions {
    () => {
        $crate::table::Versions::ALL
    };
    (since $since:ident $($rest:tt)*) => {
        $crate::table::Versions { since: ::claviger_wire_ttlv::Version::$since, ..versions!($($rest)*) }
    };
    (until $until:ident $($rest:tt)*) => {
        $crate::table::Versions { until: ::claviger_wire_ttlv::Version::$until, ..versions!($($rest)*) }
    };
    (tolerated) => {
        $crate::table::Versions { tolerated: true, ..$crate::table::Versions::ALL }
    };
}

/// The tag of a row in a version.
macro_rules! field_tag {
    ($version:expr,) => {
        ::claviger_wire_ttlv::Tag::from_code(0)
    };
    ($version:expr, $tag:ident) => {
        ::claviger_wire_ttlv::tag::$tag
    };
    ($version:expr, $tag:ident $later:ident) => {
        if $version.major >= 2 {
            ::claviger_wire_ttlv::tag::$later
        } else {
            ::claviger_wire_ttlv::tag::$tag
        }
    };
}

/// The type of the field of a row.
macro_rules! stored {
    (required $kind:ty) => { $kind };
    (counted $kind:ty) => { $kind };
    (optional $kind:ty) => { Option<$kind> };
    (repeated $kind:ty) => { Vec<$kind> };
    (many $kind:ty) => { Vec<$kind> };
    (either $kind:ty) => { Option<$kind> };
    (references $kind:ty) => { Vec<$kind> };
    (entries $kind:ty) => { Vec<$kind> };
    (any_entries $kind:ty) => { Vec<$kind> };
    (object $kind:ty) => { $kind };
    (optional_object $kind:ty) => { Option<$kind> };
    (rest $kind:ty) => { Vec<(::claviger_wire_ttlv::Tag, $kind)> };
}

/// What reads and writes the field of a row.
macro_rules! slot {
    (required $kind:ty) => { $crate::slot::Required<$kind> };
    (counted $kind:ty) => { $crate::slot::Counted<$kind> };
    (optional $kind:ty) => { $crate::slot::Optional<$kind> };
    (repeated $kind:ty) => { $crate::slot::Repeated<$kind> };
    (many $kind:ty) => { $crate::slot::Many<$kind> };
    (either $kind:ty) => { $crate::slot::Either };
    (references $kind:ty) => { $crate::slot::References };
    (entries $kind:ty) => { $crate::slot::Entries };
    (any_entries $kind:ty) => { $crate::slot::AnyEntries };
    (object $kind:ty) => { $crate::slot::Object };
    (optional_object $kind:ty) => { $crate::slot::OptionalObject };
    (rest $kind:ty) => { $crate::slot::Rest };
}

/// Turns a table into a structure with `decode` and `encode`.
macro_rules! structure {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field:ident: $cardinality:ident $kind:ty
                    $(= $tag:ident $(/ $later:ident)?)? $([$($range:tt)+])?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $(
                #[doc = concat!(
                    "Field ", $("`", stringify!($tag), "`", $(" (2.x: `", stringify!($later), "`)",)?)?
                    ", ", stringify!($cardinality) $(, ", ", stringify!($($range)+))?, ".\n\n"
                )]
                $(#[$field_meta])*
                $visibility $field: stored!($cardinality $kind),
            )*
        }

        impl $name {
            /// Reads the fields of a structure that stands in a message of this version.
            ///
            /// # Errors
            ///
            /// Fails with the reason that the specification gives when a field is unknown in this version, missing,
            /// repeated, or of a wrong type.
            $visibility fn decode(
                item: ::claviger_wire_ttlv::Item<'_>,
                version: ::claviger_wire_ttlv::Version,
            ) -> Result<Self, $crate::MessageError> {
                if item.item_type() != ::claviger_wire_ttlv::ItemType::Structure {
                    return Err($crate::MessageError::wrong_type(item.tag(), "Structure"));
                }
                $(let mut $field: <slot!($cardinality $kind) as $crate::slot::Slot>::State = Default::default();)*
                for child in item.children() {
                    let found = child.tag();
                    $(
                        if <slot!($cardinality $kind) as $crate::slot::Slot>::takes(
                            found,
                            field_tag!(version, $($tag $($later)?)?),
                        ) && versions!($($($range)+)?).accept(version)
                        {
                            <slot!($cardinality $kind) as $crate::slot::Slot>::read(&mut $field, child, version)?;
                            continue;
                        }
                    )*
                    // Vendors may add fields with tags of their own; what they mean is not known here.
                    if !found.is_extension() {
                        return Err($crate::MessageError::unexpected(
                            stringify!($name),
                            found,
                            version,
                        ));
                    }
                }
                Ok(Self {
                    $($field: <slot!($cardinality $kind) as $crate::slot::Slot>::finish(
                        $field,
                        stringify!($name),
                        field_tag!(version, $($tag $($later)?)?),
                    )?,)*
                })
            }

            /// Writes the fields that this version has, in the order of the specification.
            $visibility fn encode(
                &self,
                writer: &mut ::claviger_wire_ttlv::Writer,
                version: ::claviger_wire_ttlv::Version,
            ) {
                let _ = (&writer, version); // A structure without fields uses neither.
                $(
                    if versions!($($($range)+)?).contain(version) {
                        <slot!($cardinality $kind) as $crate::slot::Slot>::write(
                            &self.$field,
                            writer,
                            field_tag!(version, $($tag $($later)?)?),
                            version,
                        );
                    }
                )*
            }
        }

        #[cfg(test)]
        impl $crate::sample::Sample for $name {
            fn sample() -> Self {
                Self {
                    $($field: <slot!($cardinality $kind) as $crate::sample::Filled>::filled(),)*
                }
            }
        }

        impl $crate::field::Field for $name {
            fn read(
                item: ::claviger_wire_ttlv::Item<'_>,
                version: ::claviger_wire_ttlv::Version,
            ) -> Result<Self, $crate::MessageError> {
                Self::decode(item, version)
            }

            fn write(
                &self,
                writer: &mut ::claviger_wire_ttlv::Writer,
                tag: ::claviger_wire_ttlv::Tag,
                version: ::claviger_wire_ttlv::Version,
            ) {
                let open = writer.open(tag);
                self.encode(writer, version);
                writer.close(open);
            }
        }
    };
}
