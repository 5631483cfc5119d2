//! JSON: the forms of the profile, the dialects of Cosmian's clients, and what is refused.

use claviger_wire_ttlv::enumeration::Operation;
use claviger_wire_ttlv::json::{self, Dialect, JsonError, JsonFault};
use claviger_wire_ttlv::{Item, Limits, Tag, ValueFault, Version, Writer, cosmian, tag};

fn decoded(text: &str) -> (Vec<u8>, Dialect) {
    let decoded = json::decode(text.as_bytes(), &Limits::default());
    let (buffer, dialect) = decoded.unwrap_or_else(|error| panic!("{error}: {text}"));
    (buffer.into_vec(), dialect)
}

fn refused(text: &str) -> JsonFault {
    let error: JsonError =
        json::decode(text.as_bytes(), &Limits::default()).err().unwrap_or_else(|| panic!("{text}"));
    assert!(error.offset <= text.len());
    error.fault
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.into_buffer().into_vec()
}

fn encoded(bytes: &[u8], dialect: Dialect) -> String {
    let item = Item::parse(bytes, &Limits::default()).expect("an item");
    String::from_utf8(json::encode(item, Version::V2_1, dialect)).expect("UTF-8")
}

/// The examples of the profile, section 4.1.6.
#[test]
fn the_forms_of_the_profile() {
    let extension = Tag::from_code(0x54_0001);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            r#"{"tag": "ActivationDate", "type":"DateTime", "value":"2001-01-01T10:00:00+10:00"}"#,
            written(|w| w.date_time(tag::ACTIVATION_DATE, 978_307_200)),
        ),
        (
            r#"{"tag": "0x54FFFF", "name":"SomeExtension", "type":"Integer", "value":"0x00000001"}"#,
            written(|w| w.integer(Tag::from_code(0x54_FFFF), 1)),
        ),
        (
            r#"{"tag": "IVCounterNonce", "type":"ByteString", "value":"a1b2c3d4"}"#,
            written(|w| w.bytes(tag::IV_COUNTER_NONCE, &[0xA1, 0xB2, 0xC3, 0xD4])),
        ),
        (
            r#"{"tag": "PrivateKeyTemplateAttribute", "type":"Structure", "value":[]}"#,
            written(|w| w.structure(tag::PRIVATE_KEY_TEMPLATE_ATTRIBUTE, |_| {})),
        ),
        (
            r#"{"tag": "ProtocolVersion", "value":null}"#,
            written(|w| w.structure(tag::PROTOCOL_VERSION, |_| {})),
        ),
        (
            r#"{"tag": "CryptographicUsageMask", "type":"Integer", "value": "CertificateSign|0x00000004|0x0000008"}"#,
            written(|w| w.integer(tag::CRYPTOGRAPHIC_USAGE_MASK, 0x100C)),
        ),
        (
            r#"{"tag": "0x540001", "type":"LongInteger", "value":"0xfffffffffffffffe"}"#,
            written(|w| w.long_integer(extension, -2)),
        ),
        (
            r#"{"tag": "0x540001", "type":"LongInteger", "value":-2}"#,
            written(|w| w.long_integer(extension, -2)),
        ),
        (
            r#"{"tag": "X", "type":"BigInteger", "value":0}"#,
            written(|w| w.big_integer(tag::X, &[])),
        ),
        (
            r#"{"tag": "X", "type":"BigInteger", "value":"0xff00"}"#,
            written(|w| w.big_integer(tag::X, &[0xFF, 0])),
        ),
        (
            r#"{"tag": "0x420057", "type":"Enumeration", "value":2}"#,
            written(|w| w.enumeration(tag::OBJECT_TYPE, 2)),
        ),
        (
            r#"{"tag": "ObjectType", "type":"Enumeration", "value":"0x00000002"}"#,
            written(|w| w.enumeration(tag::OBJECT_TYPE, 2)),
        ),
        (
            r#"{"tag": "ObjectType", "type":"Enumeration", "value":"SymmetricKey"}"#,
            written(|w| w.enumeration(tag::OBJECT_TYPE, 2)),
        ),
        (
            r#"{"tag": "BatchOrderOption", "type":"Boolean", "value":"0x0000000000000001"}"#,
            written(|w| w.boolean(tag::BATCH_ORDER_OPTION, true)),
        ),
        (
            r#"{"tag": "ArchiveDate", "type":"DateTime", "value":"0x000000003a505520"}"#,
            written(|w| w.date_time(tag::ARCHIVE_DATE, 0x3A50_5520)),
        ),
        (
            r#"{"tag": "Offset", "type":"Interval", "value":"0x0000001b"}"#,
            written(|w| w.interval(tag::OFFSET, 27)),
        ),
        (
            r#"{"value":"\u00e9\ud83d\udd11\n\"\\\/", "type":"TextString", "tag":"N\u0061me"}"#,
            written(|w| w.text(tag::NAME, "é🔑\n\"\\/")),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(decoded(text).0, expected, "{text}");
    }
}

