//! What a keyset's owner decided about its use.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use crate::{Algorithm, KeySpec, Usage};

/// One day.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a policy was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// A permitted algorithm doesn't fit the key's material.
    AlgorithmDoesNotFit(Algorithm),
    /// The rotation period is shorter than [`Policy::SHORTEST_ROTATION_PERIOD`] or longer than [`Policy::LONGEST_PERIOD`].
    RotationPeriod,
    /// The deletion waiting period is longer than [`Policy::LONGEST_PERIOD`].
    DeletionWaitingPeriod,
    /// A minimum version lies beyond the latest version.
    MinimumVersion,
    /// Once export was forbidden, it stays so.
    ExportStaysForbidden,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmDoesNotFit(algorithm) => {
                write!(formatter, "the algorithm {algorithm} does not fit the key's material")
            }
            Self::RotationPeriod => {
                formatter.write_str("the rotation period must be between 1 minute and 10 years")
            }
            Self::DeletionWaitingPeriod => {
                formatter.write_str("the deletion waiting period must be at most 10 years")
            }
            Self::MinimumVersion => {
                formatter.write_str("a minimum version must not be above the latest version")
            }
            Self::ExportStaysForbidden => formatter.write_str(
                "a key that was made non-exportable stays so; create an exportable key instead",
            ),
        }
    }
}

impl std::error::Error for PolicyError {}

/// What a keyset's owner decided about its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What the key may be used for.
    pub usage: Usage,
    /// Restricted or additional algorithms that the key may be used with, besides its own.
    pub permitted_algorithms: BTreeSet<Algorithm>,
    /// Whether the material may be exported and wrapped.
    pub exportable: bool,
    /// Whether callers may choose the nonce of counter-based modes: repeating one breaks the encryption.
    pub caller_nonce: bool,
    /// Whether the keyset may be deleted at all.
    pub deletion_allowed: bool,
    /// How long a deletion waits, during which it can be cancelled.
    pub deletion_waiting_period: Duration,
    /// After what time a new version is added by itself.
    pub rotation_period: Option<Duration>,
    /// The oldest version that encrypts, signs and makes MACs. 0 means: only the latest.
    pub minimum_encryption_version: u32,
    /// The oldest version that decrypts and verifies.
    pub minimum_decryption_version: u32,
}

impl Policy {
    /// The shortest rotation period.
    pub const SHORTEST_ROTATION_PERIOD: Duration = Duration::from_secs(60);
    /// The longest period of any kind.
    pub const LONGEST_PERIOD: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

    /// The policy of a key of which nothing else was said: no export, deletion after a week.
    #[must_use]
    pub fn new(usage: Usage) -> Self {
        Self {
            usage,
            permitted_algorithms: BTreeSet::new(),
            exportable: false,
            caller_nonce: false,
            deletion_allowed: true,
            deletion_waiting_period: 7 * DAY,
            rotation_period: None,
            minimum_encryption_version: 0,
            minimum_decryption_version: 1,
        }
    }

    /// Checks the policy for a key of this material with versions up to `latest`.
    ///
    /// # Errors
    /// [`PolicyError`] says which rule was broken.
    pub fn check(&self, spec: KeySpec, latest: u32) -> Result<(), PolicyError> {
        if let Some(&misfit) =
            self.permitted_algorithms.iter().find(|algorithm| !algorithm.fits(spec))
        {
            return Err(PolicyError::AlgorithmDoesNotFit(misfit));
        }
        if self.rotation_period.is_some_and(|period| {
            period < Self::SHORTEST_ROTATION_PERIOD || period > Self::LONGEST_PERIOD
        }) {
            return Err(PolicyError::RotationPeriod);
        }
        if self.deletion_waiting_period > Self::LONGEST_PERIOD {
            return Err(PolicyError::DeletionWaitingPeriod);
        }
        if self.minimum_encryption_version > latest || self.minimum_decryption_version > latest {
            return Err(PolicyError::MinimumVersion);
        }
        Ok(())
    }

    /// Whether a key whose own algorithm is `own` may be used with `asked`: its own one, a permitted one, or an unrestricted
    /// one of the same class.
    #[must_use]
    pub fn permits(&self, own: Algorithm, asked: Algorithm) -> bool {
        own == asked
            || self.permitted_algorithms.contains(&asked)
            || (own.class() == asked.class() && !asked.is_restricted())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Policy, PolicyError};
    use crate::{Algorithm, KeySpec, Usage};

    #[test]
    fn restricted_algorithms_are_off_until_permitted() {
        let mut policy = Policy::new(Usage::ENCRYPT);
        assert!(policy.permits(Algorithm::AesGcm, Algorithm::AesGcmSiv));
        assert!(!policy.permits(Algorithm::AesGcm, Algorithm::AesCbc));
        assert!(!policy.permits(Algorithm::RsaOaepSha256, Algorithm::RsaOaepSha1));
        assert!(!policy.permits(Algorithm::RsaPssSha256, Algorithm::RsaOaepSha256));
        policy.permitted_algorithms.insert(Algorithm::AesCbc);
        assert!(policy.permits(Algorithm::AesGcm, Algorithm::AesCbc));
        assert_eq!(policy.check(KeySpec::Aes256, 1), Ok(()));
        assert_eq!(
            policy.check(KeySpec::ChaCha20, 1),
            Err(PolicyError::AlgorithmDoesNotFit(Algorithm::AesCbc))
        );
    }

    #[test]
    fn periods_and_versions_have_bounds() {
        let mut policy = Policy::new(Usage::ENCRYPT);
        policy.rotation_period = Some(Duration::from_secs(59));
        assert_eq!(policy.check(KeySpec::Aes256, 1), Err(PolicyError::RotationPeriod));
        policy.rotation_period = Some(Duration::from_secs(60));
        assert_eq!(policy.check(KeySpec::Aes256, 1), Ok(()));
        policy.minimum_decryption_version = 2;
        assert_eq!(policy.check(KeySpec::Aes256, 1), Err(PolicyError::MinimumVersion));
        assert_eq!(policy.check(KeySpec::Aes256, 2), Ok(()));
    }
}
