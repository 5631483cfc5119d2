//! JSON Web Keys (RFC 7517): the names of kinds, curves and algorithms that reading and writing share.
//!
//! | `kty` | kinds | members | standard |
//! |---|---|---|---|
//! | `oct` | symmetric | `k` | RFC 7518 §6.4 |
//! | `RSA` | RSA | `n e`, private `d p q dp dq qi` | RFC 7518 §6.3 |
//! | `EC` | EC | `crv x y`, private `d` | RFC 7518 §6.2, RFC 8812 |
//! | `OKP` | Ed25519, X25519 | `crv x`, private `d` | RFC 8037 |
//! | `AKP` | ML-DSA | `alg pub`, private `priv` (the seed) | RFC 9964 |

use claviger_model::{Hash, KeySpec};

/// The values of `crv`, with the `kty` that they belong to.
pub(crate) const CURVES: [(&str, &str, KeySpec); 6] = [
    ("EC", "P-256", KeySpec::EcP256),
    ("EC", "P-384", KeySpec::EcP384),
    ("EC", "P-521", KeySpec::EcP521),
    ("EC", "secp256k1", KeySpec::EcSecp256k1),
    ("OKP", "Ed25519", KeySpec::Ed25519),
    ("OKP", "X25519", KeySpec::X25519),
];

/// The values of `alg` of an `AKP` key.
pub(crate) const ML_DSA: [(&str, KeySpec); 3] = [
    ("ML-DSA-44", KeySpec::MlDsa44),
    ("ML-DSA-65", KeySpec::MlDsa65),
    ("ML-DSA-87", KeySpec::MlDsa87),
];

/// The values of `alg` that say what an `oct` key is (RFC 7518 §3.1, §4.1, §5.1).
pub(crate) const SYMMETRIC: [(&str, KeySpec); 13] = [
    ("A128GCM", KeySpec::Aes128),
    ("A192GCM", KeySpec::Aes192),
    ("A256GCM", KeySpec::Aes256),
    ("A128KW", KeySpec::Aes128),
    ("A192KW", KeySpec::Aes192),
    ("A256KW", KeySpec::Aes256),
    ("A128GCMKW", KeySpec::Aes128),
    ("A192GCMKW", KeySpec::Aes192),
    ("A256GCMKW", KeySpec::Aes256),
    ("HS256", KeySpec::Hmac(Hash::Sha256)),
    ("HS384", KeySpec::Hmac(Hash::Sha384)),
    ("HS512", KeySpec::Hmac(Hash::Sha512)),
    ("C20P", KeySpec::ChaCha20),
];
