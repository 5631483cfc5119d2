//! The two numbers of PKCS#11 that KMIP 2.x carries.

use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer};

use crate::error::MessageError;
use crate::field::Field;

/// A function of PKCS#11 (KMIP 2.1, sections 6.1.37 and 11.38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkcs11Function {
    /// A function that PKCS#11 defines: its place in the list of functions, counted from 1.
    Defined(u32),
    /// A function of a vendor.
    OfVendor(i32),
}

/// A return code of PKCS#11, `CK_RV` (KMIP 2.1, section 11.39).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pkcs11ReturnCode(pub u32);

impl Field for Pkcs11Function {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::Integer => i32::read(item, version).map(Self::OfVendor),
            _ => item
                .enumeration()
                .map(Self::Defined)
                .ok_or_else(|| MessageError::wrong_type(item.tag(), "Enumeration")),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        match self {
            Self::Defined(number) => writer.enumeration(tag, *number),
            Self::OfVendor(number) => writer.integer(tag, *number),
        }
    }
}

impl Field for Pkcs11ReturnCode {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        item.enumeration()
            .map(Self)
            .ok_or_else(|| MessageError::wrong_type(item.tag(), "Enumeration"))
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        writer.enumeration(tag, self.0);
    }
}
