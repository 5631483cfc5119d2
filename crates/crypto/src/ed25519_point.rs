//! Whether 32 bytes are a point of edwards25519 (RFC 8032 §5.1.3), which aws-lc-rs tells only by failing to verify.
//!
//! The encoding is y (255 bits, little-endian) and the sign of x. A point exists if (y² - 1) / (d y² + 1) is a square modulo
//! p = 2^255 - 19. Public keys are public: nothing here takes constant time.

/// A number modulo 2p = 2^256 - 38, little-endian; reduced modulo p where that matters.
type Number = [u64; 4];

/// p.
const PRIME: Number = [0xffff_ffff_ffff_ffed, u64::MAX, u64::MAX, 0x7fff_ffff_ffff_ffff];
/// The curve's constant d = -121665 / 121666.
const D: Number =
    [0x75eb_4dca_1359_78a3, 0x0070_0a4d_4141_d8ab, 0x8cc7_4079_7779_e898, 0x5203_6cee_2b6f_fe73];
const ONE: Number = [1, 0, 0, 0];

/// Whether these bytes are a point's encoding, with y below p.
pub(crate) fn is_on_curve(encoding: &[u8]) -> bool {
    let Ok(bytes) = <[u8; 32]>::try_from(encoding) else {
        return false;
    };
    let mut y = [0; 4];
    for (limb, bytes) in y.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = bytes.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    y[3] &= u64::MAX >> 1;
    if reduce(y) != y {
        return false;
    }
    let square = multiply(&y, &y);
    let numerator = subtract(&square, &ONE);
    let denominator = add(&multiply(&D, &square), &ONE);
    // u / v is a square if and only if u v is, as v² is one.
    matches!(reduce(legendre(&multiply(&numerator, &denominator))), [0 | 1, 0, 0, 0])
}

/// Euler's criterion: the power of (p - 1) / 2 = 2^254 - 10, whose bits are all ones but the last four, 0110.
fn legendre(value: &Number) -> Number {
    let mut power = ONE;
    for bit in (0..254).rev() {
        power = multiply(&power, &power);
        if bit >= 4 || bit == 1 || bit == 2 {
            power = multiply(&power, value);
        }
    }
    power
}

fn multiply(left: &Number, right: &Number) -> Number {
    let mut wide = [0_u64; 8];
    for (i, left) in left.iter().enumerate() {
        let mut carry = 0;
        for (j, right) in right.iter().enumerate() {
            let sum = u128::from(wide[i + j]) + u128::from(*left) * u128::from(*right) + carry;
            wide[i + j] = sum as u64;
            carry = sum >> 64;
        }
        wide[i + 4] = carry as u64;
    }
    // 2^256 is 38 modulo p.
    let mut low = [0; 4];
    let mut carry = 0;
    for (i, limb) in low.iter_mut().enumerate() {
        let sum = u128::from(wide[i]) + 38 * u128::from(wide[i + 4]) + carry;
        *limb = sum as u64;
        carry = sum >> 64;
    }
    add(&low, &[38 * carry as u64, 0, 0, 0])
}

fn add(left: &Number, right: &Number) -> Number {
    let mut sum = [0; 4];
    let mut carry = 0;
    for (i, limb) in sum.iter_mut().enumerate() {
        let total = u128::from(left[i]) + u128::from(right[i]) + carry;
        *limb = total as u64;
        carry = total >> 64;
    }
    if carry == 0 { sum } else { add(&sum, &[38, 0, 0, 0]) }
}

fn subtract(left: &Number, right: &Number) -> Number {
    let (difference, borrow) = subtract_with_borrow(left, right);
    if borrow { subtract(&difference, &[38, 0, 0, 0]) } else { difference }
}

fn subtract_with_borrow(left: &Number, right: &Number) -> (Number, bool) {
    let mut difference = [0; 4];
    let mut borrow = false;
    for (i, limb) in difference.iter_mut().enumerate() {
        let (partial, first) = left[i].overflowing_sub(right[i]);
        let (partial, second) = partial.overflowing_sub(u64::from(borrow));
        *limb = partial;
        borrow = first || second;
    }
    (difference, borrow)
}

/// The number below p that is the same modulo p.
fn reduce(mut value: Number) -> Number {
    loop {
        match subtract_with_borrow(&value, &PRIME) {
            (_, true) => return value,
            (difference, false) => value = difference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_on_curve;
    use crate::ed25519::Ed25519PrivateKey;
    use claviger_ports::Key;

    #[test]
    fn public_keys_are_points() {
        for seed in 0..50 {
            let key = Ed25519PrivateKey::new(&[seed; 32]).unwrap().public_key().unwrap();
            assert!(is_on_curve(&key[12..]));
        }
    }

    #[test]
    fn what_is_not_reduced_or_not_as_long_is_no_point() {
        // y = 2 is the smallest that has no x; y = p and y = p + 3 are 0 and 3 (which has one) again.
        let mut y = [0; 32];
        y[0] = 2;
        assert!(!is_on_curve(&y));
        y[0] = 3;
        assert!(is_on_curve(&y));
        let mut unreduced = [0xff; 32];
        unreduced[31] = 0x7f;
        for low in [0xed, 0xf0] {
            unreduced[0] = low;
            assert!(!is_on_curve(&unreduced));
        }
        assert!(!is_on_curve(&y[..31]));
    }
}
