//! Reads, transforms and writes a stream in batches, on as many cores as help, in constant memory.
//!
//! Every thread does the whole way with one batch: it waits for its turn at the input, reads, transforms
//! alone, waits for its turn at the output, writes. So a batch stays in one core's cache, the output is
//! in order, and no queue can grow. With one core the calling thread does it all by itself.

use std::io::{self, Read, Write};
use std::num::NonZero;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::stream::PayloadError;

/// Threads beyond which the turns at input and output are the bottleneck. It bounds memory too.
const MAX_THREADS: usize = 4;

/// What happens to a batch between input and output.
pub(crate) trait Transform: Sync {
    /// Bytes of input in every batch but the last.
    const INPUT_LEN: usize;
    /// The most bytes of output that a batch can give.
    const OUTPUT_LEN: usize;

    /// How much of a batch is plaintext, given the bytes that it took and those that it gave.
    fn plaintext_len(input: usize, output: usize) -> usize;

    /// Transforms `input` into the start of `output`. It returns how many bytes may be written, and an
    /// error if they are the last that may.
    fn apply(
        &self,
        batch: Batch,
        input: &[u8],
        output: &mut [u8],
    ) -> (usize, Result<(), PayloadError>);
}

/// Which batch of the stream it is.
#[derive(Clone, Copy)]
pub(crate) struct Batch {
    /// Its number, from 0.
    pub(crate) index: u64,
    /// Whether the input ends with it. Every stream has a last batch, which may be empty.
    pub(crate) last: bool,
}

/// Transforms all of `reader` into `writer`, and tells `progress` how much plaintext is done so far.
///
/// It returns the length of the plaintext. After an error the output holds all that precedes the fault
/// and nothing else.
pub(crate) fn run<T: Transform>(
    transform: &T,
    reader: impl Read + Send,
    writer: impl Write + Send,
    progress: impl FnMut(u64) + Send,
) -> Result<u64, Error> {
    let source = Source { reader, next: 0, beyond: None, ended: false };
    let sink = Sink { writer, progress, turn: 0, plaintext: 0, failure: None, stopped: false };
    let line = Line {
        transform,
        source: Mutex::new(source),
        sink: Mutex::new(sink),
        turned: Condvar::new(),
    };
    line.run();
    let mut sink = line.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
    match sink.failure {
        Some(error) => Err(error),
        None => sink.writer.flush().map(|()| sink.plaintext).map_err(Error::Write),
    }
}

/// What the threads share.
struct Line<'a, T, R, W, P> {
    transform: &'a T,
    source: Mutex<Source<R>>,
    sink: Mutex<Sink<W, P>>,
    turned: Condvar,
}

impl<T: Transform, R: Read + Send, W: Write + Send, P: FnMut(u64) + Send> Line<'_, T, R, W, P> {
    fn run(&self) {
        let mut buffers = Buffers::new::<T>();
        // Most files fit in one batch: they need no thread.
        if let Step::Done = self.step(&mut buffers) {
            return;
        }
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
        thread::scope(|scope| {
            for _ in 1..threads {
                let help = || self.work(&mut Buffers::new::<T>());
                // Without another thread it is slower, and no less right.
                if thread::Builder::new().spawn_scoped(scope, help).is_err() {
                    break;
                }
            }
            self.work(&mut buffers);
        });
    }

    fn work(&self, buffers: &mut Buffers) {
        let _guard = StopOnPanic(self);
        while let Step::More = self.step(buffers) {}
    }

    /// Takes one batch from input to output.
    fn step(&self, buffers: &mut Buffers) -> Step {
        let (index, read) = {
            // Poisoned: another thread panicked while it read, and the scope will tell.
            let Ok(mut source) = self.source.lock() else { return Step::Done };
            if source.ended {
                return Step::Done;
            }
            (source.next, source.fill(&mut buffers.input))
        };
        let (done, last, result) = match read {
            Ok((length, last)) => {
                let batch = Batch { index, last };
                let input = &buffers.input[..length];
                let (ready, result) = self.transform.apply(batch, input, &mut buffers.output);
                let plaintext = T::plaintext_len(length, ready);
                (Done { output: ready, plaintext }, last, result.map_err(Error::Payload))
            }
            Err(error) => (Done { output: 0, plaintext: 0 }, true, Err(Error::from_read(error))),
        };
        let more = self.deliver(index, done, &buffers.output, result);
        if more && !last { Step::More } else { Step::Done }
    }

    /// Writes a batch when its turn has come. False if nothing more is to be written.
    fn deliver(&self, index: u64, done: Done, output: &[u8], result: Result<(), Error>) -> bool {
        let Ok(sink) = self.sink.lock() else { return false };
        let waiting = self.turned.wait_while(sink, |sink| sink.turn != index && !sink.stopped);
        let Ok(mut sink) = waiting else { return false };
        if sink.stopped {
            return false;
        }
        if let Err(error) = sink.write(&output[..done.output], done.plaintext).and(result) {
            sink.failure = Some(error);
            sink.stopped = true;
        }
        sink.turn += 1;
        self.turned.notify_all();
        !sink.stopped
    }
}

