//! Single values: equal, or one of a run's own.

use claviger_wire_ttlv::enumeration::{CryptographicAlgorithm, Operation};
use claviger_wire_ttlv::{Tag, tag};

use super::{Comparison, Outcome, Rule};
use crate::node::Value;
use crate::session::Origin;

/// How far a date of the server may be from the runner's clock, in seconds.
const CLOCK_TOLERANCE: i64 = 60;

/// Placeholders that stand for the same value wherever they stand; the others are answered anew each time.
const LASTING: &[&str] =
    &["KEY_MATERIAL", "KEY_VALUE", "SHORT_UNIQUE_IDENTIFIER", "UNIQUE_IDENTIFIER"];

/// The dates that rule 9 names. (It writes "Protect Start" and "Process Stop"; attributes are called as here.)
const DATES: &[Tag] = &[
    tag::ACTIVATION_DATE,
    tag::ARCHIVE_DATE,
    tag::COMPROMISE_DATE,
    tag::COMPROMISE_OCCURRENCE_DATE,
    tag::DEACTIVATION_DATE,
    tag::DESTROY_DATE,
    tag::INITIAL_DATE,
    tag::LAST_CHANGE_DATE,
    tag::ORIGINAL_CREATION_DATE,
    tag::PROCESS_START_DATE,
    tag::PROTECT_STOP_DATE,
    tag::VALIDITY_DATE,
];

