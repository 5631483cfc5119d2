//! Single values, and what becomes of a batch item.

use super::*;

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
        super::super::compare(&mut run.session, &exchange)
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
