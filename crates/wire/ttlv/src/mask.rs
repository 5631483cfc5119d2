//! The bit masks of the specification: one module per mask, one constant per bit.
//!
//! A mask is an `Integer` in the binary encoding, hence `i32`.

pub use crate::generated::masks::*;
