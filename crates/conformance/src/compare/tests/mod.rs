//! Pairs of published and actual answers: those that must differ, and those that may.
//!
//! The pairs are written as batch items in KMIP's XML; the message around them is always the same.

mod lists;
mod values;

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
