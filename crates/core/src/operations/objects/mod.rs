//! Operations on managed objects in KMIP's sense: whatever a protocol does with one object rather than with a key of versions.
//!
//! Every object belongs to a keyset all the same, mostly to one of its own: the keyset's row is what the object's row is bound
//! to (see `docs/adr/0002-rows-bound-to-each-other.md`), grants are given on it, and replacing an object appends to it.

mod content;
pub(crate) mod fields;
mod index;
mod usage_limits;

pub use content::{Content, Created, CreatedPair, Generation, Given, KeyBytes, KeyContent};
pub(crate) use content::hidden;
pub(crate) use index::AttributeIndex;
pub(crate) use usage_limits::Blocks;
