//! Headers, batch items, payloads, and structures in general.

use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, CryptographicAlgorithm, Operation, PaddingMethod, ResultStatus,
};
use claviger_wire_ttlv::{Tag, Version, tag};

use super::{Comparison, ItemContext, Outcome, Rule};
use crate::attributes;
use crate::node::{Node, Value, shown};
use crate::session::Origin;

impl<'a> Comparison<'a> {
    /// Compares two messages.
    pub(super) fn message(&mut self, published: &Node, actual: &Node) -> Outcome {
        if published.tag != actual.tag {
            return Err(self.difference(published.name(), actual.name()));
        }
        let mut items = 0;
        self.inside(published.name(), |this| {
            this.fields_with(
                published.tag,
                published.children(),
                actual.children(),
                |this, one, other| {
                    if one.tag != tag::BATCH_ITEM {
                        return this.pair(one, other);
                    }
                    let name = format!("BatchItem[{items}]");
                    let asked = this.asked(items);
                    items += 1;
                    this.inside(name, |this| this.item(asked, one, other))
                },
            )
        })
    }

    /// The item of the request that an item of the response answers.
    fn asked(&self, index: usize) -> Option<&'a Node> {
        let request: &'a Node = self.request;
        request.children().iter().filter(|child| child.tag == tag::BATCH_ITEM).nth(index)
    }

    fn item(&mut self, asked: Option<&'a Node>, published: &Node, actual: &Node) -> Outcome {
        self.status(published, actual)?;
        if let Some(asked) = asked {
            self.session.objects.learn(asked, actual);
        }
        self.item = self.context(asked, actual);
        let outcome = self.fields(tag::BATCH_ITEM, published.children(), actual.children());
        self.item = ItemContext::default();
        outcome
    }

    /// Compares what became of the item before anything else, because the rest follows from it.
    fn status(&self, published: &Node, actual: &Node) -> Outcome {
        let said = |item: &Node| {
            [tag::RESULT_STATUS, tag::RESULT_REASON]
                .map(|tag| item.child(tag).and_then(Node::enumeration))
        };
        if said(published) == said(actual) {
            return Ok(());
        }
        Err(self.difference(result(published), result(actual)))
    }

    fn context<'r>(&self, asked: Option<&'r Node>, actual: &Node) -> ItemContext<'r> {
        let operation = actual.child(tag::OPERATION).and_then(Node::enumeration);
        let payload =
            actual.child(tag::RESPONSE_PAYLOAD).or_else(|| actual.child(tag::REQUEST_PAYLOAD));
        let request = asked.and_then(|asked| asked.child(tag::REQUEST_PAYLOAD));
        let identifier = |payload: Option<&Node>| {
            payload.and_then(|payload| {
                payload.child(tag::UNIQUE_IDENTIFIER)?.text().map(str::to_owned)
            })
        };
        let identifier = identifier(payload).or_else(|| identifier(request));
        let object =
            identifier.as_deref().map(|one| self.session.objects.of(one)).unwrap_or_default();
        let mut context = ItemContext {
            operation: operation.map(Operation::from_code),
            request,
            identifier,
            object,
            ..ItemContext::default()
        };
        context.is_random = is_random(&context, payload);
        context.is_chained = request
            .and_then(|request| request.child(tag::DATA))
            .is_some_and(|data| self.session.has_answered(data));
        context
    }

    /// Compares the children of two structures: the same ones in the same order, but for what may be added or left out.
    pub(super) fn fields(&mut self, parent: Tag, published: &[Node], actual: &[Node]) -> Outcome {
        self.fields_with(parent, published, actual, Self::pair)
    }

    fn fields_with(
        &mut self,
        parent: Tag,
        published: &[Node],
        actual: &[Node],
        mut pair: impl FnMut(&mut Self, &Node, &Node) -> Outcome,
    ) -> Outcome {
        let mut rest = actual.iter().peekable();
        for expected in published {
            loop {
                let next = rest.peek().copied();
                match next {
                    Some(next) if next.tag == expected.tag => {
                        pair(self, expected, next)?;
                        rest.next();
                        break;
                    }
                    _ => {}
                }
                if let Some(rule) = next.and_then(|next| self.may_be_added(parent, next)) {
                    self.permit(rule);
                    rest.next();
                } else if let Some(rule) = self.may_be_left_out(parent, expected) {
                    self.permit(rule);
                    break;
                } else {
                    return Err(self.missing(expected, next));
                }
            }
        }
        for next in rest {
            let rule = self.may_be_added(parent, next).ok_or_else(|| self.unexpected(next))?;
            self.permit(rule);
        }
        Ok(())
    }

    fn may_be_added(&self, parent: Tag, node: &Node) -> Option<Rule> {
        let is_not_critical = || {
            let critical = node.child(tag::CRITICALITY_INDICATOR).map(|critical| &critical.value);
            critical == Some(&Value::Boolean(false))
        };
        match (parent, node.tag) {
            (tag::RESPONSE_HEADER, tag::SERVER_CORRELATION_VALUE)
                if self.version >= Version::V1_4 =>
            {
                Some(Rule::ServerCorrelation)
            }
            (tag::BATCH_ITEM, tag::RESULT_MESSAGE) => Some(Rule::ResultMessage),
            (tag::BATCH_ITEM, tag::MESSAGE_EXTENSION) if is_not_critical() => {
                Some(Rule::MessageExtension)
            }
            (tag::RESPONSE_PAYLOAD, tag::TEMPLATE_ATTRIBUTE) if self.version < Version::V2_0 => {
                Some(Rule::TemplateAttribute)
            }
            (tag::SERVER_INFORMATION, _) => Some(Rule::ServerInformation),
            _ => None,
        }
    }

    fn may_be_left_out(&self, parent: Tag, node: &Node) -> Option<Rule> {
        match (parent, node.tag) {
            (tag::BATCH_ITEM, tag::RESULT_MESSAGE) => Some(Rule::ResultMessage),
            (tag::RESPONSE_PAYLOAD, tag::TEMPLATE_ATTRIBUTE) => Some(Rule::TemplateAttribute),
            _ => None,
        }
    }

    /// Compares two items of the same tag.
    pub(super) fn pair(&mut self, published: &Node, actual: &Node) -> Outcome {
        let meaning = published.tag;
        self.inside(published.name(), |this| match meaning {
            tag::RESPONSE_PAYLOAD | tag::REQUEST_PAYLOAD => this.payload(published, actual),
            tag::ATTRIBUTE => this.single_attribute(published, actual),
            _ if attributes::is_list(meaning) => this.attribute_list(published, actual),
            tag::KEY_BLOCK => this.key_block(published, actual),
            _ => this.value(meaning, &published.value, &actual.value),
        })
    }

    /// Compares two values of the same meaning.
    pub(super) fn value(&mut self, meaning: Tag, published: &Value, actual: &Value) -> Outcome {
        match (published, actual) {
            (Value::Structure(published), Value::Structure(actual)) => {
                let was_material = self.item.is_material;
                self.item.is_material |= matches!(meaning, tag::KEY_MATERIAL | tag::KEY_VALUE);
                let outcome = self.fields(meaning, published, actual);
                self.item.is_material = was_material;
                outcome
            }
            _ => self.leaf(meaning, published, actual),
        }
    }

    fn payload(&mut self, published: &Node, actual: &Node) -> Outcome {
        match self.item.operation {
            Some(Operation::Locate) => self.located(published, actual),
            Some(Operation::Query) => self.queried(published, actual),
            Some(Operation::DiscoverVersions) => self.versions(published, actual),
            Some(Operation::GetAttributes | Operation::Put | Operation::Notify) => {
                self.payload_with_attributes(published, actual)
            }
            Some(Operation::GetAttributeList) => self.attribute_names(published, actual),
            _ => self.value(published.tag, &published.value, &actual.value),
        }
    }

    fn key_block(&mut self, published: &Node, actual: &Node) -> Outcome {
        self.item.wrapping =
            actual.child(tag::KEY_WRAPPING_DATA).map(|data| self.wraps_variably(data));
        let outcome = self.value(published.tag, &published.value, &actual.value);
        self.item.wrapping = None;
        outcome
    }

    /// Whether a wrapped key differs from run to run: its wrapping key is generated, or the method is random.
    fn wraps_variably(&self, data: &Node) -> bool {
        let is_generated = |node: &&Node| {
            node.text().is_some_and(|key| self.session.objects.of(key).origin == Origin::Generated)
        };
        if self.item.object.origin == Origin::Generated
            || data.all(tag::UNIQUE_IDENTIFIER).iter().any(is_generated)
        {
            return true;
        }
        let deterministic =
            [BlockCipherMode::NISTKeyWrap.code(), BlockCipherMode::AESKeyWrapPadding.code()];
        let mode = data.all(tag::BLOCK_CIPHER_MODE).first().and_then(|mode| mode.enumeration());
        // A method that says nothing is the deterministic default of the wrapping key.
        mode.is_some_and(|mode| !deterministic.contains(&mode))
            && data.child(tag::IV_COUNTER_NONCE).is_some()
    }
}

