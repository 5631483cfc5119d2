//! Secret bytes: the only crate that can read them.
//!
//! [`SecretBytes`] owns bytes that must not be seen: it has no `Debug`, `Clone`, `PartialEq` or serialization, and wipes
//! itself when dropped. Its only exits are [`SecretBytes::expose`] and [`SecretBytes::duplicate`], which take the reason as
//! an argument, so that a search for `.expose(` lists every place that touches secret bytes together with its purpose.
//!
//! [`SealBuffer`] is plaintext on its way to being sealed in place. [`wipe()`] and [`wipe_buffer`] are for buffers that are neither.

mod bytes;
mod seal_buffer;
mod wipe;

pub use bytes::SecretBytes;
pub use seal_buffer::{RECORD_HEADER_LENGTH, RECORD_TAG_LENGTH, SealBuffer};
pub use wipe::{wipe, wipe_buffer};
