//! XML: the forms of the profile, what is liberal, and what is refused.

use claviger_wire_ttlv::xml::{self, Substitute, XmlError, XmlFault};
use claviger_wire_ttlv::{ItemType, Limits, Tag, ValueFault, Version, Writer, tag};

fn decoded(text: &str) -> Vec<u8> {
    let buffer = xml::decode(text.as_bytes(), &Limits::default());
    buffer.unwrap_or_else(|error| panic!("{error}: {text}")).into_vec()
}

fn refused(text: &str) -> XmlFault {
    let error: XmlError =
        xml::decode(text.as_bytes(), &Limits::default()).err().unwrap_or_else(|| panic!("{text}"));
    assert!(error.offset <= text.len());
    error.fault
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.into_buffer().into_vec()
}

/// The examples of the profile, section 6.1.
#[test]
fn the_forms_of_the_profile() {
    let date = written(|w| w.date_time(Tag::from_code(0x42_0001), 978_307_200));
    for text in [
        r#"<TTLV tag="0x420001" name="ActivationDate" type="DateTime" value="2001-01-01T10:00:00+10:00"/>"#,
        r#"<ActivationDate xmlns="urn:oasis:tc:kmip:xmlns" type='DateTime' value='2001-01-01T00:00:00Z'></ActivationDate>"#,
        r#"<k:ActivationDate xmlns:k="urn:oasis:tc:kmip:xmlns" type="DateTime" value="2001-01-01T00:00:00.9"/>"#,
    ] {
        assert_eq!(decoded(text), date, "{text}");
    }
    let mask = written(|w| w.integer(tag::CRYPTOGRAPHIC_USAGE_MASK, 0x100C));
    for value in [
        "0x0000100c",
        "Encrypt  Decrypt CertificateSign",
        "CertificateSign 0x00000004 0x0000008",
        "CertificateSign 0x0000000c",
        "4108",
    ] {
        let text = format!(r#"<CryptographicUsageMask type="Integer" value="{value}"/>"#);
        assert_eq!(decoded(&text), mask, "{text}");
    }
    assert_eq!(
        decoded(r#"<x540001 type="LongInteger" value="-2"/>"#),
        written(|w| w.long_integer(Tag::from_code(0x54_0001), -2))
    );
    assert_eq!(
        decoded(r#"<X type="BigInteger" value="0000000000000000"/>"#),
        written(|w| w.big_integer(tag::X, &[0]))
    );
    assert_eq!(
        decoded(r#"<Offset type="Interval" value="27"/>"#),
        written(|w| w.interval(tag::OFFSET, 27))
    );
    assert_eq!(
        decoded(
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- one --><ProtocolVersion>\n<!-- two -->\n</ProtocolVersion><!-- three -->\n"
        ),
        written(|w| w.structure(tag::PROTOCOL_VERSION, |_| {}))
    );
}

#[test]
fn an_attribute_name_decides_what_the_value_beside_it_is() {
    let text = r#"<Attribute><AttributeName type="TextString" value="Cryptographic Algorithm"/>
        <AttributeValue type="Enumeration" value="AES"/></Attribute>"#;
    let expected = written(|w| {
        w.structure(tag::ATTRIBUTE, |w| {
            w.text(tag::ATTRIBUTE_NAME, "Cryptographic Algorithm");
            w.enumeration(tag::ATTRIBUTE_VALUE, 3);
        });
    });
    assert_eq!(decoded(text), expected);
    let item = claviger_wire_ttlv::Item::parse(&expected, &Limits::default()).expect("an item");
    let again = String::from_utf8(xml::encode(item, Version::V1_4)).expect("UTF-8");
    assert!(again.contains(r#"<AttributeValue type="Enumeration" value="AES"/>"#), "{again}");
    // Without the name nobody knows what AES is.
    assert_eq!(
        refused(r#"<AttributeValue type="Enumeration" value="AES"/>"#),
        XmlFault::Value(ValueFault::UnknownName)
    );
}

#[test]
fn what_a_version_does_not_have_is_written_as_a_number() {
    let bytes = written(|w| {
        w.structure(tag::REQUEST_PAYLOAD, |w| {
            w.enumeration(tag::OPERATION, 0x2A);
            w.boolean(tag::ROTATE_AUTOMATIC, true);
        });
    });
    let item = claviger_wire_ttlv::Item::parse(&bytes, &Limits::default()).expect("an item");
    let old = String::from_utf8(xml::encode(item, Version::V1_0)).expect("UTF-8");
    assert_eq!(
        old,
        "<RequestPayload>\n  <Operation type=\"Enumeration\" value=\"0x0000002a\"/>\n  \
         <TTLV tag=\"0x42016b\" type=\"Boolean\" value=\"true\"/>\n</RequestPayload>\n"
    );
    let new = String::from_utf8(xml::encode(item, Version::V2_1)).expect("UTF-8");
    assert!(new.contains("<RotateAutomatic "), "{new}");
    assert_eq!(decoded(&old), bytes);
    assert_eq!(decoded(&new), bytes);
}

#[test]
fn references_are_resolved() {
    let text =
        r#"<Name type="TextString" value="&lt;&gt;&amp;&quot;&apos;&#65;&#x1F511;&#10;&#0;"/>"#;
    assert_eq!(decoded(text), written(|w| w.text(tag::NAME, "<>&\"'A\u{1F511}\n\0")));
    let spaces = "<Name type=\"TextString\" value=\"a\tb\r\nc\rd\ne\"/>";
    assert_eq!(decoded(spaces), written(|w| w.text(tag::NAME, "a b c d e")));
}

#[test]
fn what_does_not_belong_into_a_message_is_refused() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><Name type=\"TextString\" value=\"&lol2;\"/>";
    assert_eq!(refused(laughs), XmlFault::Forbidden("a document type"));
    for text in [
        r#"<Name type="TextString" value="&lol;"/>"#,
        r#"<Name type="TextString" value="&#xD800;"/>"#,
        r#"<Name type="TextString" value="&#x110000;"/>"#,
        r#"<Name type="TextString" value="&#+65;"/>"#,
    ] {
        assert_eq!(refused(text), XmlFault::Forbidden("an entity of one's own"), "{text}");
    }
    assert_eq!(refused("<?php ?><Name/>"), XmlFault::Forbidden("a processing instruction"));
    assert_eq!(refused("<Name><![CDATA[x]]></Name>"), XmlFault::Forbidden("CDATA"));
    assert_eq!(refused("<Name>x</Name>"), XmlFault::Forbidden("text between elements"));
    assert_eq!(refused("<Name/><Name/>"), XmlFault::Forbidden("a second message"));
    assert_eq!(
        refused("<?xml version='1.0' encoding='UTF-16'?><Name/>"),
        XmlFault::Forbidden("an encoding other than UTF-8")
    );
    assert_eq!(refused("<Name value='1'/>"), XmlFault::Forbidden("a structure with a value"));
    assert_eq!(refused("<Nonsense/>"), XmlFault::UnknownTag);
    assert_eq!(refused("<TTLV tag='0x42'/>"), XmlFault::UnknownTag);
    assert_eq!(refused("<TTLV/>"), XmlFault::Missing("tag"));
    assert_eq!(refused("<Name type='Float' value='1'/>"), XmlFault::UnknownType);
    assert_eq!(refused("<Name type='Integer'/>"), XmlFault::Missing("value"));
    assert_eq!(refused("<Name type='Integer' type='Integer' value='1'/>"), XmlFault::TwiceTheSame);
    let many: String = (0..17).map(|index| format!(" a{index}='x'")).collect();
    assert!(matches!(refused(&format!("<Name{many}/>")), XmlFault::Forbidden(_)));
}

#[test]
fn broken_xml_is_refused() {
    for text in [
        "",
        "<",
        "<Name",
        "<Name>",
        "<Name></Data>",
        "</Name>",
        "<Name/",
        "<Name type>",
        "<Name type=>",
        "<Name type=x/>",
        "<Name type='Integer'value='1'/>",
        "<Name type='Integer' value='1/>",
        "<Name type='TextString' value='<'/>",
        "<Name type='TextString' value='&'/>",
        "<Name type='Integer' value='1'><Data/></Name>",
        "<Name type='Integer' value='1'>",
        "<!-- ",
        "<?xml ",
        "< Name/>",
    ] {
        let fault = refused(text);
        assert!(matches!(fault, XmlFault::Expected(_)), "{text}: {fault}");
    }
    assert_eq!(
        xml::decode(b"<Name type='TextString' value='\xFF'/>", &Limits::default()).err(),
        Some(XmlError { offset: 31, fault: XmlFault::NotUtf8 })
    );
}

#[test]
fn values_that_do_not_exist_are_refused() {
    for (item_type, value, fault) in [
        ("Integer", "", ValueFault::Number),
        ("Integer", "1.5", ValueFault::Number),
        ("Integer", "2147483648", ValueFault::Range),
        ("Integer", "-2147483649", ValueFault::Range),
        ("Integer", "0x1FFFFFFFF", ValueFault::Range),
        ("Integer", "Sign", ValueFault::UnknownName),
        ("Integer", "9".repeat(100).as_str(), ValueFault::Range),
        ("LongInteger", "9223372036854775808", ValueFault::Range),
        ("BigInteger", "", ValueFault::Hexadecimal),
        ("BigInteger", "123", ValueFault::Hexadecimal),
        ("BigInteger", "zz", ValueFault::Hexadecimal),
        ("Enumeration", "Nonsense", ValueFault::UnknownName),
        ("Enumeration", "0x", ValueFault::Hexadecimal),
        ("Boolean", "yes", ValueFault::Boolean),
        ("Boolean", "0x02", ValueFault::Boolean),
        ("ByteString", "0", ValueFault::Hexadecimal),
        ("ByteString", "0x00", ValueFault::Hexadecimal),
        ("ByteString", "éé", ValueFault::Hexadecimal),
        ("DateTime", "now", ValueFault::Date),
        ("Interval", "-1", ValueFault::Range),
    ] {
        let text = format!("<Name type='{item_type}' value='{value}'/>");
        assert_eq!(refused(&text), XmlFault::Value(fault), "{text}");
    }
}

#[test]
fn limits_are_kept() {
    let deep = "<Name>".repeat(10_000);
    assert_eq!(refused(&deep), XmlFault::TooDeep { limit: 32 });
    assert!(matches!(
        xml::parse_document(&deep).expect_err("too deep").fault,
        XmlFault::TooDeep { limit: 64 }
    ));
    let limits = Limits { items: 3, ..Limits::default() };
    let wide = format!("<Name>{}</Name>", "<Data/>".repeat(3));
    let error = xml::decode(wide.as_bytes(), &limits).err().expect("too many");
    assert_eq!(error.fault, XmlFault::TooManyItems { limit: 3 });
    let limits = Limits { bytes: 10, ..Limits::default() };
    let error = xml::decode(wide.as_bytes(), &limits).err().expect("too long");
    assert_eq!(error, XmlError { offset: 0, fault: XmlFault::TooLarge { limit: 10 } });
    // Short as text, longer as binary.
    let limits = Limits { bytes: 13, ..Limits::default() };
    let error = xml::decode(b"<D><D/><D/></D>", &limits).err().expect("too long");
    assert_eq!(error.fault, XmlFault::TooLarge { limit: 13 });
}

#[test]
fn a_closure_may_replace_values() {
    let text = "<Name><UniqueIdentifier type='TextString' value='$UNIQUE_IDENTIFIER_0'/><TimeStamp type='DateTime' value='$NOW'/></Name>";
    let mut seen = Vec::new();
    let buffer = xml::decode_with(text, &Limits::default(), &mut |tag, item_type, value| {
        seen.push((tag, item_type, value.to_owned()));
        Some(Substitute(match item_type {
            ItemType::DateTime => "1970-01-01T00:00:01Z".to_owned(),
            _ => "abc".to_owned(),
        }))
    });
    let expected = written(|w| {
        w.structure(tag::NAME, |w| {
            w.text(tag::UNIQUE_IDENTIFIER, "abc");
            w.date_time(tag::TIME_STAMP, 1);
        });
    });
    assert_eq!(buffer.expect("a message").into_vec(), expected);
    assert_eq!(
        seen,
        [
            (tag::UNIQUE_IDENTIFIER, ItemType::TextString, "$UNIQUE_IDENTIFIER_0".to_owned()),
            (tag::TIME_STAMP, ItemType::DateTime, "$NOW".to_owned()),
        ]
    );
}

#[test]
fn a_document_is_a_tree() {
    let text = "<KMIP>\n# first\n<!-- second --><RequestMessage><Data type='ByteString' value='00'/></RequestMessage>\n<ResponseMessage/></KMIP>";
    let document = xml::parse_document(text).expect("a document");
    let [root] = document.as_slice() else { panic!("one root") };
    assert_eq!((root.name.as_str(), root.tag), ("KMIP", None));
    assert_eq!(root.comments, ["# first", "second"]);
    assert_eq!(root.children.len(), 2);
    let request = &root.children[0];
    assert!(request.is_structure());
    let data = request.child(tag::DATA).expect("data");
    assert_eq!((data.item_type, data.value.as_deref()), (Some(ItemType::ByteString), Some("00")));
    assert_eq!(&text[data.offset..data.offset + 5], "<Data");
    let error = root.decode(&Limits::default(), &mut |_, _, _| None).err().expect("no tag");
    assert_eq!(error.fault, XmlFault::UnknownTag);
}