impl Comparison<'_> {
    /// Compares two values that are no structures.
    pub(super) fn leaf(&mut self, meaning: Tag, published: &Value, actual: &Value) -> Outcome {
        if published.item_type() != actual.item_type() {
            let told = |value: &Value| format!("{} {value}", value.item_type());
            return Err(self.difference(told(published), told(actual)));
        }
        if published == actual {
            return Ok(());
        }
        match published {
            Value::Placeholder(_, name) => self.placeholder(name, actual),
            Value::Now(_, offset) => {
                let expected = self.session.start.saturating_add(*offset);
                self.date(meaning, published, expected, true, actual)
            }
            Value::DateTime(expected) => self.date(meaning, published, *expected, false, actual),
            Value::BigInteger(one) if shortened(one) == big_integer(actual) => {
                self.permit(Rule::BigIntegerPadding);
                Ok(())
            }
            _ => match self.variable(meaning, published, actual) {
                Some(rule) => {
                    self.permit(rule);
                    Ok(())
                }
                None => Err(self.values_differ(meaning, published, actual)),
            },
        }
    }

    fn placeholder(&mut self, name: &str, actual: &Value) -> Outcome {
        let family = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        if LASTING.contains(&family) {
            if let Some(known) = self.session.placeholder(name).filter(|known| *known != actual) {
                return Err(
                    self.difference(format!("${name}, which is {known}"), actual.to_string())
                );
            }
            if let Some(other) = self.session.other_name(name, actual) {
                let expected = format!("${name}, another one than ${other}");
                return Err(self.difference(expected, actual.to_string()));
            }
        }
        if is_empty(actual) {
            return Err(self.difference(format!("${name}"), "an empty value"));
        }
        self.session.bind(name, actual.clone());
        let rule = match family {
            "UNIQUE_IDENTIFIER" => Rule::Identifier,
            "SHORT_UNIQUE_IDENTIFIER" => Rule::ShortIdentifier,
            "ASYNCHRONOUS_CORRELATION_VALUE" => Rule::AsynchronousCorrelation,
            "CORRELATION_VALUE" => Rule::CorrelationValue,
            "SERVER_CORRELATION_VALUE" => Rule::ServerCorrelation,
            "TICKET_VALUE" => Rule::TicketValue,
            "KEY_MATERIAL" => Rule::GeneratedMaterial,
            "KEY_VALUE" => Rule::WrappedMaterial,
            "DIGEST_VALUE" => Rule::Digest,
            _ if self.item.object.origin == Origin::Generated => Rule::GeneratedOutput,
            _ => Rule::RandomOutput,
        };
        self.permit(rule);
        Ok(())
    }

    fn date(
        &mut self,
        meaning: Tag,
        published: &Value,
        expected: i64,
        is_of_run: bool,
        actual: &Value,
    ) -> Outcome {
        let Value::DateTime(seconds) = actual else {
            return Err(self.values_differ(meaning, published, actual));
        };
        if *seconds == expected {
            return Ok(());
        }
        let is_fixed = self
            .item
            .identifier
            .as_deref()
            .is_some_and(|object| self.session.objects.has_set(object, meaning, expected));
        // What happened in this run happened between its start and now.
        let offset = expected.saturating_sub(self.session.start);
        let earliest = expected.saturating_sub(CLOCK_TOLERANCE);
        let latest = self.now.saturating_add(offset).saturating_add(CLOCK_TOLERANCE);
        // A time stamp tells when the answer was made, whatever was published.
        let is_near = if meaning == tag::TIME_STAMP {
            let earliest = self.session.start.saturating_sub(CLOCK_TOLERANCE);
            (earliest..=self.now.saturating_add(CLOCK_TOLERANCE)).contains(seconds)
        } else {
            !is_of_run || (earliest..=latest).contains(seconds)
        };
        let rule = match meaning {
            tag::TIME_STAMP => Some(Rule::TimeStamp),
            _ if DATES.contains(&meaning) && !is_fixed => Some(Rule::Date),
            _ => None,
        };
        match rule {
            Some(rule) if is_near => {
                self.permit(rule);
                Ok(())
            }
            _ => {
                let expected = format!("{} ({published})", Value::DateTime(expected));
                Err(self.difference(expected, actual.to_string()))
            }
        }
    }

    /// The rule by which a value may be another one.
    fn variable(&mut self, meaning: Tag, published: &Value, actual: &Value) -> Option<Rule> {
        let is_generated = self.item.object.origin == Origin::Generated;
        match meaning {
            tag::RESULT_MESSAGE => Some(Rule::ResultMessage),
            tag::SERVER_CORRELATION_VALUE if !is_empty(actual) => Some(Rule::ServerCorrelation),
            tag::ASYNCHRONOUS_CORRELATION_VALUE if !is_empty(actual) => {
                Some(Rule::AsynchronousCorrelation)
            }
            tag::DIGEST_VALUE if is_generated || self.item.has_other_hash => Some(Rule::Digest),
            tag::HASHING_ALGORITHM if self.is_within("Digest") => {
                self.item.has_other_hash = true;
                Some(Rule::Digest)
            }
            tag::KEY_FORMAT_TYPE if is_generated && !self.names_format() => Some(Rule::KeyFormat),
            tag::CERTIFICATE_VALUE
            | tag::CERTIFICATE_LENGTH
            | tag::CERTIFICATE_SERIAL_NUMBER
            | tag::SERIAL_NUMBER
                if is_generated && !is_empty(actual) =>
            {
                Some(Rule::GeneratedCertificate)
            }
            tag::PKCS_11_OUTPUT_PARAMETERS => library_description(published, actual),
            _ if self.item.is_material
                || meaning == tag::KEY_MATERIAL
                || meaning == tag::KEY_VALUE =>
            {
                self.material(published, actual)
            }
            tag::DATA
            | tag::SIGNATURE_DATA
            | tag::MAC_DATA
            | tag::IV_COUNTER_NONCE
            | tag::AUTHENTICATED_ENCRYPTION_TAG => self.output(published, actual),
            _ => None,
        }
    }

    fn material(&mut self, published: &Value, actual: &Value) -> Option<Rule> {
        if let Some(is_variable) = self.item.wrapping {
            return (is_variable && !is_empty(actual)).then_some(Rule::WrappedMaterial);
        }
        if self.item.object.origin != Origin::Generated || is_empty(actual) {
            return None;
        }
        if let (Value::ByteString(one), Value::ByteString(other)) = (published, actual) {
            let identifier = self.item.identifier.clone().unwrap_or_default();
            let is_same_length = one.len() == other.len() || !self.is_symmetric();
            if !is_same_length || !self.session.material_stays(&identifier, one, other) {
                return None;
            }
        }
        Some(Rule::GeneratedMaterial)
    }

    /// Output under a generated key, or random output. It has the published length, but for signatures in DER.
    fn output(&mut self, published: &Value, actual: &Value) -> Option<Rule> {
        let (Value::ByteString(one), Value::ByteString(other)) = (published, actual) else {
            return None;
        };
        let is_signature = self.item.operation == Some(Operation::Sign);
        let may_be_longer = is_signature && !other.is_empty();
        if one.len() != other.len() && !may_be_longer {
            return None;
        }
        if self.item.is_random {
            return Some(Rule::RandomOutput);
        }
        // What this run has encrypted is decrypted to what was encrypted.
        let is_own = self.item.is_chained && self.item.operation == Some(Operation::Decrypt);
        (self.item.object.origin == Origin::Generated && !is_own).then_some(Rule::GeneratedOutput)
    }

    fn is_symmetric(&self) -> bool {
        let algorithm = self.item.object.algorithm.map(CryptographicAlgorithm::from_code);
        matches!(
            algorithm,
            Some(
                CryptographicAlgorithm::AES
                    | CryptographicAlgorithm::DES3
                    | CryptographicAlgorithm::DES
                    | CryptographicAlgorithm::SKIPJACK
                    | CryptographicAlgorithm::ChaCha20
            )
        )
    }

    /// Whether the client has asked for a key format.
    fn names_format(&self) -> bool {
        self.item.request.is_some_and(|request| request.child(tag::KEY_FORMAT_TYPE).is_some())
    }

    fn is_within(&self, name: &str) -> bool {
        self.path.iter().rev().nth(1).is_some_and(|parent| parent == name)
    }
}

/// CK_INFO of PKCS#11: a version, two texts of 32 bytes with flags between them, and a version.
fn library_description(published: &Value, actual: &Value) -> Option<Rule> {
    const CK_INFO: usize = 76;
    let (Value::ByteString(one), Value::ByteString(other)) = (published, actual) else {
        return None;
    };
    let same = |from: usize, to: usize| one.get(from..to) == other.get(from..to);
    let is_info = one.len() == CK_INFO && other.len() == CK_INFO;
    // The version of Cryptoki and the flags.
    (is_info && same(0, 2) && same(34, 42)).then_some(Rule::LibraryDescription)
}

fn big_integer(value: &Value) -> &[u8] {
    match value {
        Value::BigInteger(bytes) => shortened(bytes),
        _ => &[],
    }
}

/// A number in two's complement without the leading bytes that only repeat its sign.
fn shortened(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && let [second, ..] = rest
        && ((*first == 0 && second & 0x80 == 0) || (*first == 0xFF && second & 0x80 != 0))
    {
        bytes = rest;
    }
    bytes
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::TextString(text) => text.is_empty(),
        Value::ByteString(bytes) => bytes.is_empty(),
        _ => false,
    }
}
