//! Wiping at the speed of memory.

use zeroize::optimization_barrier;

/// Overwrites a buffer with zeros, its spare capacity too, and leaves it empty.
///
/// One `memset` with a barrier behind it that the compiler may not remove it past. `Zeroize` writes byte by byte, which for a
/// payload costs more than its encryption.
pub(crate) fn wipe(bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.resize(bytes.capacity(), 0);
    optimization_barrier(bytes.as_slice());
    bytes.clear();
}

#[cfg(test)]
mod tests {
    use super::wipe;

    #[test]
    fn everything_is_overwritten_where_it_is() {
        let mut bytes = Vec::with_capacity(100);
        bytes.extend_from_slice(&[7; 60]);
        bytes.truncate(20);
        let before = bytes.as_ptr();
        wipe(&mut bytes);
        assert!(bytes.is_empty());
        assert_eq!(
            bytes.as_ptr(),
            before,
            "it did not move, which would leave the old bytes behind"
        );
        bytes.resize(100, 1);
        assert_eq!(bytes.as_ptr(), before);
    }
}
