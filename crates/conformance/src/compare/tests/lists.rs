//! What has no order, and what may be more.

use super::*;

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
fn from_2_0_on_located_objects_come_newest_first() {
    let mut run = Run::new(Version::V2_0);
    let compare = |run: &mut Run, published: String, actual: String| {
        run.step(&asked("Locate", ""), &success("Locate", &published), &success("Locate", &actual))
    };
    let published = id("$UNIQUE_IDENTIFIER_1") + &id("$UNIQUE_IDENTIFIER_0");
    assert!(compare(&mut run, published.clone(), id("two") + &id("one")).is_ok());
    assert!(compare(&mut run, published, id("one") + &id("two")).is_err());
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
