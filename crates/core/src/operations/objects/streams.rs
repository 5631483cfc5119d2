//! Messages in parts (KMIP 2.1 §6.1.17 and its like: Init Indicator, Correlation Value, Final Indicator).
//!
//! A stream belongs to one principal, one object and one kind of operation; to all others its correlation value is unknown.
//! While a part is processed the stream is out of the table, so that no lock is held and nobody else can use it meanwhile.
//! What was begun and not gone on with is dropped, and its secrets with it, after [`IDLE`].

use std::collections::HashMap;

use claviger_model::{ObjectId, TenantId, Timestamp};
use claviger_ports::{ParametricCiphertext, ParametricStream, StreamKind};
use parking_lot::Mutex;

use super::parametric::failure;
use crate::kms::Shared;
use crate::{Caller, Error, ErrorKind};

/// How many streams one principal may have at a time.
pub(crate) const LIMIT_PER_PRINCIPAL: usize = 64;
/// How many there may be in all.
pub(crate) const LIMIT: usize = 4096;
/// How long a stream waits for its next part, in milliseconds: 5 minutes.
pub(crate) const IDLE: i64 = 5 * 60 * 1000;
/// How many bytes one stream may take in all. AES-GCM ends at 64 GiB (SP 800-38D §5.2.1.1).
const BYTE_LIMIT: u64 = 64 << 30;

/// The length of a correlation value, in bytes.
const CORRELATION_LENGTH: usize = 16;

/// Which part of a message a request holds. By default the whole message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Correlation Value: the stream that goes on.
    pub correlation: Option<Vec<u8>>,
    /// Init Indicator: a stream begins.
    pub first: bool,
    /// Final Indicator: the stream ends.
    pub last: bool,
}

impl Part {
    /// What is to be done with the part.
    pub(crate) fn step(&self) -> Result<Step<'_>, Error> {
        match (&self.correlation, self.first, self.last) {
            (None, false, _) | (None, true, true) => Ok(Step::Whole),
            (None, true, false) => Ok(Step::Begin),
            (Some(correlation), false, last) => Ok(Step::GoOn { correlation, last }),
            (Some(_), true, _) => Err(Error::new(
                ErrorKind::InvalidMessage,
                "a part cannot begin a stream and go on with one",
                "pass either the init indicator or a correlation value",
            )),
        }
    }
}

/// What is to be done with a part.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// It is the whole message.
    Whole,
    /// It begins a stream.
    Begin,
    /// It goes on with one.
    GoOn {
        /// Which.
        correlation: &'a [u8],
        /// Whether the stream ends with it.
        last: bool,
    },
}

/// What a stream does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something with an object's key.
    Keyed(StreamKind),
    /// A hash.
    Hash,
}

/// Whose stream it is.
#[derive(Clone, PartialEq, Eq)]
struct Owner {
    tenant: TenantId,
    identity: String,
}

/// A message in parts, with what is kept of it besides.
pub(crate) struct Stream {
    owner: Owner,
    kind: Kind,
    object: Option<ObjectId>,
    state: Box<dyn ParametricStream>,
    /// The tag, signature or code to check, once it was given.
    proof: Option<Vec<u8>>,
    taken: u64,
    deadline: Timestamp,
}

/// What a part gave.
pub(crate) struct Progress {
    /// What could be returned already.
    pub(crate) output: Vec<u8>,
    /// The stream, unless it ended.
    pub(crate) correlation: Option<Vec<u8>>,
    /// At the beginning, the nonce that the service made.
    pub(crate) nonce: Option<Vec<u8>>,
    /// At the end, the tag.
    pub(crate) tag: Option<Vec<u8>>,
}

/// All streams.
#[derive(Default)]
pub(crate) struct Streams(Mutex<HashMap<[u8; CORRELATION_LENGTH], Stream>>);

impl Streams {
    /// Drops the streams that waited too long. Called by the schedule, and when there is no room.
    pub(crate) fn drop_idle(&self, now: Timestamp) {
        self.0.lock().retain(|_, stream| stream.deadline > now);
    }

