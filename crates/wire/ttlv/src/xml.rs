//! The XML encoding (KMIP Additional Message Encodings 1.0, section 6).
//!
//! | file         | what it does                                                    |
//! |--------------|-----------------------------------------------------------------|
//! | `scanner.rs` | tells tags, attributes, comments and text apart                 |
//! | `decode.rs`  | from XML to the binary encoding                                 |
//! | `encode.rs`  | from the binary encoding to XML                                 |
//! | `element.rs` | a document as a tree of elements, to compare and to decode      |
//! | `error.rs`   | why XML was refused                                             |
//!
//! Only what messages need is understood: elements, attributes, comments, the five named entities and character references.
//! A document type, further entities, processing instructions and CDATA are refused.

mod decode;
mod element;
mod encode;
mod error;
mod scanner;

pub(crate) use decode::tag_by_digits;
pub use decode::{Substitute, decode, decode_with};
pub use element::{Element, parse_document};
pub use encode::encode;
pub use error::{XmlError, XmlFault};
