//! How much a decoder takes on.

/// The nesting that no limit can exceed: decoders keep one entry per open structure in a fixed array.
pub(crate) const MAXIMUM_DEPTH: usize = 64;

/// The bounds within which a message is decoded, in all three encodings.
///
/// A message beyond a bound is refused before anything of its size is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest message in bytes: of the text for JSON and XML, and of the binary encoding that comes of it.
    pub bytes: usize,
    /// The deepest nesting of structures; a message of one flat structure has depth 1. More than 64 counts as 64.
    pub depth: usize,
    /// The most items, structures included.
    pub items: usize,
}

impl Limits {
    /// The depth that is in force.
    pub(crate) fn effective_depth(&self) -> usize {
        self.depth.min(MAXIMUM_DEPTH)
    }
}

/// 64 MiB, 32 levels, a million items.
impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 32, items: 1_000_000 }
    }
}
