//! The JSON encoding (KMIP Additional Message Encodings 1.0, section 4), and the dialects of Cosmian's clients.
//!
//! | file         | what it does                                         |
//! |--------------|------------------------------------------------------|
//! | `scanner.rs` | tells strings, numbers and marks apart               |
//! | `decode.rs`  | from JSON to the binary encoding                     |
//! | `encode.rs`  | from the binary encoding to JSON                     |
//! | `error.rs`   | why JSON was refused                                 |
//!
//! | what            | standard                 | Cosmian 4.x        | Cosmian 5.x        |
//! |-----------------|--------------------------|--------------------|--------------------|
//! | Structure       | with its type            | with its type      | without            |
//! | message         | Request/Response Message | the operation bare | both               |
//! | hexadecimal     | lower case               | upper case         | upper case         |
//! | mask            | names with a bar between | number             | number             |
//! | LongInteger     | number up to 2^52        | hexadecimal        | hexadecimal        |
//! | IV/Counter/Nonce| `IVCounterNonce`         | `IvCounterNonce`   | `IVCounterNonce`   |
//!
//! This is what is written. All of it is understood from everybody.

mod decode;
mod encode;
mod error;
mod scanner;

pub use decode::decode;
pub use encode::encode;
pub use error::{JsonError, JsonFault};

/// How a client writes JSON, and wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// As in the profile of OASIS.
    Standard,
    /// As the clients of Cosmian KMS up to 4.x.
    Cosmian4,
    /// As the clients of Cosmian KMS 5.x. What is written in this dialect is also right by the profile, as long as it is a
    /// message and not a bare operation.
    Cosmian5,
}
