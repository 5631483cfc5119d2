//! Who sends what to whom, and which response belongs to which request.

use std::collections::VecDeque;

use anyhow::{Context, Result, bail};
use claviger_wire_ttlv::tag;

use super::markup::Element;
use super::values;
use crate::node::Node;

/// A request and the response to it.
#[derive(Debug)]
pub(crate) struct Step {
    /// Who asks.
    pub(crate) direction: Direction,
    /// Which of the case's clients takes part, such as `A`; the cases say so where there are several.
    pub(crate) client: char,
    /// Whether the request is sent again until the response is the one of the next step.
    pub(crate) is_repeated: bool,
    /// What is asked.
    pub(crate) request: Node,
    /// What is answered.
    pub(crate) response: Node,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The client asks the server.
    ToServer,
    /// The server asks the client, on the connection that the client made (Notify and Put).
    ToClient,
}

struct Message {
    is_request: bool,
    notes: String,
    node: Node,
}

/// The steps of a document, in the order in which they are taken.
///
/// # Errors
/// Requests and responses that do not fit each other.
pub(crate) fn steps(root: &Element) -> Result<Vec<Step>> {
    if root.name != "KMIP" {
        bail!("<{}> is not <KMIP>", root.name);
    }
    let mut waiting: VecDeque<Message> = VecDeque::new();
    let mut steps = Vec::new();
    for (index, element) in root.children.iter().enumerate() {
        let message = message(element).with_context(|| format!("message {index}"))?;
        if message.is_request {
            waiting.push_back(message);
        } else {
            let request = asked(&mut waiting, &message.node)
                .with_context(|| format!("message {index} answers nothing"))?;
            steps.push(step(request, message));
        }
    }
    if !waiting.is_empty() {
        bail!("a request has no response");
    }
    Ok(steps)
}

fn message(element: &Element) -> Result<Message> {
    let is_request = match element.name.as_str() {
        "RequestMessage" => true,
        "ResponseMessage" => false,
        other => bail!("<{other}> is no message"),
    };
    let node = values::message(element)?;
    Ok(Message { is_request, notes: element.text_before.clone(), node })
}

/// The request that a response answers. Where several wait, it is the first with the same operations.
fn asked(waiting: &mut VecDeque<Message>, response: &Node) -> Option<Message> {
    let answered = operations(response);
    let fits = waiting.iter().position(|message| operations(&message.node) == answered);
    waiting.remove(fits.unwrap_or(0))
}

fn operations(message: &Node) -> Vec<Option<u32>> {
    let items = message.children().iter().filter(|child| child.tag == tag::BATCH_ITEM);
    items.map(|item| item.child(tag::OPERATION).and_then(Node::enumeration)).collect()
}

fn step(request: Message, response: Message) -> Step {
    let notes = &request.notes;
    let client = notes.split("[Client-").nth(1).and_then(|rest| {
        let name = rest.split(']').next()?;
        let mut letters = name.chars();
        // "[Client-to-Server]" says the direction.
        letters.next().filter(|letter| letter.is_ascii_uppercase() && letters.next().is_none())
    });
    Step {
        direction: if notes.contains("[Server-to-Client]") {
            Direction::ToClient
        } else {
            Direction::ToServer
        },
        client: client.unwrap_or('A'),
        is_repeated: notes.contains("[REPEAT]"),
        request: request.node,
        response: response.node,
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup;
    use super::*;

    fn read(text: &str) -> Result<Vec<Step>> {
        steps(&markup::read(text).expect("it is markup"))
    }

    fn item(kind: &str, operation: &str) -> String {
        format!(
            "<{kind}Message><{kind}Header/><BatchItem><Operation type='Enumeration' value='{operation}'/>\
             </BatchItem></{kind}Message>"
        )
    }

    #[test]
    fn notes_say_who_asks() {
        let text = format!(
            "<KMIP># TIME 0\n# [Client-B]\n{}{}# [Server-to-Client]\n{}{}# [Client-to-Server] [REPEAT]\n{}{}</KMIP>",
            item("Request", "Get"),
            item("Response", "Get"),
            item("Request", "Put"),
            item("Response", "Put"),
            item("Request", "Get"),
            item("Response", "Get"),
        );
        let steps = read(&text).expect("it is a case");
        let seen: Vec<_> =
            steps.iter().map(|step| (step.direction, step.client, step.is_repeated)).collect();
        assert_eq!(
            seen,
            [
                (Direction::ToServer, 'B', false),
                (Direction::ToClient, 'A', false),
                (Direction::ToServer, 'A', true),
            ]
        );
    }

    #[test]
    fn two_requests_before_two_responses_are_sent_in_the_order_of_the_responses() {
        let text = format!(
            "<KMIP>{}{}{}{}</KMIP>",
            item("Request", "Destroy"),
            item("Request", "Revoke"),
            item("Response", "Revoke"),
            item("Response", "Destroy"),
        );
        let steps = read(&text).expect("it is a case");
        for step in &steps {
            assert_eq!(operations(&step.request), operations(&step.response));
        }
    }

    #[test]
    fn what_is_not_answered_is_refused() {
        assert!(read(&format!("<KMIP>{}</KMIP>", item("Request", "Get"))).is_err());
        assert!(read(&format!("<KMIP>{}</KMIP>", item("Response", "Get"))).is_err());
        assert!(read("<KMIP><Other/></KMIP>").is_err());
    }
}