/// Whether the operation's output is random by itself: a random initialization vector, a signature with a random number.
fn is_random(context: &ItemContext<'_>, answered: Option<&Node>) -> bool {
    let algorithm = context.object.algorithm.map(CryptographicAlgorithm::from_code);
    let padding = || {
        let request = context.request?.child(tag::CRYPTOGRAPHIC_PARAMETERS);
        let padding =
            request.and_then(|one| one.child(tag::PADDING_METHOD)).and_then(Node::enumeration);
        padding.or(context.object.padding).map(PaddingMethod::from_code)
    };
    match context.operation {
        Some(Operation::RNGRetrieve) => true,
        Some(Operation::Sign) => match algorithm {
            Some(CryptographicAlgorithm::RSA) => padding() == Some(PaddingMethod::PSS),
            _ => true,
        },
        Some(Operation::Encrypt) if algorithm == Some(CryptographicAlgorithm::RSA) => {
            padding() != Some(PaddingMethod::None)
        }
        Some(Operation::Encrypt) => {
            let has_own = |node: Option<&Node>| {
                node.is_some_and(|node| node.child(tag::IV_COUNTER_NONCE).is_some())
            };
            has_own(answered) && !has_own(context.request)
        }
        _ => false,
    }
}

/// What became of an item, in words.
fn result(item: &Node) -> String {
    let named = |tag| item.child(tag).map(|node: &Node| shown(tag, &node.value));
    let mut words = named(tag::RESULT_STATUS).unwrap_or_else(|| "no status".to_owned());
    if let Some(reason) = named(tag::RESULT_REASON) {
        words.push_str(" with ");
        words.push_str(&reason);
    }
    let failed = Some(ResultStatus::OperationFailed.code());
    if item.child(tag::RESULT_STATUS).and_then(Node::enumeration) == failed
        && let Some(message) = named(tag::RESULT_MESSAGE)
    {
        words.push_str(&format!(" ({message})"));
    }
    words
}
