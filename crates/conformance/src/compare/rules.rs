//! What a response may have otherwise than published, each with the clause that permits it.
//!
//! Numbers are those of the list "Permitted Test Case Variations" of the profiles (section 4.7.1 of the Cryptographic
//! Services Profile 1.0; the other profiles repeat it). The last rules come from the specification itself: where it gives
//! values no order or leaves them to the server, two conforming servers differ. Everything else is compared exactly.

use std::fmt;

/// A permitted variation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    AdditionalAttribute,
    AsynchronousCorrelation,
    AttributeIndex,
    BigIntegerPadding,
    CorrelationValue,
    CustomAttribute,
    Date,
    Digest,
    ExtensionList,
    GeneratedCertificate,
    GeneratedMaterial,
    GeneratedOutput,
    Identifier,
    KeyFormat,
    LibraryDescription,
    LocatedItems,
    MessageExtension,
    Namespaces,
    ObjectGroup,
    ObjectTypes,
    Operations,
    Order,
    ProtocolVersions,
    RandomOutput,
    ResultMessage,
    ServerCorrelation,
    ServerInformation,
    ShortIdentifier,
    TemplateAttribute,
    TicketValue,
    TimeStamp,
    VendorIdentification,
    WrappedMaterial,
}

impl Rule {
    /// The clause, and what it permits.
    pub(crate) fn clause(self) -> &'static str {
        match self {
            Self::AdditionalAttribute => "19: attributes beyond those noted in the response",
            Self::AsynchronousCorrelation => "5: the value of AsynchronousCorrelationValue",
            Self::AttributeIndex => "24: AttributeIndex 0 may be told or not, from 1.1 on",
            Self::BigIntegerPadding => {
                "specification 9.1.1.4 (1.x), 10.1.4 (2.x): leading sign-extension bytes do not change a big integer"
            }
            Self::CorrelationValue => "streams: the server chooses CorrelationValue",
            Self::CustomAttribute => "21: custom attributes of the server",
            Self::Date => "9: a date that the request does not fix",
            Self::Digest => {
                "11, 13: the digest of a generated object, and the hashing algorithm of a digest"
            }
            Self::ExtensionList => "14: further extensions in Query",
            Self::GeneratedCertificate => "7a: the content of a certificate that the server issues",
            Self::GeneratedMaterial => "7a: key material that the server generates",
            Self::GeneratedOutput => "8a: output under a key that the server generated",
            Self::Identifier => "1, 2, 3, 10: identifiers, the same wherever the case has the same",
            Self::KeyFormat => "12: the key format that the server chooses for what it creates",
            Self::LibraryDescription => {
                "27, for PKCS#11: manufacturer, description and version of the library in CK_INFO"
            }
            Self::LocatedItems => {
                "specification of Locate: LocatedItems may be told or not without OffsetItems"
            }
            Self::MessageExtension => "22: non-critical message extensions",
            Self::Namespaces => "15: application namespaces in Query",
            Self::ObjectGroup => "20: object groups that no request has set",
            Self::ObjectTypes => "16: further object types in Query",
            Self::Operations => "17: further operations in Query",
            Self::Order => {
                "specification: attributes, the operations and object types of Query, and in 1.x located objects have no order"
            }
            Self::ProtocolVersions => "26: further protocol versions",
            Self::RandomOutput => "8b: output that is random by itself",
            Self::ResultMessage => "25: ResultMessage may be absent or another",
            Self::ServerCorrelation => {
                "specification 6.19 (1.4), 9.16 (2.1): the server chooses ServerCorrelationValue and should send it"
            }
            Self::ServerInformation => {
                "specification of Query: ServerInformation holds what the vendor wants"
            }
            Self::ShortIdentifier => "1: identifiers; the short one is another of them",
            Self::TemplateAttribute => "23: TemplateAttribute in a response",
            Self::TicketValue => "4, 5: a ticket is a value that the server makes for this run",
            Self::TimeStamp => "6: TimeStamp",
            Self::VendorIdentification => "27: VendorIdentification",
            Self::WrappedMaterial => "7b: a wrapping that is dynamic or random",
        }
    }
}

/// The rule's name in reports: `GeneratedMaterial` is `generated-material`.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{self:?}");
        for (index, letter) in name.chars().enumerate() {
            if letter.is_ascii_uppercase() && index > 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{}", letter.to_ascii_lowercase())?;
        }
        Ok(())
    }
}
