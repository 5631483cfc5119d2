//! Bech32 as age uses it: BIP 173 without the limit of 90 characters.

use bech32::primitives::checksum::Checksum;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

/// The longest text that is decoded, in characters.
pub(crate) const MAX_TEXT_LEN: usize = 32 * 1024;

/// The checksum of BIP 173 over texts of any length.
enum Unlimited {}

impl Checksum for Unlimited {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = Bech32::TARGET_RESIDUE;
}

/// Which of the two cases a text is in. Recipients are in lower case, identities in upper case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
}

/// Encodes `payload` behind `prefix`, which is at most 83 printable ASCII characters.
///
/// `None` if the prefix is not.
pub(crate) fn encode(prefix: &str, payload: &[u8], case: Case) -> Option<Zeroizing<String>> {
    let prefix = Hrp::parse(prefix).ok()?;
    let text = match case {
        Case::Lower => bech32::encode_lower::<Unlimited>(prefix, payload),
        Case::Upper => bech32::encode_upper::<Unlimited>(prefix, payload),
    };
    text.ok().map(Zeroizing::new)
}

/// Decodes the payload behind `prefix`, or `None` if the text is not its canonical encoding.
pub(crate) fn decode(prefix: &str, text: &str, case: Case) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() > MAX_TEXT_LEN {
        return None;
    }
    let parts = CheckedHrpstring::new::<Unlimited>(text).ok()?;
    let payload = Zeroizing::new(parts.byte_iter().collect::<Vec<u8>>());
    // Encoding it again refuses another prefix, the other case and bits of padding that are not zero.
    (encode(prefix, &payload, case)?.as_str() == text).then_some(payload)
}
