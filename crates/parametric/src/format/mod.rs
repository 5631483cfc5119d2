//! Key formats: reading numbers from encodings and writing them.

mod curves;
mod numbers;
mod read;
mod structures;
mod write;

pub(crate) use curves::bits_of;
pub(crate) use numbers::{fit, trimmed};
pub(crate) use read::{components, public_key};
pub(crate) use write::encode;
