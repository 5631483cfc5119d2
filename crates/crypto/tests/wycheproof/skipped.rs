//! What is not run, and why; and what is chosen where Wycheproof leaves the choice.

/// Tests within our parameters that are not run.
pub(crate) struct Skip {
    pub(crate) file: &'static str,
    pub(crate) property: &'static str,
    pub(crate) tests: usize,
    /// For the reader.
    #[expect(dead_code, reason = "it says why to whoever reads the list")]
    pub(crate) reason: &'static str,
}

/// Every skipped test, counted.
pub(crate) const SKIPPED: &[Skip] = &[
];

/// A choice where Wycheproof accepts either outcome.
pub(crate) struct Choice {
    pub(crate) flag: &'static str,
    pub(crate) accepted: bool,
    /// For the reader.
    #[expect(dead_code, reason = "it says why to whoever reads the list")]
    pub(crate) reason: &'static str,
}

/// The choices: a test with a refused flag is refused; else one with an accepted flag is accepted; else it is refused.
pub(crate) const ACCEPTED: &[Choice] = &[
];

/// Files that hold no parameters of ours: module, files, reason.
pub(crate) const FILES_NOT_RUN: &[(&str, &[&str], &str)] = &[
    (
        "aead",
        &[
            "Aegis128",
            "Aegis128L",
            "Aegis256",
            "Aes128CbcHmacSha256",
            "Aes192CbcHmacSha384",
            "Aes256CbcHmacSha512",
            "AesCcm",
            "AesEax",
            "AesSivCmac",
            "AriaCcm",
            "AriaGcm",
            "Ascon128",
            "Ascon128a",
            "Ascon80pq",
            "AsconAead128",
            "CamelliaCcm",
            "Morus1280",
            "Morus640",
            "SeedCcm",
            "SeedGcm",
            "Sm4Ccm",
            "Sm4Gcm",
        ],
        "an algorithm that the port does not have",
    ),
    (
        "cipher",
        &[
            "AriaCbcPkcs5",
            "CamelliaCbcPkcs5",
        ],
        "an algorithm that the port does not have",
    ),
    (
        "keywrap",
        &[
            "AriaKeyWrap",
            "AriaKeyWrapWithPadding",
            "CamelliaKeyWrap",
            "SeedKeyWrap",
        ],
        "an algorithm that the port does not have",
    ),
    (
        "mac",
        &[
            "AriaCmac",
            "CamelliaCmac",
            "HmacSha512_224",
            "HmacSm3",
            "Kmac128",
            "Kmac256",
            "SipHash_1_3",
            "SipHash_2_4",
            "SipHash_4_8",
            "SipHashx_2_4",
            "SipHashx_4_8",
        ],
        "an algorithm that the port does not have",
    ),
    (
        "hkdf",
        &[
            "HkdfSha1",
        ],
        "a hash that the algorithm is not offered with",
    ),
    (
        "pbkdf2",
        &[
            "Pbkdf2HmacSha1",
            "Pbkdf2HmacSha224",
        ],
        "a hash that the algorithm is not offered with",
    ),
    (
        "ecdh",
        &[
            "EcdhBrainpool224r1",
            "EcdhBrainpool256r1",
            "EcdhBrainpool320r1",
            "EcdhBrainpool384r1",
            "EcdhBrainpool512r1",
            "EcdhSecp224r1",
            "EcdhSecp256k1",
            "EcdhSecp224r1Ecpoint",
        ],
        "a curve that the port does not agree on",
    ),
    (
        "xdh",
        &[
            "X448",
        ],
        "a curve that the port does not have",
    ),
    (
        "ecdsa",
        &[
            "EcdsaBrainpool224r1Sha224P1363",
            "EcdsaBrainpool224r1Sha224",
            "EcdsaBrainpool224r1Sha3_224",
            "EcdsaBrainpool256r1Sha256P1363",
            "EcdsaBrainpool256r1Sha256",
            "EcdsaBrainpool256r1Sha3_256",
            "EcdsaBrainpool320r1Sha3_384",
            "EcdsaBrainpool320r1Sha384P1363",
            "EcdsaBrainpool320r1Sha384",
            "EcdsaBrainpool384r1Sha3_384",
            "EcdsaBrainpool384r1Sha384P1363",
            "EcdsaBrainpool384r1Sha384",
            "EcdsaBrainpool512r1Sha3_512",
            "EcdsaBrainpool512r1Sha512P1363",
            "EcdsaBrainpool512r1Sha512",
            "EcdsaSecp160k1Sha256P1363",
            "EcdsaSecp160k1Sha256",
            "EcdsaSecp160r1Sha256P1363",
            "EcdsaSecp160r1Sha256",
            "EcdsaSecp160r2Sha256P1363",
            "EcdsaSecp160r2Sha256",
            "EcdsaSecp192k1Sha256P1363",
            "EcdsaSecp192k1Sha256",
            "EcdsaSecp192r1Sha256P1363",
            "EcdsaSecp192r1Sha256",
            "EcdsaSecp224k1Sha224P1363",
            "EcdsaSecp224k1Sha224",
            "EcdsaSecp224k1Sha256P1363",
            "EcdsaSecp224k1Sha256",
            "EcdsaSecp224r1Sha224P1363",
            "EcdsaSecp224r1Sha224",
            "EcdsaSecp224r1Sha256P1363",
            "EcdsaSecp224r1Sha256",
            "EcdsaSecp224r1Sha3_224",
            "EcdsaSecp224r1Sha3_256",
            "EcdsaSecp224r1Sha3_512",
            "EcdsaSecp224r1Sha512P1363",
            "EcdsaSecp224r1Sha512",
            "EcdsaSecp224r1Shake128P1363",
            "EcdsaSecp224r1Shake128",
        ],
        "a curve that the port does not have",
    ),
    (
        "ecdsa",
        &[
            "EcdsaSecp256k1Sha256Bitcoin",
        ],
        "signatures with high s refused, as Bitcoin does: FIPS 186-5 accepts them",
    ),
    (
        "ecdsa",
        &[
            "EcdsaSecp256k1Sha256P1363",
            "EcdsaSecp256k1Sha512P1363",
            "EcdsaSecp256k1Shake128P1363",
            "EcdsaSecp256k1Shake256P1363",
            "EcdsaSecp256r1Sha256P1363",
            "EcdsaSecp256r1Sha512P1363",
            "EcdsaSecp256r1Shake128P1363",
            "EcdsaSecp384r1Sha384P1363",
            "EcdsaSecp384r1Sha512P1363",
            "EcdsaSecp384r1Shake256P1363",
            "EcdsaSecp521r1Sha512P1363",
            "EcdsaSecp521r1Shake256P1363",
        ],
        "signatures of fixed length (IEEE P1363): those of the port are DER",
    ),
    (
        "ecdsa",
        &[
            "EcdsaSecp256k1Sha3_256",
            "EcdsaSecp256k1Sha3_512",
            "EcdsaSecp256k1Sha512",
            "EcdsaSecp256k1Shake128",
            "EcdsaSecp256k1Shake256",
            "EcdsaSecp256r1Sha3_256",
            "EcdsaSecp256r1Sha3_512",
            "EcdsaSecp256r1Sha512",
            "EcdsaSecp256r1Shake128",
            "EcdsaSecp384r1Sha3_384",
            "EcdsaSecp384r1Sha3_512",
            "EcdsaSecp384r1Shake256",
            "EcdsaSecp521r1Sha3_512",
            "EcdsaSecp521r1Shake256",
        ],
        "a hash that the curve is not offered with",
    ),
    (
        "eddsa",
        &[
            "Ed448",
        ],
        "a curve that the port does not have",
    ),
    (
        "rsa_oaep",
        &[
            "Rsa2048Sha224Mgf1Sha1",
            "Rsa2048Sha224Mgf1Sha224",
            "Rsa2048Sha256Mgf1Sha1",
            "Rsa2048Sha384Mgf1Sha1",
            "Rsa2048Sha512Mgf1Sha1",
            "Rsa2048Sha512_224Mgf1Sha1",
            "Rsa2048Sha512_224Mgf1Sha512_224",
            "Rsa3072Sha256Mgf1Sha1",
            "Rsa3072Sha512Mgf1Sha1",
            "Rsa3072Sha512_256Mgf1Sha1",
            "Rsa3072Sha512_256Mgf1Sha512_256",
            "Rsa4096Sha256Mgf1Sha1",
            "Rsa4096Sha512Mgf1Sha1",
        ],
        "a hash that the port does not have, or masks made with another hash",
    ),
    (
        "rsa_pkcs1",
        &[
            "Rsa2048Sha224",
            "Rsa2048Sha3_224",
            "Rsa2048Sha3_256",
            "Rsa2048Sha3_384",
            "Rsa2048Sha3_512",
            "Rsa2048Sha512_224",
            "Rsa2048Sha512_256",
            "Rsa3072Sha3_256",
            "Rsa3072Sha3_384",
            "Rsa3072Sha3_512",
            "Rsa3072Sha512_256",
            "Rsa4096Sha512_256",
            "Rsa8192Sha256",
            "Rsa8192Sha384",
            "Rsa8192Sha512",
        ],
        "a hash or a size that the port does not have",
    ),
    (
        "rsa_pss",
        &[
            "RsaPss2048Sha1Mgf1SaltLen20WithParams",
            "RsaPss2048Sha256Mgf1SaltLen0WithParams",
            "RsaPss2048Sha256Mgf1SaltLen32WithParams",
            "RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams",
            "RsaPss3072Sha256Mgf1SaltLen32WithParams",
            "RsaPss4096Sha512Mgf1SaltLen32WithParams",
            "RsaPss4096Sha512Mgf1SaltLen64WithParams",
            "RsaPssmiscWithParams",
        ],
        "keys tied to PSS parameters (RFC 4055), which the port refuses",
    ),
    (
        "rsa_pss",
        &[
            "RsaPss2048Sha1Mgf1SaltLen20",
            "RsaPss2048Sha256Mgf1SaltLen0",
            "RsaPss2048Sha256Mgf1Sha1_20",
            "RsaPss2048Sha512_224Mgf1SaltLen28",
            "RsaPss2048Sha512_256Mgf1SaltLen32",
            "RsaPss2048Shake128",
            "RsaPss2048Shake256",
            "RsaPss3072Shake128",
            "RsaPss3072Shake256",
            "RsaPss4096Sha512Mgf1SaltLen32",
            "RsaPss4096Shake256",
        ],
        "a hash, mask or salt length that the port does not have",
    ),
    (
        "mlkem",
        &[
            "MlKem512SemiExpandedDecaps",
            "MlKem768SemiExpandedDecaps",
            "MlKem1024SemiExpandedDecaps",
        ],
        "private keys without a seed: the port keeps seeds (RFC 9935)",
    ),
    (
        "mldsa_sign",
        &[
            "MlDsa44SignNoSeed",
            "MlDsa65SignNoSeed",
            "MlDsa87SignNoSeed",
        ],
        "private keys without a seed: the port keeps seeds (RFC 9881)",
    ),
];
