//! Random bytes.

use claviger_secret::SecretBytes;

use super::{Description, GENERATE_RANDOM, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Returns random bytes.
#[derive(Clone, Copy, Debug)]
pub struct GenerateRandom {
    /// How many, 1 to [`GenerateRandom::LIMIT`].
    pub length: usize,
}

impl GenerateRandom {
    /// The most bytes.
    pub const LIMIT: usize = 1 << 20;
}

impl Operation for GenerateRandom {
    type Reply = SecretBytes;

    const DESCRIPTION: &'static Description = GENERATE_RANDOM;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<SecretBytes, Error> {
        if !(1..=Self::LIMIT).contains(&self.length) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the length must be between 1 and {} bytes", Self::LIMIT),
                "ask for fewer bytes, several times if need be",
            ));
        }
        let crypto = &authorized.shared().crypto;
        Ok(SecretBytes::try_init(self.length, |bytes| crypto.random(bytes))?)
    }
}
