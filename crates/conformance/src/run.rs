//! Replays a case: sends its requests, and compares what comes back.

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use claviger_wire_ttlv::enumeration::{Operation, ResultStatus};
use claviger_wire_ttlv::{Tag, Version, tag};

use crate::case::{Case, CaseId, Direction, Errata, Step, version};
use crate::compare::{self, Exchange, Use};
use crate::configuration::Configuration;
use crate::node::{Node, Value};
use crate::rehearsal::Rehearsal;
use crate::server::{ClientIdentity, Server, Servers};
use crate::session::Session;
use crate::transport::{Connection, Transport};

/// How long a state that the case waits for may take: the longest published wait is 120 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(180);
/// How long an asynchronous operation may be pending: as long as a busy disk may take to sync what it changed.
const LONGEST_PENDING: Duration = Duration::from_secs(60);
/// How long to wait between two looks at something that takes time.
const LOOK: Duration = Duration::from_millis(200);

/// What cases are replayed with.
pub(crate) struct Runner<'a> {
    /// Every case that exists, also those that are not replayed.
    pub(crate) existing: &'a [CaseId],
    /// The mistakes in published cases.
    pub(crate) errata: &'a Errata,
    /// What servers are needed.
    pub(crate) configuration: &'a Configuration,
    /// The servers; without them, published answers are taken in their place.
    pub(crate) servers: Option<&'a Servers>,
    /// How messages are sent, unless the case is about a transport.
    pub(crate) transport: Transport,
}

/// The rules that a step of a passed case needed.
pub(crate) struct StepUses {
    /// What was asked.
    pub(crate) title: String,
    /// The rules.
    pub(crate) uses: Vec<Use>,
}

impl Runner<'_> {
    /// Replays a case, after those that it continues on.
    ///
    /// # Errors
    /// The first step whose answer is not the published one, or what kept the case from being replayed.
    pub(crate) fn run(&self, id: &CaseId) -> Result<Vec<StepUses>> {
        let mut replay = self.replay(id)?;
        let mut before = Vec::new();
        let mut case = id;
        while let Some(earlier) = self.configuration.before(case, self.existing)? {
            before.push(earlier);
            case = earlier;
        }
        for earlier in before.into_iter().rev() {
            let outcome = replay.case(&Case::read(earlier, self.errata)?);
            outcome.with_context(|| format!("{}, on whose store it continues", earlier.name()))?;
            replay.session.next_case();
        }
        let outcome = replay.case(&Case::read(id, self.errata)?);
        let Replay { peer, .. } = replay;
        outcome.map_err(|error| peer.explained(error))
    }

    fn replay(&self, id: &CaseId) -> Result<Replay<'_>> {
        let transport = Transport::of(id).unwrap_or(self.transport);
        let peer = match self.servers {
            None => Peer::Published(Rehearsal::default()),
            Some(servers) => {
                let number = self.configuration.server_of(id);
                Peer::Server(Clients {
                    server: servers.get(self.configuration, number)?,
                    identity: servers.certificates().client()?,
                    // Only a connection that speaks TTLV lets the server send messages.
                    transport: if is_two_way(&Case::read(id, self.errata)?) {
                        Transport::Tls
                    } else {
                        transport
                    },
                    connections: HashMap::new(),
                })
            }
        };
        Ok(Replay { session: Session::new(now()?), peer })
    }
}

fn is_two_way(case: &Case) -> bool {
    case.steps.iter().any(|step| step.direction == Direction::ToClient)
}

/// A case that is being replayed.
struct Replay<'a> {
    session: Session,
    peer: Peer<'a>,
}

/// Who answers.
enum Peer<'a> {
    Server(Clients<'a>),
    Published(Rehearsal),
}

/// The clients of a case: connections of one principal.
struct Clients<'a> {
    server: &'a Server,
    identity: ClientIdentity,
    transport: Transport,
    connections: HashMap<char, Connection>,
}

impl Clients<'_> {
    fn connection(&mut self, client: char) -> Result<&mut Connection> {
        if !self.connections.contains_key(&client) {
            let connection = Connection::open(self.transport, self.server, &self.identity)?;
            self.connections.insert(client, connection);
        }
        self.connections.get_mut(&client).context("the connection is there")
    }
}

impl Peer<'_> {
    fn ask(
        &mut self,
        session: &Session,
        step: &Step,
        request: &Node,
        version: Version,
    ) -> Result<Node> {
        match self {
            Self::Server(clients) => clients.connection(step.client)?.exchange(request, version),
            Self::Published(rehearsal) => rehearsal.message(session, &step.response),
        }
    }

    /// Adds what the server has said, if it has ended.
    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        match self {
            Self::Server(clients) if !clients.server.is_running() => {
                error.context(format!("the server has ended; it said:\n{}", clients.server.said()))
            }
            _ => error,
        }
    }
}