#[test]
fn members_come_in_any_order() {
    let text = r#"{"value":[{"value":1,"tag":"ProtocolVersionMajor","type":"Integer"}],"tag":"ProtocolVersion"}"#;
    let expected = written(|w| {
        w.structure(tag::PROTOCOL_VERSION, |w| w.integer(tag::PROTOCOL_VERSION_MAJOR, 1));
    });
    assert_eq!(decoded(text).0, expected);
}

/// A call of the Python client 4.22, and the answer that it reads.
#[test]
fn bare_operations_of_cosmian_4() {
    let text = r#"{"tag": "Create", "type": "Structure", "value": [{"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}, {"tag": "Attributes", "type": "Structure", "value": [{"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "CoverCrypt"}, {"tag": "CryptographicUsageMask", "type": "Integer", "value": 2108}, {"tag": "KeyFormatType", "type": "Enumeration", "value": "CoverCryptSecretKey"}, {"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "AttributeName", "type": "TextString", "value": "tag"}, {"tag": "AttributeValue", "type": "ByteString", "value": "5B5D"}]}]}, {"tag": "Link", "type": "Structure", "value": [{"tag": "Link", "type": "Structure", "value": [{"tag": "LinkType", "type": "Enumeration", "value": "ParentLink"}]}]}]}]}"#;
    let (bytes, dialect) = decoded(text);
    assert_eq!(dialect, Dialect::Cosmian4);
    let item = Item::parse(&bytes, &Limits::default()).expect("an item");
    assert_eq!(cosmian::requested_operation(item.tag()), Some(Operation::Create));
    let attributes = item.child(tag::ATTRIBUTES).expect("attributes");
    let algorithm = attributes.child(tag::CRYPTOGRAPHIC_ALGORITHM).and_then(Item::enumeration);
    assert_eq!(algorithm, Some(cosmian::COVER_CRYPT));
    assert_eq!(encoded(&bytes, Dialect::Cosmian4), text.replace("\": ", "\":").replace(", ", ","));

    let answer = written(|w| {
        let response = cosmian::response_tag(Operation::Encrypt).expect("a tag");
        w.structure(response, |w| w.bytes(tag::IV_COUNTER_NONCE, &[0xAB]));
    });
    assert_eq!(
        encoded(&answer, Dialect::Cosmian4),
        r#"{"tag":"EncryptResponse","type":"Structure","value":[{"tag":"IvCounterNonce","type":"ByteString","value":"AB"}]}"#
    );
    assert_eq!(
        encoded(&answer, Dialect::Cosmian5),
        r#"{"tag":"EncryptResponse","value":[{"tag":"IVCounterNonce","type":"ByteString","value":"AB"}]}"#
    );
}

