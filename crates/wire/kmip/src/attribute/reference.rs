//! Which attribute is meant: the name of KMIP 1.x, the tag of 2.x, or what a vendor calls it.

use std::borrow::Cow;

use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer, names, tag};

use crate::attribute::catalogue;
use crate::error::MessageError;
use crate::field::{self, Field};

/// Which attribute is meant (KMIP 1.4, section 2.1.1; 2.1, section 5.5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AttributeReference {
    /// An attribute of the specification.
    Standard(Tag),
    /// An attribute of a vendor. The custom attributes `x-NAME` and `y-NAME` of 1.x are those of the vendors `x` and `y`,
    /// which KMIP 2.x reserves for them (2.1, section 4.60).
    Vendor {
        /// Who defined the attribute; `x` a client, `y` a server.
        vendor: String,
        /// Its name, without the prefix.
        name: String,
    },
    /// A name of 1.x that no attribute has.
    Unknown(String),
}

impl AttributeReference {
    /// The attribute that a name of KMIP 1.x means, such as `Object Group` or `x-Barcode`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        if let Some(tag) = names::attribute_tag(name) {
            return Self::Standard(tag);
        }
        for vendor in ["x", "y"] {
            let rest = name.strip_prefix(vendor).and_then(|rest| rest.strip_prefix('-'));
            if let Some(rest) = rest {
                return Self::Vendor { vendor: vendor.to_owned(), name: rest.to_owned() };
            }
        }
        Self::Unknown(name.to_owned())
    }

    /// The name in KMIP 1.x. There is none for an attribute that only 2.x has, and for other vendors than `x` and `y`.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Standard(tag) => names::attribute_name(*tag).map(Cow::Borrowed),
            Self::Vendor { vendor, name } if vendor == "x" || vendor == "y" => {
                Some(Cow::Owned(format!("{vendor}-{name}")))
            }
            Self::Vendor { .. } => None,
            Self::Unknown(name) => Some(Cow::Borrowed(name)),
        }
    }

    /// Whether a version of the protocol has this attribute and can name it.
    #[must_use]
    pub fn exists_in(&self, version: Version) -> bool {
        match self {
            Self::Standard(tag) => catalogue::exists_in(*tag, version),
            Self::Vendor { vendor, .. } => version.major >= 2 || vendor == "x" || vendor == "y",
            Self::Unknown(_) => version.major < 2,
        }
    }
}

/// Attribute Name in 1.x; Attribute Reference in 2.x, a tag or the name of a vendor's attribute.
impl Field for AttributeReference {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::TextString => field::text(item).map(Self::from_name),
            ItemType::Enumeration if version.major >= 2 => {
                item.enumeration().and_then(Tag::new).map(Self::Standard).ok_or_else(|| {
                    MessageError::invalid_field("The attribute reference is not a tag")
                })
            }
            ItemType::Structure if version.major >= 2 => {
                let named = VendorAttributeName::decode(item, version)?;
                Ok(Self::Vendor { vendor: named.vendor_identification, name: named.attribute_name })
            }
            _ => Err(MessageError::wrong_type(item.tag(), "TextString")),
        }
    }

    /// Nothing is written for an attribute that the version cannot name.
    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        if version.major < 2 {
            if let Some(name) = self.name() {
                writer.text(tag, &name);
            }
            return;
        }
        match self {
            Self::Standard(attribute) => writer.enumeration(tag, attribute.value()),
            Self::Vendor { vendor, name } => {
                let open = writer.open(tag);
                writer.text(tag::VENDOR_IDENTIFICATION, vendor);
                writer.text(tag::ATTRIBUTE_NAME, name);
                writer.close(open);
            }
            Self::Unknown(_) => {}
        }
    }
}

structure! {
    /// The reference to an attribute of a vendor (KMIP 2.1, section 5.5).
    struct VendorAttributeName {
        vendor_identification: required String = VENDOR_IDENTIFICATION,
        attribute_name: required String = ATTRIBUTE_NAME,
    }
}
