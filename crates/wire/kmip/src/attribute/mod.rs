//! Attributes: one form for the two families of the protocol.
//!
//! ```text
//!  1.x   Attribute { AttributeName "Object Group", AttributeIndex 0, AttributeValue "g" }
//!  2.x   ObjectGroup "g"                                                                      both: Standard(OBJECT_GROUP)
//!
//!  1.x   Attribute { AttributeName "x-Barcode", AttributeValue "XX" }
//!  2.x   Attribute { VendorIdentification "x", AttributeName "Barcode", AttributeValue "XX" } both: Vendor { "x", "Barcode" }
//! ```
//!
//! An attribute that a version does not have is left out of a message of that version, and so are the parts of its value
//! that came later: see [`catalogue`].

mod catalogue;
mod codec;
mod list;
mod reference;

pub(crate) use codec::{read_all_tagged, read_named, write_all};
pub use list::Attributes;
pub use reference::AttributeReference;

use crate::value::Value;

/// An instance of an attribute (KMIP 1.4, section 2.1.1; 2.1, sections 4 and 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeEntry {
    /// Which attribute.
    pub reference: AttributeReference,
    /// Which instance of it, counted from 0; absent is 0. KMIP 2.x has no such index: it is then absent, and not written.
    pub index: Option<i32>,
    /// The value. It is absent where only an instance is named, as in Notify and Delete Attribute.
    pub value: Option<Value>,
}