/// Every tag and value that the recorded calls have.
#[test]
fn the_names_of_cosmian_resolve() {
    for name in [
        "VendorAttributes",
        "UniqueIdentifier",
        "VendorIdentification",
        "AttributeValue",
        "ReKeyKeyPair",
        "Object",
        "KeyMaterial",
        "ByteString",
        "Key",
        "Get",
        "GetResponse",
        "Encrypt",
        "ReplaceExisting",
        "Import",
        "ImportResponse",
        "Revoke",
        "RevocationReason",
        "IvCounterNonce",
        "IVCounterNonce",
        "Destroy",
        "DecryptResponse",
        "AuthenticatedEncryptionAdditionalData",
        "MaximumItems",
        "Locate",
        "LocateResponse",
        "LocatedItems",
        "CreateKeyPairResponse",
        "CommonAttributes",
        "PrivateKeyAttributes",
        "DestroyResponse",
        "RevokeResponse",
        "GetAttributes",
        "GetAttributesResponse",
        "Attribute",
        "CorrelationValue",
        "InitialCounterValue",
    ] {
        decoded(&format!(r#"{{"tag":"{name}"}}"#));
    }
}

#[test]
fn dialects_are_recognised() {
    for (text, expected) in [
        (r#"{"tag":"RequestMessage","type":"Structure","value":[]}"#, Dialect::Standard),
        (r#"{"tag":"RequestMessage","value":[]}"#, Dialect::Cosmian5),
        (r#"{"tag":"Get","type":"Structure","value":[]}"#, Dialect::Cosmian4),
        (r#"{"tag":"Get","value":[]}"#, Dialect::Cosmian5),
        (r#"{"value":[],"type":"Structure","tag":"GetResponse"}"#, Dialect::Cosmian4),
        (
            r#"{"tag":"Decrypt","value":[{"tag":"IvCounterNonce","type":"ByteString","value":""}]}"#,
            Dialect::Cosmian4,
        ),
        (
            r#"{"tag":"Decrypt","value":[{"tag":"IVCounterNonce","type":"ByteString","value":""}]}"#,
            Dialect::Cosmian5,
        ),
    ] {
        assert_eq!(decoded(text).1, expected, "{text}");
    }
}

#[test]
fn each_dialect_has_its_forms() {
    let bytes = written(|w| {
        w.structure(tag::ATTRIBUTES, |w| {
            w.integer(tag::CRYPTOGRAPHIC_USAGE_MASK, 0x4000_000C);
            w.long_integer(tag::USAGE_LIMITS_COUNT, 1 << 52);
            w.long_integer(tag::USAGE_LIMITS_TOTAL, -10);
            w.big_integer(tag::X, &[0xAB]);
            w.enumeration(tag::OBJECT_TYPE, 0x8000_00AB);
            w.date_time_extended(tag::ROTATE_DATE, 1_500_000);
            w.text(Tag::from_code(0x54_00AB), "\u{1}\"");
        });
    });
    assert_eq!(
        encoded(&bytes, Dialect::Standard),
        concat!(
            r#"{"tag":"Attributes","type":"Structure","value":["#,
            r#"{"tag":"CryptographicUsageMask","type":"Integer","value":"Encrypt|Decrypt|0x40000000"},"#,
            r#"{"tag":"UsageLimitsCount","type":"LongInteger","value":"0x0010000000000000"},"#,
            r#"{"tag":"UsageLimitsTotal","type":"LongInteger","value":-10},"#,
            r#"{"tag":"X","type":"BigInteger","value":"0xffffffffffffffab"},"#,
            r#"{"tag":"ObjectType","type":"Enumeration","value":"0x800000ab"},"#,
            r#"{"tag":"RotateDate","type":"DateTimeExtended","value":"1970-01-01T00:00:01.500000+00:00"},"#,
            r#"{"tag":"0x5400ab","type":"TextString","value":"\u0001\""}]}"#,
        )
    );
    assert_eq!(
        encoded(&bytes, Dialect::Cosmian5),
        concat!(
            r#"{"tag":"Attributes","value":["#,
            r#"{"tag":"CryptographicUsageMask","type":"Integer","value":1073741836},"#,
            r#"{"tag":"UsageLimitsCount","type":"LongInteger","value":"0x0010000000000000"},"#,
            r#"{"tag":"UsageLimitsTotal","type":"LongInteger","value":"0xFFFFFFFFFFFFFFF6"},"#,
            r#"{"tag":"X","type":"BigInteger","value":"0xFFFFFFFFFFFFFFAB"},"#,
            r#"{"tag":"ObjectType","type":"Enumeration","value":"0x800000AB"},"#,
            r#"{"tag":"RotateDate","type":"DateTimeExtended","value":"0x000000000016E360"},"#,
            r#"{"tag":"0x5400AB","type":"TextString","value":"\u0001\""}]}"#,
        )
    );
}

#[test]
fn wrong_shapes_are_refused() {
    for (text, fault) in [
        (r#"{"tag":"Name","tag":"Name"}"#, JsonFault::TwiceTheSame),
        (r#"{"tag":"Name","value":[],"value":[]}"#, JsonFault::TwiceTheSame),
        (r#"{"tag":"Name","type":"Integer","type":"Integer","value":1}"#, JsonFault::TwiceTheSame),
        (r#"{"tag":"Name","name":"a","name":"a"}"#, JsonFault::TwiceTheSame),
        (r#"{"tag":"Name","colour":"red"}"#, JsonFault::UnknownMember),
        (r#"{"tag":"Nonsense"}"#, JsonFault::UnknownTag),
        (r#"{"tag":"0x42"}"#, JsonFault::UnknownTag),
        (r#"{"tag":"Name","type":"Float","value":1}"#, JsonFault::UnknownType),
        (r#"{"type":"Structure","value":[]}"#, JsonFault::Missing("tag")),
        (r#"{"tag":"Name","type":"Integer"}"#, JsonFault::Missing("value")),
        (r#"{"tag":"Name"} {}"#, JsonFault::Trailing),
        (r#"{"tag":"Name","value":"text"}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","type":"Integer","value":[]}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","value":[],"type":"Integer"}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","type":"Integer","value":null}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","type":"TextString","value":1}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","type":"ByteString","value":1234}"#, JsonFault::Value(ValueFault::Kind)),
        (r#"{"tag":"Name","type":"Integer","value":true}"#, JsonFault::Value(ValueFault::Kind)),
        (
            r#"{"tag":"Name","type":"Integer","value":4294967296}"#,
            JsonFault::Value(ValueFault::Range),
        ),
        (r#"{"tag":"Name","type":"Enumeration","value":-1}"#, JsonFault::Value(ValueFault::Range)),
        (
            r#"{"tag":"Name","type":"ByteString","value":"0"}"#,
            JsonFault::Value(ValueFault::Hexadecimal),
        ),
    ] {
        assert_eq!(refused(text), fault, "{text}");
    }
}

#[test]
fn broken_json_is_refused() {
    for text in [
        "",
        "[]",
        "1",
        "{",
        r#"{"tag""#,
        r#"{"tag":"#,
        r#"{"tag":"Name""#,
        r#"{"tag":"Name",}"#,
        r#"{"tag" "Name"}"#,
        r#"{"tag":"Name","value":[}"#,
        r#"{"tag":"Name","value":[{"tag":"Name"},]}"#,
        r#"{"tag":"Name","value":[{"tag":"Name"}"#,
        r#"{"tag":"Name","value":[1]}"#,
        r#"{"tag":"Name","type":"Integer","value":1.0}"#,
        r#"{"tag":"Name","type":"Integer","value":1e3}"#,
        r#"{"tag":"Name","type":"Integer","value":01}"#,
        r#"{"tag":"Name","type":"Integer","value":-}"#,
        r#"{"tag":"Name","type":"Integer","value":NaN}"#,
        r#"{"tag":"Name","type":"TextString","value":"\x"}"#,
        r#"{"tag":"Name","type":"TextString","value":"\ud800"}"#,
        r#"{"tag":"Name","type":"TextString","value":"\ud800\u0041"}"#,
        r#"{"tag":"Name","type":"TextString","value":"\udc00"}"#,
        r#"{"tag":"Name","type":"TextString","value":"\u+041"}"#,
        "{\"tag\":\"Name\",\"type\":\"TextString\",\"value\":\"\n\"}",
    ] {
        let fault = refused(text);
        assert!(matches!(fault, JsonFault::Expected(_)), "{text}: {fault}");
    }
    let error = json::decode(b"{\"tag\":\"\xFF\"}", &Limits::default()).err().expect("no UTF-8");
    assert_eq!(error, JsonError { offset: 8, fault: JsonFault::NotUtf8 });
}

#[test]
fn limits_are_kept() {
    for opening in [r#"{"tag":"Name","value":["#, r#"{"value":["#] {
        assert_eq!(refused(&opening.repeat(10_000)), JsonFault::TooDeep { limit: 32 });
    }
    // Brackets alone do not get far.
    assert!(matches!(
        refused(&format!(r#"{{"value":{}"#, "[".repeat(10_000))),
        JsonFault::Expected(_)
    ));
    let three = r#"{"tag":"Name","value":[{"tag":"Data"},{"tag":"Data"}]}"#;
    let limits = Limits { items: 2, ..Limits::default() };
    let error = json::decode(three.as_bytes(), &limits).err().expect("too many");
    assert_eq!(error.fault, JsonFault::TooManyItems { limit: 2 });
    let limits = Limits { bytes: 20, ..Limits::default() };
    let error = json::decode(three.as_bytes(), &limits).err().expect("too long");
    assert_eq!(error, JsonError { offset: 0, fault: JsonFault::TooLarge { limit: 20 } });
}
