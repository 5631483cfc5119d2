//! The attributes of a managed object and their rules: one row each (KMIP 2.1 §4; for those of KMIP 1.x only, KMIP 1.4 §3).

use super::value::Field;

/// Who gives an attribute its first value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// Only the service.
    Server,
    /// Only the client, when the object is made or added to it later.
    Client,
    /// The client, or else the service.
    Both,
}

/// When a client may change an attribute that has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifiable {
    /// Never.
    Never,
    /// Whenever it likes.
    Always,
    /// Only while the object is pre-active.
    PreActive,
    /// Only while the object is pre-active or active, and the old date lies ahead.
    BeforeDate,
    /// Only until a usage allocation was obtained.
    BeforeAllocation,
}

/// One row of the table of attributes.
#[derive(Debug, PartialEq, Eq)]
pub struct AttributeRule {
    /// Which attribute.
    pub kind: AttributeKind,
    /// KMIP's tag.
    pub field: Field,
    /// Whether an object may have several of them.
    pub multiple: bool,
    /// Who gives the first value.
    pub set_by: SetBy,
    /// When a client may change it.
    pub modifiable: Modifiable,
    /// Whether a client may delete it.
    pub deletable: bool,
}

macro_rules! attributes {
    ($($kind:ident = $tag:literal, $multiple:ident, $set_by:ident, $modifiable:ident, $deletable:literal;)*) => {
        /// What an attribute is. Custom and vendor attributes have names of their own instead; see
        /// [`AttributeKey`](super::AttributeKey).
        #[expect(missing_docs, reason = "the members are the attributes' own names, described in KMIP 2.1 §4")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum AttributeKind { $($kind,)* }

        /// All attributes, in the order of [`AttributeKind`].
        pub const ATTRIBUTES: &[AttributeRule] = &[$(AttributeRule {
            kind: AttributeKind::$kind,
            field: Field($tag),
            multiple: multiplicity!($multiple),
            set_by: SetBy::$set_by,
            modifiable: Modifiable::$modifiable,
            deletable: $deletable,
        },)*];
    };
}

macro_rules! multiplicity {
    (one) => {
        false
    };
    (many) => {
        true
    };
}

