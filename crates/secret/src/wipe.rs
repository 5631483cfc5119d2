//! Wiping at the speed of memory.

use zeroize::optimization_barrier;

/// Overwrites bytes with zeros.
///
/// One `memset` with a barrier behind it that the compiler may not remove it past. `Zeroize` writes byte by byte, which for a
/// payload costs more than its encryption; for keys and other small arrays it is as good.
pub fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    optimization_barrier(bytes);
}

/// Overwrites a buffer with zeros, its spare capacity too, and leaves it empty.
pub fn wipe_buffer(bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.resize(bytes.capacity(), 0);
    optimization_barrier(bytes.as_slice());
    bytes.clear();
}

#[cfg(test)]
mod tests {
    use super::{wipe, wipe_buffer};

    #[test]
    fn everything_is_overwritten_where_it_is() {
        let mut bytes = Vec::with_capacity(100);
        bytes.extend_from_slice(&[7; 60]);
        bytes.truncate(20);
        let before = bytes.as_ptr();
        wipe_buffer(&mut bytes);
        assert!(bytes.is_empty());
        assert_eq!(
            bytes.as_ptr(),
            before,
            "it did not move, which would leave the old bytes behind"
        );
        bytes.resize(100, 1);
        assert_eq!(bytes.as_ptr(), before);
    }

    #[test]
    fn a_part_is_overwritten_and_nothing_beside_it() {
        let mut bytes = [7; 10];
        wipe(&mut bytes[2..9]);
        assert_eq!(bytes, [7, 7, 0, 0, 0, 0, 0, 0, 0, 7]);
        wipe(&mut bytes[..0]);
        assert_eq!(bytes[0], 7);
    }
}