/// How many bytes of a batch's output may be written, and for how many of plaintext they stand.
struct Done {
    output: usize,
    plaintext: usize,
}

enum Step {
    More,
    Done,
}

/// The input and whose turn it is there: whoever holds the lock.
struct Source<R> {
    reader: R,
    /// The number of the batch to be read next.
    next: u64,
    /// A byte read ahead, to know whether a full batch is the last one.
    beyond: Option<u8>,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// Reads a batch: its length, and whether the input ends with it.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
        let result = self.fill_and_peek(buffer);
        self.next += 1;
        self.ended = !matches!(result, Ok((_, false)));
        result
    }

    fn fill_and_peek(&mut self, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
        let mut length = 0;
        if let Some(byte) = self.beyond.take() {
            buffer[0] = byte;
            length = 1;
        }
        length += read_fully(&mut self.reader, &mut buffer[length..])?;
        if length < buffer.len() {
            return Ok((length, true));
        }
        let mut next = [0];
        if read_fully(&mut self.reader, &mut next)? == 0 {
            return Ok((length, true));
        }
        self.beyond = Some(next[0]);
        Ok((length, false))
    }
}

/// Fills `buffer` as far as the input goes.
fn read_fully(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// The output and whose turn it is there.
struct Sink<W, P> {
    writer: W,
    progress: P,
    /// The number of the batch to be written next.
    turn: u64,
    /// Bytes of plaintext that were done so far.
    plaintext: u64,
    /// The first error in the order of the stream.
    failure: Option<Error>,
    stopped: bool,
}

impl<W: Write, P: FnMut(u64)> Sink<W, P> {
    fn write(&mut self, output: &[u8], plaintext: usize) -> Result<(), Error> {
        self.writer.write_all(output).map_err(Error::Write)?;
        self.plaintext += plaintext as u64;
        (self.progress)(self.plaintext);
        Ok(())
    }
}

/// The memory of one thread. Both sides are wiped, for one of them held plaintext.
struct Buffers {
    input: Zeroizing<Vec<u8>>,
    output: Zeroizing<Vec<u8>>,
}

impl Buffers {
    fn new<T: Transform>() -> Self {
        Self {
            input: Zeroizing::new(vec![0; T::INPUT_LEN]),
            output: Zeroizing::new(vec![0; T::OUTPUT_LEN]),
        }
    }
}

/// Keeps the others from waiting for a turn that a panicking thread will never take.
struct StopOnPanic<'line, 'a, T, R, W, P>(&'line Line<'a, T, R, W, P>);

impl<T, R, W, P> Drop for StopOnPanic<'_, '_, T, R, W, P> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.sink.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
            self.0.turned.notify_all();
        }
    }
}
