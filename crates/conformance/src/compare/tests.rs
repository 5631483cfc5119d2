//! Pairs of published and actual answers: those that must differ, and those that may.
//!
//! The pairs are written as batch items in KMIP's XML; the message around them is always the same.

use super::*;
use crate::case;

/// The clock of these tests: a run that started at this time.
const START: i64 = 1_800_000_000;

/// A run of a case: what was published, and what a server answers.
struct Run {
    version: Version,
    session: Session,
    now: i64,
}

impl Run {
    fn new(version: Version) -> Self {
        Self { version, session: Session::new(START), now: START + 2 }
    }

    fn of_1_4() -> Self {
        Self::new(Version::V1_4)
    }

    fn message(&self, kind: &str, header: &str, items: &str) -> Node {
        let Version { major, minor } = self.version;
        case::message(&format!(
            "<{kind}Message><{kind}Header><ProtocolVersion><ProtocolVersionMajor type='Integer' value='{major}'/>\
             <ProtocolVersionMinor type='Integer' value='{minor}'/></ProtocolVersion>{header}\
             <BatchCount type='Integer' value='1'/></{kind}Header>{items}</{kind}Message>"
        ))
    }

    /// One exchange: the request, the published answer and the actual one, each as the content of its batch item.
    fn step(
        &mut self,
        request: &str,
        published: &str,
        actual: &str,
    ) -> Result<Vec<Rule>, Difference> {
        let time = "<TimeStamp type='DateTime' value='$NOW'/>";
        let request = self.message("Request", "", &format!("<BatchItem>{request}</BatchItem>"));
        let request = self.session.resolved(&request).expect("the request is complete");
        let published =
            self.message("Response", time, &format!("<BatchItem>{published}</BatchItem>"));
        let actual = self.message("Response", time, &format!("<BatchItem>{actual}</BatchItem>"));
        let actual = self.session.resolved(&actual).expect("the answer is complete");
        let exchange = Exchange {
            version: self.version,
            request: &request,
            published: &published,
            actual: &actual,
            now: self.now,
        };
        let uses = compare(&mut self.session, &exchange)?;
        let mut rules: Vec<Rule> = uses.into_iter().map(|used| used.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        Ok(rules)
    }

    /// Makes an object, whose identifier is `object` in this run and `$UNIQUE_IDENTIFIER_0` in the publication.
    fn make(&mut self, operation: &str, request: &str) {
        let answer = |identifier: &str| success(operation, &id(identifier));
        self.step(&asked(operation, request), &answer("$UNIQUE_IDENTIFIER_0"), &answer("object"))
            .expect("it is made");
    }
}

fn asked(operation: &str, payload: &str) -> String {
    format!(
        "<Operation type='Enumeration' value='{operation}'/><RequestPayload>{payload}</RequestPayload>"
    )
}

fn success(operation: &str, payload: &str) -> String {
    format!(
        "<Operation type='Enumeration' value='{operation}'/><ResultStatus type='Enumeration' value='Success'/>\
         <ResponsePayload>{payload}</ResponsePayload>"
    )
}

fn failure(operation: &str, reason: &str, message: &str) -> String {
    format!(
        "<Operation type='Enumeration' value='{operation}'/><ResultStatus type='Enumeration' value='OperationFailed'/>\
         <ResultReason type='Enumeration' value='{reason}'/>{message}"
    )
}

fn text(name: &str, value: &str) -> String {
    format!("<{name} type='TextString' value='{value}'/>")
}

fn bytes(name: &str, value: &str) -> String {
    format!("<{name} type='ByteString' value='{value}'/>")
}

fn id(value: &str) -> String {
    text("UniqueIdentifier", value)
}

fn ours() -> String {
    id("$UNIQUE_IDENTIFIER_0")
}

fn attribute(name: &str, value: &str) -> String {
    format!("<Attribute>{}<AttributeValue {value}/></Attribute>", text("AttributeName", name))
}

fn key(material: &str) -> String {
    format!(
        "<SymmetricKey><KeyBlock><KeyFormatType type='Enumeration' value='Raw'/><KeyValue>{}</KeyValue>\
         <CryptographicAlgorithm type='Enumeration' value='AES'/>\
         <CryptographicLength type='Integer' value='16'/></KeyBlock></SymmetricKey>",
        bytes("KeyMaterial", material)
    )
}

const AES: &str = "<Attribute><AttributeName type='TextString' value='Cryptographic Algorithm'/>\
                   <AttributeValue type='Enumeration' value='AES'/></Attribute>";

#[test]
fn status_and_reason_are_always_compared() {
    let denied = |message| failure("Destroy", "PermissionDenied", message);
    let compare = |published: &str, actual: &str| {
        Run::of_1_4().step(&asked("Destroy", &id("a")), published, actual)
    };
    let message = "<ResultMessage type='TextString' value='DENIED'/>";
    let other = "<ResultMessage type='TextString' value='it is active'/>";
    assert_eq!(compare(&denied(message), &denied(message)), Ok(vec![]));
    assert_eq!(compare(&denied(message), &denied(other)), Ok(vec![Rule::ResultMessage]));
    assert_eq!(compare(&denied(message), &denied("")), Ok(vec![Rule::ResultMessage]));
    assert_eq!(compare(&denied(""), &denied(other)), Ok(vec![Rule::ResultMessage]));
    let difference = compare(&denied(message), &failure("Destroy", "ItemNotFound", message));
    let difference = difference.expect_err("the reason is another one");
    assert_eq!(difference.expected, "OperationFailed with PermissionDenied (\"DENIED\")");
    assert!(compare(&denied(message), &success("Destroy", &id("a"))).is_err());
    assert!(compare(&success("Destroy", &id("a")), &denied(message)).is_err());
}

#[test]
fn identifiers_are_the_same_throughout_a_case() {
    let mut run = Run::of_1_4();
    run.make("Create", "");
    let destroyed = |identifier: &str| success("Destroy", &id(identifier));
    let request = asked("Destroy", &ours());
    assert!(run.step(&request, &destroyed("$UNIQUE_IDENTIFIER_0"), &destroyed("object")).is_ok());
    assert!(run.step(&request, &destroyed("$UNIQUE_IDENTIFIER_0"), &destroyed("other")).is_err());
    // Two placeholders are two objects.
    let created = |identifier: &str| success("Create", &id(identifier));
    assert!(
        run.step(&asked("Create", ""), &created("$UNIQUE_IDENTIFIER_1"), &created("object"))
            .is_err()
    );
    assert!(
        run.step(&asked("Create", ""), &created("$UNIQUE_IDENTIFIER_1"), &created("")).is_err()
    );
    let rules =
        run.step(&asked("Create", ""), &created("$UNIQUE_IDENTIFIER_1"), &created("second"));
    assert_eq!(rules, Ok(vec![Rule::Identifier]));
}

#[test]
fn material_of_registered_keys_is_exact_and_of_generated_ones_stays() {
    let got = |material: &str| success("Get", &(id("$UNIQUE_IDENTIFIER_0") + &key(material)));
    let actual = |material: &str| success("Get", &(id("object") + &key(material)));
    let request = asked("Get", &ours());

    let mut run = Run::of_1_4();
    run.make("Register", &key("0102"));
    assert!(run.step(&request, &got("0102"), &actual("0102")).is_ok());
    assert!(run.step(&request, &got("0102"), &actual("0103")).is_err());

    let mut run = Run::of_1_4();
    run.make("Create", AES);
    let rules = run.step(&request, &got("0102"), &actual("0a0b")).expect("it is generated");
    assert_eq!(rules, [Rule::GeneratedMaterial, Rule::Identifier]);
    assert!(run.step(&request, &got("0102"), &actual("0a0b")).is_ok());
    assert!(run.step(&request, &got("0102"), &actual("0a0c")).is_err(), "it has changed");
    assert!(run.step(&request, &got("0102"), &actual("0a0b0c")).is_err(), "it is longer");
    assert!(run.step(&request, &got("0102"), &actual("")).is_err(), "it is missing");
}

#[test]
fn output_under_registered_keys_is_exact() {
    let encrypted =
        |identifier: &str, data: &str| success("Encrypt", &(id(identifier) + &bytes("Data", data)));
    let request = asked("Encrypt", &(ours() + &bytes("Data", "00")));
    let mut run = Run::of_1_4();
    run.make("Register", &key("0102"));
    let published = encrypted("$UNIQUE_IDENTIFIER_0", "aabb");
    assert!(run.step(&request, &published, &encrypted("object", "aabb")).is_ok());
    assert!(run.step(&request, &published, &encrypted("object", "aabc")).is_err());

    let mut run = Run::of_1_4();
    run.make("Create", AES);
    let rules =
        run.step(&request, &published, &encrypted("object", "ccdd")).expect("it is generated");
    assert!(rules.contains(&Rule::GeneratedOutput));
    assert!(
        run.step(&request, &published, &encrypted("object", "ccddee")).is_err(),
        "it is longer"
    );
    // What the run has encrypted decrypts to what it was.
    let request = asked("Decrypt", &(ours() + &bytes("Data", "$DATA_0")));
    let decrypted =
        |identifier: &str, data: &str| success("Decrypt", &(id(identifier) + &bytes("Data", data)));
    let published = decrypted("$UNIQUE_IDENTIFIER_0", "00");
    assert!(run.step(&request, &published, &decrypted("object", "01")).is_err());
}

#[test]
fn random_output_may_differ_even_under_registered_keys() {
    let iv = |iv: &str| bytes("IVCounterNonce", iv);
    let request = asked("Encrypt", &(ours() + &bytes("Data", "00")));
    let answer = |identifier: &str, data: &str, nonce: &str| {
        success("Encrypt", &(id(identifier) + &bytes("Data", data) + &iv(nonce)))
    };
    let mut run = Run::of_1_4();
    run.make("Register", &key("0102"));
    let published = answer("$UNIQUE_IDENTIFIER_0", "aabb", "0011");
    let rules = run.step(&request, &published, &answer("object", "ccdd", "2233"));
    assert_eq!(rules, Ok(vec![Rule::Identifier, Rule::RandomOutput]));
    // With the client's own vector, nothing is random.
    let request = asked("Encrypt", &(ours() + &bytes("Data", "00") + &iv("0011")));
    assert!(run.step(&request, &published, &answer("object", "ccdd", "0011")).is_err());

    let mut run = Run::of_1_4();
    let parameters = "<Attribute><AttributeName type='TextString' value='Cryptographic Parameters'/><AttributeValue>\
                      <PaddingMethod type='Enumeration' value='@'/></AttributeValue></Attribute>\
                      <PrivateKey><KeyBlock><CryptographicAlgorithm type='Enumeration' value='RSA'/></KeyBlock></PrivateKey>";
    let request = asked("Sign", &ours());
    let signed = |identifier: &str, signature: &str| {
        success("Sign", &(id(identifier) + &bytes("SignatureData", signature)))
    };
    let published = signed("$UNIQUE_IDENTIFIER_0", "aabb");
    run.make("Register", &parameters.replace('@', "PSS"));
    assert!(run.step(&request, &published, &signed("object", "ccdd")).is_ok());
    let mut run = Run::of_1_4();
    run.make("Register", &parameters.replace('@', "PKCS1V1_5"));
    assert!(run.step(&request, &published, &signed("object", "ccdd")).is_err());
}

#[test]
fn dates_of_the_server_are_near_and_dates_of_the_client_exact() {
    let date =
        |name: &str, value: &str| attribute(name, &format!("type='DateTime' value='{value}'"));
    let answer =
        |identifier: &str, dates: String| success("GetAttributes", &(id(identifier) + &dates));
    let request = asked("GetAttributes", &ours());
    let mut run = Run::of_1_4();
    run.make("Create", &date("Activation Date", "$NOW-3600"));
    let mut compare = |name: &str, published: &str, actual: &str| {
        let published = answer("$UNIQUE_IDENTIFIER_0", date(name, published));
        run.step(&request, &published, &answer("object", date(name, actual)))
    };
    assert_eq!(compare("Initial Date", "$NOW", "$NOW+1"), Ok(vec![Rule::Date, Rule::Identifier]));
    assert!(compare("Initial Date", "$NOW", "$NOW+3600").is_err(), "an hour is too far");
    assert!(compare("Initial Date", "$NOW", "$NOW-3600").is_err());
    assert!(compare("Activation Date", "$NOW-3600", "$NOW-3600").is_ok());
    assert!(compare("Activation Date", "$NOW-3600", "$NOW-3599").is_err(), "the client has set it");
    assert!(compare("Last Change Date", "2013-01-01T00:00:00+00:00", "$NOW").is_ok());
    assert!(
        compare("x-Date", "2013-01-01T00:00:00+00:00", "$NOW").is_err(),
        "the rule names dates"
    );
}

#[test]
fn attributes_have_no_order_and_may_be_more() {
    let name = attribute("Contact Information", "type='TextString' value='Joe'");
    let state = attribute("State", "type='Enumeration' value='Active'");
    let destroyed = attribute("State", "type='Enumeration' value='Destroyed'");
    let fresh = attribute("Fresh", "type='Boolean' value='true'");
    let group = attribute("Object Group", "type='TextString' value='g'");
    let answer = |attributes: &[&String]| {
        let attributes: String = attributes.iter().map(|one| one.as_str()).collect();
        success("GetAttributes", &(id("a") + &attributes))
    };
    let all = asked("GetAttributes", &id("a"));
    let compare = |request: &str, published: &[&String], actual: &[&String]| {
        Run::of_1_4().step(request, &answer(published), &answer(actual))
    };
    assert_eq!(compare(&all, &[&name, &state], &[&name, &state]), Ok(vec![]));
    assert_eq!(compare(&all, &[&name, &state], &[&state, &name]), Ok(vec![Rule::Order]));
    assert_eq!(compare(&all, &[&state], &[&state, &fresh]), Ok(vec![Rule::AdditionalAttribute]));
    assert_eq!(compare(&all, &[&state], &[&group, &state]), Ok(vec![Rule::ObjectGroup]));
    assert!(compare(&all, &[&name, &state], &[&state]).is_err(), "one is missing");
    assert!(compare(&all, &[&state], &[&destroyed]).is_err(), "a value is another one");
    assert!(compare(&all, &[&state], &[&state, &state]).is_err(), "one is told twice");
    // Who asks for some by name gets these.
    let named = asked(
        "GetAttributes",
        &(id("a") + &text("AttributeName", "State") + &text("AttributeName", "Fresh")),
    );
    assert!(compare(&named, &[&state], &[&state]).is_ok());
    assert!(compare(&named, &[&state], &[&state, &fresh]).is_err());
}

#[test]
fn attributes_of_2_x_are_compared_by_tag() {
    let answer = |attributes: &str| {
        success("GetAttributes", &format!("{}<Attributes>{attributes}</Attributes>", id("a")))
    };
    let state = "<State type='Enumeration' value='Active'/>";
    let vendor = |value: &str| {
        format!(
            "<Attribute>{}{}{}</Attribute>",
            text("VendorIdentification", "x"),
            text("AttributeName", "ID"),
            text("AttributeValue", value)
        )
    };
    let name = |name: &str| {
        format!(
            "<Name>{}<NameType type='Enumeration' value='UninterpretedTextString'/></Name>",
            text("NameValue", name)
        )
    };
    let compare = |published: String, actual: String| {
        Run::new(Version::V2_1).step(
            &asked("GetAttributes", &id("a")),
            &answer(&published),
            &answer(&actual),
        )
    };
    assert_eq!(
        compare(vendor("1") + state, state.to_owned() + &vendor("1")),
        Ok(vec![Rule::Order])
    );
    assert!(compare(vendor("1"), vendor("2")).is_err());
    assert!(compare(name("a") + &name("b"), name("a") + &name("b")).is_ok());
    assert!(
        compare(name("a") + &name("b"), name("b") + &name("a")).is_err(),
        "instances have an order"
    );
    assert!(compare(name("a") + &name("b"), name("a")).is_err());
}

#[test]
fn the_index_0_may_be_told_from_1_1_on() {
    let with = |index: &str| {
        let index = match index {
            "" => String::new(),
            index => format!("<AttributeIndex type='Integer' value='{index}'/>"),
        };
        let attribute = format!(
            "<Attribute>{}{index}{}</Attribute>",
            text("AttributeName", "x-ID"),
            text("AttributeValue", "1")
        );
        success("AddAttribute", &(id("a") + &attribute))
    };
    let compare = |version: Version, published: &str, actual: &str| {
        Run::new(version).step(&asked("AddAttribute", &id("a")), &with(published), &with(actual))
    };
    assert_eq!(compare(Version::V1_1, "", "0"), Ok(vec![Rule::AttributeIndex]));
    assert_eq!(compare(Version::V1_4, "0", ""), Ok(vec![Rule::AttributeIndex]));
    assert!(compare(Version::V1_0, "", "0").is_err());
    assert!(compare(Version::V1_4, "", "1").is_err());
    assert!(compare(Version::V1_4, "1", "").is_err());
    assert!(compare(Version::V1_4, "1", "1").is_ok());
}

#[test]
fn names_of_attributes_are_a_set() {
    let answer = |names: &[&str]| {
        let names: String = names.iter().map(|name| text("AttributeName", name)).collect();
        success("GetAttributeList", &(id("a") + &names))
    };
    let compare = |published: &[&str], actual: &[&str]| {
        Run::of_1_4().step(
            &asked("GetAttributeList", &id("a")),
            &answer(published),
            &answer(actual),
        )
    };
    assert!(compare(&["State", "Name"], &["Name", "State", "Digest"]).is_ok());
    assert!(compare(&["State", "Name"], &["Name", "Digest"]).is_err());
    assert!(compare(&["State"], &["State", "State"]).is_err());
}

#[test]
fn located_objects_have_no_order_and_a_number() {
    let mut run = Run::of_1_4();
    for (placeholder, identifier) in
        [("$UNIQUE_IDENTIFIER_0", "one"), ("$UNIQUE_IDENTIFIER_1", "two")]
    {
        run.step(
            &asked("Create", ""),
            &success("Create", &id(placeholder)),
            &success("Create", &id(identifier)),
        )
        .expect("it is made");
    }
    let published = id("$UNIQUE_IDENTIFIER_1") + &id("$UNIQUE_IDENTIFIER_0");
    let mut compare = |published: &str, actual: String| {
        run.step(&asked("Locate", ""), &success("Locate", published), &success("Locate", &actual))
    };
    assert_eq!(compare(&published, id("one") + &id("two")), Ok(vec![Rule::Order]));
    assert!(compare(&published, id("one")).is_err());
    assert!(compare(&published, id("one") + &id("two") + &id("three")).is_err());
    assert!(compare(&published, id("one") + &id("three")).is_err());
    assert!(compare("", id("one")).is_err());
    assert!(compare("", String::new()).is_ok());
    let count = |count: &str| format!("<LocatedItems type='Integer' value='{count}'/>");
    assert_eq!(
        compare(&id("$UNIQUE_IDENTIFIER_0"), count("1") + &id("one")),
        Ok(vec![Rule::LocatedItems])
    );
    assert!(compare(&(count("2") + &id("$UNIQUE_IDENTIFIER_0")), count("1") + &id("one")).is_err());
    assert!(compare(&(count("2") + &id("$UNIQUE_IDENTIFIER_0")), id("one")).is_err());
}

#[test]
fn queries_have_what_is_required_and_may_have_more() {
    let operation = |name: &str| format!("<Operation type='Enumeration' value='{name}'/>");
    let object = |name: &str| format!("<ObjectType type='Enumeration' value='{name}'/>");
    let compare = |published: String, actual: String| {
        Run::of_1_4().step(
            &asked("Query", ""),
            &success("Query", &published),
            &success("Query", &actual),
        )
    };
    let both = operation("Get") + &operation("Put");
    assert_eq!(compare(both.clone(), operation("Put") + &operation("Get")), Ok(vec![Rule::Order]));
    assert!(
        compare(operation("Get"), both.clone())
            .is_ok_and(|rules| rules.contains(&Rule::Operations))
    );
    assert!(compare(both.clone(), operation("Get")).is_err());
    assert!(compare(operation("Get"), operation("Get") + &operation("Get")).is_err());
    assert!(
        compare(operation("Get"), operation("Get") + &object("Template")).is_err(),
        "nobody has asked"
    );
    assert!(
        compare(object("Template") + &operation("Get"), operation("Get") + &object("Template"))
            .is_err()
    );
    let vendor = |name: &str| text("VendorIdentification", name) + "<ServerInformation/>";
    assert_eq!(compare(vendor("a"), vendor("b")), Ok(vec![Rule::VendorIdentification]));
    let rng = |name: &str| {
        format!("<RNGParameters><RNGAlgorithm type='Enumeration' value='{name}'/></RNGParameters>")
    };
    assert!(compare(rng("DRBG"), rng("DRBG")).is_ok());
    assert!(compare(rng("DRBG"), rng("ANSIX9_31")).is_err());
    assert!(compare(rng("DRBG"), rng("DRBG") + &rng("DRBG")).is_err());
    assert!(compare(String::new(), rng("DRBG")).is_err());
}

#[test]
fn versions_may_be_more_unless_the_client_names_its_own() {
    let version = |minor: u8| {
        format!(
            "<ProtocolVersion><ProtocolVersionMajor type='Integer' value='1'/>\
             <ProtocolVersionMinor type='Integer' value='{minor}'/></ProtocolVersion>"
        )
    };
    let compare = |request: &str, published: String, actual: String| {
        Run::of_1_4().step(
            &asked("DiscoverVersions", request),
            &success("DiscoverVersions", &published),
            &success("DiscoverVersions", &actual),
        )
    };
    let two = version(3) + &version(2);
    assert_eq!(compare("", two.clone(), version(4) + &two), Ok(vec![Rule::ProtocolVersions]));
    assert!(compare("", two.clone(), version(2) + &version(3)).is_err(), "newest first");
    assert!(compare("", two.clone(), version(3)).is_err());
    assert!(compare(&version(3), version(3), two).is_err());
}

#[test]
fn digests_of_registered_objects_are_exact() {
    let digest = |hash: &str, value: &str| {
        format!(
            "<Attribute>{}<AttributeValue><HashingAlgorithm type='Enumeration' value='{hash}'/>{}\
             <KeyFormatType type='Enumeration' value='Raw'/></AttributeValue></Attribute>",
            text("AttributeName", "Digest"),
            bytes("DigestValue", value)
        )
    };
    let answer =
        |identifier: &str, digest: &str| success("GetAttributes", &(id(identifier) + digest));
    let request = asked("GetAttributes", &ours());
    let mut run = Run::of_1_4();
    run.make("Register", &key("0102"));
    let published = answer("$UNIQUE_IDENTIFIER_0", &digest("SHA_256", "aabb"));
    assert!(run.step(&request, &published, &answer("object", &digest("SHA_256", "aabb"))).is_ok());
    assert!(run.step(&request, &published, &answer("object", &digest("SHA_256", "aabc"))).is_err());
    assert!(
        run.step(&request, &published, &answer("object", &digest("SHA_512", "aabbccdd"))).is_ok()
    );
    let mut run = Run::of_1_4();
    run.make("Create", AES);
    assert!(run.step(&request, &published, &answer("object", &digest("SHA_256", "ffff"))).is_ok());
}

#[test]
fn structures_have_the_published_fields_in_the_published_order() {
    let compare = |published: &str, actual: &str| {
        Run::of_1_4().step(
            &asked("Check", &id("a")),
            &success("Check", published),
            &success("Check", actual),
        )
    };
    let count = "<UsageLimitsCount type='LongInteger' value='5'/>";
    let mask = "<CryptographicUsageMask type='Integer' value='Encrypt'/>";
    assert!(compare(&(id("a") + count + mask), &(id("a") + count + mask)).is_ok());
    assert!(compare(&(id("a") + count + mask), &(id("a") + mask + count)).is_err());
    assert!(compare(&(id("a") + count), &id("a")).is_err());
    assert!(compare(&id("a"), &(id("a") + count)).is_err());
    assert!(
        compare(&(id("a") + count), &(id("a") + "<UsageLimitsCount type='Integer' value='5'/>"))
            .is_err()
    );
    let missing = compare(&(id("a") + count), &id("a")).expect_err("a field is missing");
    assert_eq!(missing.path, "ResponseMessage/BatchItem[0]/ResponsePayload");
    assert_eq!(missing.got, "nothing");
}

#[test]
fn big_integers_are_numbers() {
    let answer =
        |number: &str| success("Get", &format!("<Modulus type='BigInteger' value='{number}'/>"));
    let compare = |published: &str, actual: &str| {
        Run::of_1_4().step(&asked("Get", ""), &answer(published), &answer(actual))
    };
    let padded = "00000000000000000123456789abcdef";
    assert_eq!(compare(padded, "0123456789abcdef"), Ok(vec![Rule::BigIntegerPadding]));
    assert!(
        compare("00000000000000008000000000000000", "8000000000000000").is_err(),
        "one is negative"
    );
    assert!(compare(padded, "0123456789abcdee").is_err());
}

#[test]
fn the_server_may_number_its_answers_from_1_4_on() {
    let compare = |version: Version, published: &str, actual: &str| {
        let mut run = Run::new(version);
        let request = run.message("Request", "", "");
        let published = run.message("Response", published, "");
        let actual = run.message("Response", actual, "");
        let exchange = Exchange {
            version,
            request: &request,
            published: &published,
            actual: &actual,
            now: START,
        };
        super::compare(&mut run.session, &exchange)
    };
    let number = |number: &str| text("ServerCorrelationValue", number);
    assert!(compare(Version::V1_4, "", &number("1")).is_ok());
    assert!(compare(Version::V1_4, &number("1"), &number("2")).is_ok());
    assert!(compare(Version::V1_4, &number("1"), "").is_err());
    assert!(compare(Version::V1_3, "", &number("1")).is_err());
}

#[test]
fn a_pkcs_11_library_has_a_description_of_its_own() {
    let answer =
        |info: &[u8]| success("PKCS_11", &bytes("PKCS_11OutputParameters", &hex::encode(info)));
    let compare = |published: &[u8], actual: &[u8]| {
        Run::new(Version::V2_1).step(&asked("PKCS_11", ""), &answer(published), &answer(actual))
    };
    let mut info = [b' '; 76];
    let published = info;
    info[2] = b'C';
    info[50] = b'C';
    assert_eq!(compare(&published, &info), Ok(vec![Rule::LibraryDescription]));
    info[0] = 3;
    assert!(compare(&published, &info).is_err(), "the version of Cryptoki is another one");
    assert!(compare(&published, &published[..75]).is_err());
}
