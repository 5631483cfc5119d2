//! Enumerations of the field, with the codes of KMIP 2.1 §11 so that no door has to translate them.
//!
//! A code that isn't listed is legal in what clients register and is kept as a number; these types name what the service
//! understands.

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant = $code,)* }

        impl $name {
            /// All members.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code in KMIP.
            #[must_use]
            pub const fn code(self) -> u32 {
                self as u32
            }

            /// The member of this code.
            #[must_use]
            pub const fn from_code(code: u32) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

coded! {
    /// What a key is for, apart from mode and padding (KMIP Cryptographic Algorithm).
    #[expect(missing_docs, reason = "the members are the algorithms' own names")]
    CryptographicAlgorithm {
        Des = 0x01, TripleDes = 0x02, Aes = 0x03, Rsa = 0x04, Dsa = 0x05, Ecdsa = 0x06,
        HmacSha1 = 0x07, HmacSha224 = 0x08, HmacSha256 = 0x09, HmacSha384 = 0x0a, HmacSha512 = 0x0b, HmacMd5 = 0x0c,
        Dh = 0x0d, Ecdh = 0x0e, Ecmqv = 0x0f, Blowfish = 0x10, Camellia = 0x11, Cast5 = 0x12, Idea = 0x13, Mars = 0x14,
        Rc2 = 0x15, Rc4 = 0x16, Rc5 = 0x17, Skipjack = 0x18, Twofish = 0x19, Ec = 0x1a, OneTimePad = 0x1b,
        ChaCha20 = 0x1c, Poly1305 = 0x1d, ChaCha20Poly1305 = 0x1e, Sha3With224 = 0x1f, Sha3With256 = 0x20,
        Sha3With384 = 0x21, Sha3With512 = 0x22, HmacSha3With224 = 0x23, HmacSha3With256 = 0x24, HmacSha3With384 = 0x25,
        HmacSha3With512 = 0x26, Shake128 = 0x27, Shake256 = 0x28, Aria = 0x29, Seed = 0x2a, Sm2 = 0x2b, Sm3 = 0x2c,
        Sm4 = 0x2d, GostR34102012 = 0x2e, GostR34112012 = 0x2f, GostR34132015 = 0x30, Gost2814789 = 0x31, Xmss = 0x32,
        Sphincs256 = 0x33, McEliece = 0x34, McEliece6960119 = 0x35, McEliece8192128 = 0x36, Ed25519 = 0x37, Ed448 = 0x38,
    }
}

coded! {
    /// How a block cipher is used for more than one block (KMIP Block Cipher Mode).
    #[expect(missing_docs, reason = "the members are the modes' own names")]
    BlockCipherMode {
        Cbc = 0x01, Ecb = 0x02, Pcbc = 0x03, Cfb = 0x04, Ofb = 0x05, Ctr = 0x06, Cmac = 0x07, Ccm = 0x08, Gcm = 0x09,
        CbcMac = 0x0a, Xts = 0x0b, AesKeyWrapPadding = 0x0c, NistKeyWrap = 0x0d, X9102Aeskw = 0x0e, X9102Tdkw = 0x0f,
        X9102Akw1 = 0x10, X9102Akw2 = 0x11, Aead = 0x12,
    }
}

coded! {
    /// How data are filled up to a whole block or a modulus (KMIP Padding Method).
    #[expect(missing_docs, reason = "the members are the methods' own names")]
    PaddingMethod {
        None = 0x01, Oaep = 0x02, Pkcs5 = 0x03, Ssl3 = 0x04, Zeros = 0x05, AnsiX923 = 0x06, Iso10126 = 0x07,
        Pkcs1V15 = 0x08, X931 = 0x09, Pss = 0x0a,
    }
}

coded! {
    /// A hash function (KMIP Hashing Algorithm).
    #[expect(missing_docs, reason = "the members are the functions' own names")]
    HashingAlgorithm {
        Md2 = 0x01, Md4 = 0x02, Md5 = 0x03, Sha1 = 0x04, Sha224 = 0x05, Sha256 = 0x06, Sha384 = 0x07, Sha512 = 0x08,
        Ripemd160 = 0x09, Tiger = 0x0a, Whirlpool = 0x0b, Sha512With224 = 0x0c, Sha512With256 = 0x0d,
        Sha3With224 = 0x0e, Sha3With256 = 0x0f, Sha3With384 = 0x10, Sha3With512 = 0x11,
    }
}

coded! {
    /// How key material is written (KMIP Key Format Type).
    #[expect(missing_docs, reason = "the members are the formats' own names")]
    KeyFormatType {
        Raw = 0x01, Opaque = 0x02, Pkcs1 = 0x03, Pkcs8 = 0x04, X509 = 0x05, EcPrivateKey = 0x06,
        TransparentSymmetricKey = 0x07, TransparentDsaPrivateKey = 0x08, TransparentDsaPublicKey = 0x09,
        TransparentRsaPrivateKey = 0x0a, TransparentRsaPublicKey = 0x0b, TransparentDhPrivateKey = 0x0c,
        TransparentDhPublicKey = 0x0d, TransparentEcdsaPrivateKey = 0x0e, TransparentEcdsaPublicKey = 0x0f,
        TransparentEcdhPrivateKey = 0x10, TransparentEcdhPublicKey = 0x11, TransparentEcmqvPrivateKey = 0x12,
        TransparentEcmqvPublicKey = 0x13, TransparentEcPrivateKey = 0x14, TransparentEcPublicKey = 0x15, Pkcs12 = 0x16,
        Pkcs10 = 0x17,
    }
}

coded! {
    /// A signature algorithm with its hash (KMIP Digital Signature Algorithm).
    #[expect(missing_docs, reason = "the members are the algorithms' own names")]
    DigitalSignatureAlgorithm {
        Md2WithRsa = 0x01, Md5WithRsa = 0x02, Sha1WithRsa = 0x03, Sha224WithRsa = 0x04, Sha256WithRsa = 0x05,
        Sha384WithRsa = 0x06, Sha512WithRsa = 0x07, RsassaPss = 0x08, DsaWithSha1 = 0x09, DsaWithSha224 = 0x0a,
        DsaWithSha256 = 0x0b, EcdsaWithSha1 = 0x0c, EcdsaWithSha224 = 0x0d, EcdsaWithSha256 = 0x0e,
        EcdsaWithSha384 = 0x0f, EcdsaWithSha512 = 0x10, Sha3With256WithRsa = 0x11, Sha3With384WithRsa = 0x12,
        Sha3With512WithRsa = 0x13,
    }
}

coded! {
    /// An elliptic curve (KMIP Recommended Curve).
    #[expect(missing_docs, reason = "the members are the curves' own names")]
    RecommendedCurve {
        P192 = 0x01, K163 = 0x02, B163 = 0x03, P224 = 0x04, K233 = 0x05, B233 = 0x06, P256 = 0x07, K283 = 0x08,
        B283 = 0x09, P384 = 0x0a, K409 = 0x0b, B409 = 0x0c, P521 = 0x0d, K571 = 0x0e, B571 = 0x0f, Secp160k1 = 0x13,
        Secp256k1 = 0x18, Curve25519 = 0x45, Curve448 = 0x46,
    }
}

coded! {
    /// How keys are derived (KMIP Derivation Method).
    #[expect(missing_docs, reason = "the members are the methods' own names")]
    DerivationMethod {
        Pbkdf2 = 0x01, Hash = 0x02, Hmac = 0x03, Encrypt = 0x04, Nist800108Counter = 0x05, Nist800108Feedback = 0x06,
        Nist800108DoublePipeline = 0x07, AsymmetricKey = 0x08, AwsSignatureVersion4 = 0x09, Hkdf = 0x0a,
    }
}

coded! {
    /// How a key is split (KMIP Split Key Method).
    SplitKeyMethod {
        /// Exclusive or: all parts are needed.
        Xor = 0x01,
        /// Shamir's sharing over GF(2^16).
        PolynomialGf216 = 0x02,
        /// Shamir's sharing over a prime field.
        PolynomialPrimeField = 0x03,
        /// Shamir's sharing over GF(2^8).
        PolynomialGf28 = 0x04,
    }
}

coded! {
    /// How one object refers to another (KMIP Link Type).
    #[expect(missing_docs, reason = "the members are the links' own names")]
    LinkType {
        Certificate = 0x101, PublicKey = 0x102, PrivateKey = 0x103, DerivationBaseObject = 0x104, DerivedKey = 0x105,
        ReplacementObject = 0x106, ReplacedObject = 0x107, Parent = 0x108, Child = 0x109, Previous = 0x10a, Next = 0x10b,
        Pkcs12Certificate = 0x10c, Pkcs12Password = 0x10d, WrappingKey = 0x10e,
    }
}
