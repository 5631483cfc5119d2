//! Split keys.

use claviger_model::SplitKeyMethod as Method;
use claviger_ports::{CryptoError, KeyPart, ParametricCrypto, SplitRequest};
use claviger_secret::SecretBytes;
use proptest::prelude::*;

use crate::keys::{PROVIDER, hex, open};

fn part(index: u32, bytes: &str) -> KeyPart {
    KeyPart { index, bytes: SecretBytes::new(hex(bytes)) }
}

/// 2^256 + 297 and 2^128 + 51, the next primes above keys of these lengths.
const PRIMES: [(usize, &str); 2] = [
    (32, "010000000000000000000000000000000000000000000000000000000000000129"),
    (16, "0100000000000000000000000000000033"),
];

#[test]
fn oasis_parts_join() {
    // TC-SJ-2, TC-SJ-3.
    let request =
        SplitRequest { method: Method::PolynomialGf28, parts: 4, threshold: 2, prime: None };
    let parts = || {
        [
            part(1, "66C46A7754F94DE420C7B1A7FFF5EC56"),
            part(2, "CF93D1E2A7E593CD5B8D6247F4E5D49C"),
            part(3, "A855B891F61AD9217240D8EC061E37DA"),
            part(4, "803DBAD55CDD329FAD19D99AE2C5A415"),
        ]
    };
    let secret = hex("0102030405060708090A0B0C0D0E0F10");
    for first in 0..4 {
        for second in (0..4).filter(|second| *second != first) {
            let chosen: Vec<_> = [first, second]
                .into_iter()
                .map(|at| parts().into_iter().nth(at).unwrap())
                .collect();
            assert_eq!(open(&PROVIDER.join(request, &chosen).unwrap()), secret);
        }
    }
    assert_eq!(PROVIDER.join(request, &parts()[..1]).err(), Some(CryptoError::Failed));
    assert_eq!(PROVIDER.join(request, &[]).err(), Some(CryptoError::Failed));
    let twice = [part(1, "00"), part(1, "01")];
    assert_eq!(PROVIDER.join(request, &twice).err(), Some(CryptoError::Failed));
    let uneven = [part(1, "00"), part(2, "0100")];
    assert_eq!(PROVIDER.join(request, &uneven).err(), Some(CryptoError::Failed));
    for index in [0, 5, u32::MAX] {
        let beyond = [part(1, "00"), part(index, "01")];
        assert_eq!(PROVIDER.join(request, &beyond).err(), Some(CryptoError::Failed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_parts_that_suffice_give_the_secret(
        secret in proptest::collection::vec(any::<u8>(), 1..40),
        parts in 2..12_u32,
        threshold in 1..12_u32,
        turn in 0..12_usize,
    ) {
        let threshold = threshold.min(parts);
        for method in [Method::Xor, Method::PolynomialGf28, Method::PolynomialGf216] {
            let threshold = if method == Method::Xor { parts } else { threshold };
            let mut secret = secret.clone();
            if method == Method::PolynomialGf216 && secret.len() % 2 == 1 {
                secret.push(0);
            }
            round_trip(SplitRequest { method, parts, threshold, prime: None }, &secret, turn);
        }
        for (length, prime) in PRIMES {
            let prime = hex(prime);
            let mut secret = secret.clone();
            secret.resize(length, 0);
            secret.rotate_left(turn);
            let method = Method::PolynomialPrimeField;
            let request = SplitRequest { method, parts, threshold, prime: Some(&prime) };
            round_trip(request, &secret, turn);
        }
    }
}

fn round_trip(request: SplitRequest<'_>, secret: &[u8], turn: usize) {
    let mut parts = PROVIDER.split(request, secret).unwrap();
    assert_eq!(parts.len(), request.parts as usize);
    let count = parts.len();
    parts.rotate_left(turn % count);
    parts.truncate(request.threshold as usize);
    assert_eq!(open(&PROVIDER.join(request, &parts).unwrap()), secret, "{request:?}");
    if request.threshold > 1 {
        parts.pop();
        assert_eq!(PROVIDER.join(request, &parts).err(), Some(CryptoError::Failed));
    }
}

#[test]
fn the_largest_keys_split_over_a_prime() {
    let (length, prime) = PRIMES[0];
    let prime = hex(prime);
    let method = Method::PolynomialPrimeField;
    let request = SplitRequest { method, parts: 3, threshold: 2, prime: Some(&prime) };
    for secret in [vec![0xff; length], vec![0; length]] {
        round_trip(request, &secret, 1);
    }
    // Shares as a textbook has them: 1234 + 166x + 94x^2 modulo 65537 at 1, 2 and 3.
    let small = [1, 0, 1];
    let request = SplitRequest { method, parts: 3, threshold: 3, prime: Some(&small) };
    let parts = [part(1, "05d6"), part(2, "0796"), part(3, "0a12")];
    assert_eq!(open(&PROVIDER.join(request, &parts).unwrap()), hex("04d2"));
}

#[test]
fn what_cannot_be_split_is_refused() {
    let request =
        |method, parts, threshold, prime| SplitRequest { method, parts, threshold, prime };
    let composite = hex("0100000000000000000000000000000031");
    let even = hex("0100000000000000000000000000000032");
    let long = vec![0xff; 1025];
    for (request, secret) in [
        (request(Method::Xor, 1, 1, None), &[1; 16][..]),
        (request(Method::Xor, 3, 2, None), &[1; 16]),
        (request(Method::PolynomialGf28, 256, 2, None), &[1; 16]),
        (request(Method::PolynomialGf28, 3, 0, None), &[1; 16]),
        (request(Method::PolynomialGf28, 3, 4, None), &[1; 16]),
        (request(Method::PolynomialGf28, 3, 2, None), &[]),
        (request(Method::PolynomialGf216, 3, 2, None), &[1; 15]),
        (request(Method::PolynomialPrimeField, 3, 2, None), &[1; 16]),
        (request(Method::PolynomialPrimeField, 3, 2, Some(&composite)), &[1; 16]),
        (request(Method::PolynomialPrimeField, 3, 2, Some(&even)), &[1; 16]),
        (request(Method::PolynomialPrimeField, 3, 2, Some(&long)), &[1; 16]),
        (request(Method::PolynomialPrimeField, 3, 2, Some(&[])), &[1; 16]),
        (request(Method::PolynomialPrimeField, 3, 2, Some(&[3])), &[]),
        (request(Method::PolynomialPrimeField, 5, 2, Some(&[5])), &[]),
    ] {
        let refused = PROVIDER.split(request, secret).err();
        assert!(matches!(refused, Some(CryptoError::InvalidParameter(_))), "{request:?}");
    }
}