    fn insert(
        &self,
        correlation: [u8; CORRELATION_LENGTH],
        stream: Stream,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut streams = self.0.lock();
        let is_full = |streams: &HashMap<_, Stream>| {
            let own = streams.values().filter(|other| other.owner == stream.owner).count();
            streams.len() >= LIMIT || own >= LIMIT_PER_PRINCIPAL
        };
        if is_full(&streams) {
            streams.retain(|_, stream| stream.deadline > now);
            if is_full(&streams) {
                return Err(Error::new(
                    ErrorKind::LimitReached,
                    format!(
                        "there are too many messages in parts: at most {LIMIT_PER_PRINCIPAL} of one client at a time"
                    ),
                    "end some with the final indicator; those that nobody goes on with end after five minutes",
                ));
            }
        }
        streams.insert(correlation, stream);
        Ok(())
    }

    /// Puts a stream back that was taken. It had its place before, so nobody counts.
    fn put_back(&self, correlation: [u8; CORRELATION_LENGTH], stream: Stream) {
        self.0.lock().insert(correlation, stream);
    }

    /// Takes a stream out of the table: whoever fails to put it back has ended it.
    fn take(
        &self,
        correlation: &[u8],
        owner: &Owner,
        kind: Kind,
        object: Option<ObjectId>,
        now: Timestamp,
    ) -> Result<([u8; CORRELATION_LENGTH], Stream), Error> {
        let key: [u8; CORRELATION_LENGTH] = correlation.try_into().map_err(|_| unknown())?;
        let mut streams = self.0.lock();
        let found = streams.get(&key).ok_or_else(unknown)?;
        if found.owner != *owner || found.kind != kind || found.object != object {
            return Err(unknown());
        }
        let stream = streams.remove(&key).ok_or_else(unknown)?;
        drop(streams);
        if stream.deadline <= now { Err(unknown()) } else { Ok((key, stream)) }
    }
}

fn unknown() -> Error {
    Error::new(
        ErrorKind::UnknownCorrelation,
        "there is no such message in parts",
        "begin with the init indicator, and go on within five minutes with the same object and operation",
    )
}

fn owner(caller: &Caller) -> Owner {
    Owner { tenant: caller.tenant.clone(), identity: caller.principal.identity().to_owned() }
}

impl Shared {
    /// Begins a stream with its first part.
    pub(crate) fn begin_stream(
        &self,
        caller: &Caller,
        (kind, object): (Kind, Option<ObjectId>),
        mut state: Box<dyn ParametricStream>,
        (data, proof): (&[u8], Option<Vec<u8>>),
        now: Timestamp,
    ) -> Result<Progress, Error> {
        let output = state.update(data).map_err(failure)?;
        let nonce = state.nonce().map(<[u8]>::to_vec);
        let mut correlation = [0; CORRELATION_LENGTH];
        self.crypto.random(&mut correlation)?;
        let stream = Stream {
            owner: owner(caller),
            kind,
            object,
            state,
            proof,
            taken: data.len() as u64,
            deadline: deadline(now),
        };
        self.streams.insert(correlation, stream, now)?;
        Ok(Progress { output, correlation: Some(correlation.to_vec()), nonce, tag: None })
    }

    /// Goes on with a stream. If the part fails, the stream has ended.
    pub(crate) fn go_on_stream(
        &self,
        caller: &Caller,
        (kind, object): (Kind, Option<ObjectId>),
        (correlation, last): (&[u8], bool),
        (data, proof): (&[u8], Option<Vec<u8>>),
        now: Timestamp,
    ) -> Result<Progress, Error> {
        let (key, mut stream) =
            self.streams.take(correlation, &owner(caller), kind, object, now)?;
        stream.taken += data.len() as u64;
        if stream.taken > BYTE_LIMIT {
            return Err(Error::new(
                ErrorKind::TooLarge,
                "a message in parts has at most 64 GiB",
                "split the data into several messages",
            ));
        }
        stream.proof = stream.proof.or(proof);
        if last {
            let proof = stream.proof.as_deref();
            let ParametricCiphertext { output, nonce: _, tag } =
                stream.state.finish(data, proof).map_err(failure)?;
            return Ok(Progress { output, correlation: None, nonce: None, tag });
        }
        let output = stream.state.update(data).map_err(failure)?;
        stream.deadline = deadline(now);
        self.streams.put_back(key, stream);
        Ok(Progress { output, correlation: Some(key.to_vec()), nonce: None, tag: None })
    }
}

fn deadline(now: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(now.milliseconds().saturating_add(IDLE))
}
