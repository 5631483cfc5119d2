//! TTLV, the encoding of KMIP messages, in binary, JSON and XML.
//!
//! The binary encoding is the tree: [`Item::parse`] checks a received message once, from end to end, and everything after that
//! is a cheap view into the same bytes, without a node in between. [`Writer`] writes the other way. JSON and XML decode into
//! that encoding and encode from it, so that whoever understands messages needs to know only one form.
//!
//! ```
//! use claviger_wire_ttlv::enumeration::CryptographicAlgorithm;
//! use claviger_wire_ttlv::{Item, Limits, Version, Writer, tag, xml};
//!
//! let mut writer = Writer::new();
//! writer.structure(tag::ATTRIBUTES, |writer| {
//!     writer.enumeration(tag::CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm::AES.code());
//!     writer.integer(tag::CRYPTOGRAPHIC_LENGTH, 256);
//! });
//! let buffer = writer.into_buffer();
//!
//! let item = Item::parse(&buffer, &Limits::default())?;
//! let length = item.child(tag::CRYPTOGRAPHIC_LENGTH).and_then(Item::integer);
//! assert_eq!(length, Some(256));
//!
//! let text = xml::encode(item, Version::V2_1);
//! assert_eq!(*xml::decode(&text, &Limits::default())?, *buffer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | encoding | reading                        | writing                        |
//! |----------|--------------------------------|--------------------------------|
//! | binary   | [`Item::parse`], [`Buffer::parse`] | [`Writer`]                 |
//! | JSON     | [`json::decode`]               | [`json::encode`]               |
//! | XML      | [`xml::decode`]                | [`xml::encode`]                |
//!
//! Sources: the KMIP specifications 1.0 to 2.1 (section 9.1 of 1.x, 10.1 of 2.x) for the binary form, and KMIP Additional
//! Message Encodings 1.0 for JSON and XML.

mod assemble;
mod buffer;
pub mod cosmian;
pub mod enumeration;
mod error;
mod generated;
mod growth;
mod item;
mod item_type;
pub mod json;
mod limits;
pub mod mask;
pub mod names;
pub mod tag;
mod text;
mod validate;
mod version;
mod writer;
pub mod xml;

pub use buffer::Buffer;
pub use error::DecodeError;
pub use item::{Children, Item};
pub use item_type::ItemType;
pub use limits::Limits;
pub use tag::Tag;
pub use text::ValueFault;
pub use version::Version;
pub use writer::{Open, Writer};
