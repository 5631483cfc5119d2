//! What a key may be used for.

bitflags::bitflags! {
    /// The cryptographic usage mask, with the bits of KMIP 2.1 §11.1 so that no door has to translate them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Usage: u32 {
        /// Sign data.
        const SIGN = 0x0000_0001;
        /// Verify signatures.
        const VERIFY = 0x0000_0002;
        /// Encrypt data.
        const ENCRYPT = 0x0000_0004;
        /// Decrypt data.
        const DECRYPT = 0x0000_0008;
        /// Wrap keys.
        const WRAP_KEY = 0x0000_0010;
        /// Unwrap keys.
        const UNWRAP_KEY = 0x0000_0020;
        /// Make message authentication codes.
        const MAC_GENERATE = 0x0000_0080;
        /// Check message authentication codes.
        const MAC_VERIFY = 0x0000_0100;
        /// Derive keys.
        const DERIVE_KEY = 0x0000_0200;
        /// Agree on or encapsulate shared secrets.
        const KEY_AGREEMENT = 0x0000_0800;
        /// Sign certificates.
        const CERTIFICATE_SIGN = 0x0000_1000;
        /// Sign certificate revocation lists.
        const CRL_SIGN = 0x0000_2000;
    }
}

impl Usage {
    /// The usages that protect data, refused after the protect stop date (NIST SP 800-57 part 1, §5.3.5).
    pub const PROTECT: Self = Self::SIGN
        .union(Self::ENCRYPT)
        .union(Self::WRAP_KEY)
        .union(Self::MAC_GENERATE)
        .union(Self::CERTIFICATE_SIGN)
        .union(Self::CRL_SIGN);

    /// The usages that process what was protected before, refused before the process start date.
    pub const PROCESS: Self =
        Self::VERIFY.union(Self::DECRYPT).union(Self::UNWRAP_KEY).union(Self::MAC_VERIFY);
}