impl Replay<'_> {
    fn case(&mut self, case: &Case) -> Result<Vec<StepUses>> {
        let mut uses = Vec::with_capacity(case.steps.len());
        for (index, step) in case.steps.iter().enumerate() {
            let title = title(index, step);
            let next = case.steps.get(index + 1);
            let of_step = self.step(step, next, case.version).with_context(|| title.clone())?;
            uses.push(StepUses { title, uses: of_step });
        }
        Ok(uses)
    }

    fn step(&mut self, step: &Step, next: Option<&Step>, of_case: Version) -> Result<Vec<Use>> {
        let version = version(&step.request).unwrap_or(of_case);
        if step.direction == Direction::ToClient {
            return self.served(step, version);
        }
        let request = self.session.resolved(&step.request)?;
        // A repeated Poll is one that waits, which every Poll does.
        if step.is_repeated && !is_poll(&request) && matches!(self.peer, Peer::Server(_)) {
            return self.repeated(step, next, &request, version);
        }
        let actual = self.settled(step, &request, version)?;
        self.compared(version, &request, &step.response, &actual)
    }

    /// Asks, and asks again as long as an asynchronous operation is pending.
    fn settled(&mut self, step: &Step, request: &Node, version: Version) -> Result<Node> {
        let start = Instant::now();
        loop {
            let actual = self.peer.ask(&self.session, step, request, version)?;
            if !is_pending_poll(request, &actual) || start.elapsed() > LONGEST_PENDING {
                return Ok(actual);
            }
            thread::sleep(LOOK);
        }
    }

    /// Asks until the answer is no longer that of this step but that of the next.
    fn repeated(
        &mut self,
        step: &Step,
        next: Option<&Step>,
        request: &Node,
        version: Version,
    ) -> Result<Vec<Use>> {
        let next = next.context("a repeated request needs a step that ends it")?;
        let start = Instant::now();
        let mut uses = Vec::new();
        loop {
            let actual = self.peer.ask(&self.session, step, request, version)?;
            let mut trial = self.session.clone();
            match compared(&mut trial, version, request, &step.response, &actual) {
                Ok(of_step) => {
                    self.session = trial;
                    uses = of_step;
                }
                Err(error) => {
                    let mut trial = self.session.clone();
                    return match compared(&mut trial, version, request, &next.response, &actual) {
                        Ok(_) => Ok(uses),
                        Err(_) => Err(error),
                    };
                }
            }
            if start.elapsed() > LONGEST_WAIT {
                bail!("nothing has changed for {} s", LONGEST_WAIT.as_secs());
            }
            thread::sleep(LOOK);
        }
    }

    /// Takes a message that the server sends, and answers it.
    fn served(&mut self, step: &Step, version: Version) -> Result<Vec<Use>> {
        let actual = match &mut self.peer {
            Peer::Server(clients) => clients.connection(step.client)?.receive(),
            Peer::Published(rehearsal) => rehearsal.message(&self.session, &step.request),
        }?;
        let uses = self.compared(version, &actual, &step.request, &actual)?;
        let response = self.session.resolved(&step.response)?;
        if let Peer::Server(clients) = &mut self.peer {
            clients.connection(step.client)?.answer(&answering(response, &actual))?;
        }
        Ok(uses)
    }

    fn compared(
        &mut self,
        version: Version,
        request: &Node,
        published: &Node,
        actual: &Node,
    ) -> Result<Vec<Use>> {
        compared(&mut self.session, version, request, published, actual)
    }
}

fn compared(
    session: &mut Session,
    version: Version,
    request: &Node,
    published: &Node,
    actual: &Node,
) -> Result<Vec<Use>> {
    let exchange = Exchange { version, request, published, actual, now: now()? };
    compare::compare(session, &exchange).map_err(|difference| anyhow!("{difference}"))
}

/// An answer to a message of the server: the published one, with the identifiers of the items that came.
fn answering(mut response: Node, request: &Node) -> Node {
    let asked = request.children().iter().filter(|child| child.tag == tag::BATCH_ITEM);
    let identifiers: Vec<Option<Node>> =
        asked.map(|item| item.child(tag::UNIQUE_BATCH_ITEM_ID).cloned()).collect();
    if let Value::Structure(children) = &mut response.value {
        let items = children.iter_mut().filter(|child| child.tag == tag::BATCH_ITEM);
        for (item, identifier) in items.zip(identifiers) {
            if let (Value::Structure(fields), Some(identifier)) = (&mut item.value, identifier) {
                fields.retain(|field| field.tag != tag::UNIQUE_BATCH_ITEM_ID);
                // It stands after the operation.
                fields.insert(1.min(fields.len()), identifier);
            }
        }
    }
    response
}

fn is_poll(request: &Node) -> bool {
    first_item(request, tag::OPERATION) == Some(Operation::Poll.code())
}

fn is_pending_poll(request: &Node, actual: &Node) -> bool {
    let pending = Some(ResultStatus::OperationPending.code());
    is_poll(request) && first_item(actual, tag::RESULT_STATUS) == pending
}

/// A field of a message's first batch item.
fn first_item(message: &Node, field: Tag) -> Option<u32> {
    message.child(tag::BATCH_ITEM)?.child(field)?.enumeration()
}

/// What a step is called in reports.
fn title(index: usize, step: &Step) -> String {
    let items = step.request.children().iter().filter(|child| child.tag == tag::BATCH_ITEM);
    let operations: Vec<&str> = items
        .filter_map(|item| item.child(tag::OPERATION)?.enumeration())
        .map(|operation| Operation::from_code(operation).name().unwrap_or("an unknown operation"))
        .collect();
    format!("step {index} ({})", operations.join(", "))
}

fn now() -> Result<i64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(i64::try_from(now.as_secs())?)
}