attributes! {
    ActivationDate = 0x42_0001, one, Both, PreActive, false;
    AlternativeName = 0x42_00bf, many, Client, Always, true;
    AlwaysSensitive = 0x42_0121, one, Server, Never, false;
    ApplicationSpecificInformation = 0x42_0004, many, Both, Always, true;
    ArchiveDate = 0x42_0005, one, Server, Never, false;
    CertificateSubjectCn = 0x42_0108, many, Server, Never, false;
    CertificateSubjectO = 0x42_0109, many, Server, Never, false;
    CertificateSubjectOu = 0x42_010a, many, Server, Never, false;
    CertificateSubjectEmail = 0x42_010b, many, Server, Never, false;
    CertificateSubjectC = 0x42_010c, many, Server, Never, false;
    CertificateSubjectSt = 0x42_010d, many, Server, Never, false;
    CertificateSubjectL = 0x42_010e, many, Server, Never, false;
    CertificateSubjectUid = 0x42_010f, many, Server, Never, false;
    CertificateSubjectSerialNumber = 0x42_0110, many, Server, Never, false;
    CertificateSubjectTitle = 0x42_0111, many, Server, Never, false;
    CertificateSubjectDc = 0x42_0112, many, Server, Never, false;
    CertificateSubjectDnQualifier = 0x42_0113, many, Server, Never, false;
    CertificateIssuerCn = 0x42_0114, many, Server, Never, false;
    CertificateIssuerO = 0x42_0115, many, Server, Never, false;
    CertificateIssuerOu = 0x42_0116, many, Server, Never, false;
    CertificateIssuerEmail = 0x42_0117, many, Server, Never, false;
    CertificateIssuerC = 0x42_0118, many, Server, Never, false;
    CertificateIssuerSt = 0x42_0119, many, Server, Never, false;
    CertificateIssuerL = 0x42_011a, many, Server, Never, false;
    CertificateIssuerUid = 0x42_011b, many, Server, Never, false;
    CertificateIssuerSerialNumber = 0x42_011c, many, Server, Never, false;
    CertificateIssuerTitle = 0x42_011d, many, Server, Never, false;
    CertificateIssuerDc = 0x42_011e, many, Server, Never, false;
    CertificateIssuerDnQualifier = 0x42_011f, many, Server, Never, false;
    CertificateIdentifier = 0x42_0014, one, Server, Never, false;
    CertificateIssuer = 0x42_0015, one, Server, Never, false;
    CertificateLength = 0x42_00ad, one, Server, Never, false;
    CertificateSubject = 0x42_001a, one, Server, Never, false;
    CertificateType = 0x42_001d, one, Server, Never, false;
    Comment = 0x42_00fd, one, Both, Always, true;
    CompromiseDate = 0x42_0020, one, Server, Never, false;
    CompromiseOccurrenceDate = 0x42_0021, one, Server, Never, false;
    ContactInformation = 0x42_0022, one, Both, Always, true;
    CryptographicAlgorithm = 0x42_0028, one, Both, Never, false;
    CryptographicDomainParameters = 0x42_0029, one, Client, Never, false;
    CryptographicLength = 0x42_002a, one, Both, Never, false;
    CryptographicParameters = 0x42_002b, many, Client, Always, true;
    CryptographicUsageMask = 0x42_002c, one, Both, Never, false;
    DeactivationDate = 0x42_002f, one, Both, BeforeDate, false;
    Description = 0x42_00fc, one, Both, Always, true;
    DestroyDate = 0x42_0033, one, Server, Never, false;
    Digest = 0x42_0034, many, Server, Never, false;
    DigitalSignatureAlgorithm = 0x42_00ae, many, Server, Never, false;
    Extractable = 0x42_0122, one, Both, Always, false;
    Fresh = 0x42_00a8, one, Both, Never, false;
    InitialDate = 0x42_0039, one, Server, Never, false;
    KeyFormatType = 0x42_0042, one, Both, Never, false;
    KeyValueLocation = 0x42_00b8, many, Client, Always, true;
    KeyValuePresent = 0x42_00bb, one, Server, Never, false;
    LastChangeDate = 0x42_0048, one, Server, Never, false;
    LeaseTime = 0x42_0049, one, Server, Never, false;
    Link = 0x42_004a, many, Both, Always, true;
    Name = 0x42_0053, many, Client, Always, true;
    NeverExtractable = 0x42_0123, one, Server, Never, false;
    NistKeyType = 0x42_013a, many, Client, Never, false;
    ObjectGroup = 0x42_0056, many, Both, Always, true;
    ObjectGroupMember = 0x42_00ac, one, Server, Never, false;
    ObjectType = 0x42_0057, one, Server, Never, false;
    OpaqueDataType = 0x42_0059, one, Server, Never, false;
    OperationPolicyName = 0x42_005d, one, Both, Never, false;
    OriginalCreationDate = 0x42_00bc, one, Both, Never, false;
    Pkcs12FriendlyName = 0x42_00fb, one, Both, Always, true;
    ProcessStartDate = 0x42_0067, one, Both, BeforeDate, false;
    ProtectStopDate = 0x42_0068, one, Both, BeforeDate, false;
    ProtectionLevel = 0x42_0145, one, Client, Always, true;
    ProtectionPeriod = 0x42_0146, one, Client, Always, true;
    ProtectionStorageMask = 0x42_015e, one, Server, Never, false;
    QuantumSafe = 0x42_0147, one, Client, Always, true;
    RandomNumberGenerator = 0x42_00de, one, Both, Never, false;
    RevocationReason = 0x42_0081, one, Server, Never, false;
    RotateAutomatic = 0x42_016b, one, Both, Never, false;
    RotateDate = 0x42_016d, one, Server, Never, false;
    RotateGeneration = 0x42_016e, one, Server, Never, false;
    RotateInterval = 0x42_016a, one, Both, Never, false;
    RotateLatest = 0x42_0172, one, Server, Never, false;
    RotateName = 0x42_016f, one, Client, Always, true;
    RotateOffset = 0x42_016c, one, Both, Never, false;
    Sensitive = 0x42_0120, one, Both, Always, false;
    ShortUniqueIdentifier = 0x42_0136, one, Server, Never, false;
    State = 0x42_008d, one, Server, Never, false;
    UniqueIdentifier = 0x42_0094, one, Server, Never, false;
    UsageLimits = 0x42_0095, one, Both, BeforeAllocation, true;
    X509CertificateIdentifier = 0x42_00b5, one, Server, Never, false;
    X509CertificateIssuer = 0x42_00b6, one, Server, Never, false;
    X509CertificateSubject = 0x42_00b7, one, Server, Never, false;
}

impl AttributeKind {
    /// The attribute's rules.
    #[must_use]
    pub const fn rule(self) -> &'static AttributeRule {
        &ATTRIBUTES[self as usize]
    }

    /// KMIP's tag.
    #[must_use]
    pub const fn field(self) -> Field {
        self.rule().field
    }

    /// The attribute of this tag.
    #[must_use]
    pub fn from_field(field: Field) -> Option<Self> {
        ATTRIBUTES.iter().find(|rule| rule.field == field).map(|rule| rule.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTES, AttributeKind};

    #[test]
    fn every_row_is_found_by_its_kind_and_by_its_tag() {
        for rule in ATTRIBUTES {
            assert_eq!(rule.kind.rule(), rule);
            assert_eq!(AttributeKind::from_field(rule.field), Some(rule.kind));
        }
    }
}
