//! ASCII armor: strict PEM (RFC 7468 §3, figure 3) with the label `AGE ENCRYPTED FILE`.
//!
//! Reading accepts LF and CRLF, and white space before and after the block, and nothing else that
//! writing would not have produced.
//!
//! Source: C2SP age.md, "ASCII armor".

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";
/// Columns of every line but the last.
const COLUMNS: usize = 64;
/// Bytes that a full line encodes.
const LINE_BYTES: usize = 48;
/// The most white space accepted before the block, and after it, in bytes.
const MAX_WHITE_SPACE: usize = 1024;
/// Lines that are encoded at a time.
const LINES_PER_WRITE: usize = 1024;

/// Why armor was refused. It travels inside an [`io::Error`] of kind `InvalidData`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmorError {
    /// The first line that is not blank is not the one that begins a block.
    #[error("it does not begin with '-----BEGIN AGE ENCRYPTED FILE-----'")]
    Begin,
    /// The input ends before the line that ends the block.
    #[error("it does not end with '-----END AGE ENCRYPTED FILE-----'; get a complete copy")]
    End,
    /// A line is longer than 64 columns.
    #[error("a line is longer than 64 columns")]
    LongLine,
    /// A line is empty, or one that is not the last is shorter than 64 columns.
    #[error("a line is shorter than 64 columns although it is not the last")]
    ShortLine,
    /// A line is not canonical padded base64.
    #[error("a line is not canonical base64")]
    Base64,
    /// Something other than white space follows the block.
    #[error("text follows its end")]
    TrailingText,
    /// There is too much white space around the block.
    #[error("there are more than {MAX_WHITE_SPACE} bytes of white space around it")]
    WhiteSpace,
}

impl From<ArmorError> for io::Error {
    fn from(error: ArmorError) -> Self {
        Self::new(ErrorKind::InvalidData, error)
    }
}

/// Decodes a whole armored text.
///
/// # Errors
/// [`ArmorError`] for anything but one strict block with white space around it.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, ArmorError> {
    let mut bytes = Vec::new();
    match ArmoredReader::new(text).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        // Memory does not fail to be read, so that the error is the armor's.
        Err(error) => Err(error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<ArmorError>())
            .copied()
            .unwrap_or(ArmorError::End)),
    }
}

/// Reads the bytes that an armored input holds.
pub struct ArmoredReader<R> {
    input: BufReader<R>,
    state: State,
    /// The bytes of the current line, and how many of them were handed out.
    line: [u8; LINE_BYTES],
    filled: usize,
    taken: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The block has not begun.
    Before,
    /// Any line may follow.
    Within,
    /// A short or padded line was read: only the end may follow.
    AfterLastLine,
    /// The block and all that follows it was read.
    After,
    /// An error was reported; it is reported again.
    Failed(ArmorError),
}

impl<R: Read> ArmoredReader<R> {
    /// Reads armor from `input`.
    pub fn new(input: R) -> Self {
        let input = BufReader::with_capacity(64 * 1024, input);
        Self { input, state: State::Before, line: [0; LINE_BYTES], filled: 0, taken: 0 }
    }

    /// Reads the next line of base64 into `line`, or comes to the end.
    fn advance(&mut self) -> io::Result<()> {
        if self.state == State::Before {
            self.skip_to_begin()?;
            self.state = State::Within;
        }
        let mut buffer = [0; MAX_LINE + 1];
        let text = read_line(&mut self.input, &mut buffer)?.ok_or(ArmorError::End)?;
        if text == END {
            self.check_after_end()?;
            self.state = State::After;
            return Ok(());
        }
        if text.len() > COLUMNS {
            return Err(ArmorError::LongLine.into());
        }
        if self.state == State::AfterLastLine || text.is_empty() {
            return Err(ArmorError::ShortLine.into());
        }
        let decoded = STANDARD.decode_slice(text, &mut self.line);
        (self.filled, self.taken) = (decoded.map_err(|_| ArmorError::Base64)?, 0);
        if self.filled < LINE_BYTES {
            self.state = State::AfterLastLine;
        }
        Ok(())
    }

    fn skip_to_begin(&mut self) -> io::Result<()> {
        let mut blank = 0;
        loop {
            let mut buffer = [0; MAX_WHITE_SPACE + 1];
            let line = read_line(&mut self.input, &mut buffer)?.ok_or(ArmorError::Begin)?;
            if line == BEGIN {
                return Ok(());
            }
            if !line.iter().all(is_white_space) {
                return Err(ArmorError::Begin.into());
            }
            blank += line.len() + 1;
            if blank > MAX_WHITE_SPACE {
                return Err(ArmorError::WhiteSpace.into());
            }
        }
    }

    fn check_after_end(&mut self) -> io::Result<()> {
        let mut rest = Vec::new();
        self.input.by_ref().take(MAX_WHITE_SPACE as u64 + 1).read_to_end(&mut rest)?;
        if !rest.iter().all(is_white_space) {
            Err(ArmorError::TrailingText.into())
        } else if rest.len() > MAX_WHITE_SPACE {
            Err(ArmorError::WhiteSpace.into())
        } else {
            Ok(())
        }
    }
}

impl<R: Read> Read for ArmoredReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Failed(error) = self.state {
            return Err(error.into());
        }
        let mut length = 0;
        while length < buffer.len() {
            if self.taken == self.filled {
                // What precedes a fault is handed out first.
                if self.state == State::After || (length > 0 && !self.has_line_ready()) {
                    break;
                }
                if let Err(error) = self.advance() {
                    match error.get_ref().and_then(|inner| inner.downcast_ref::<ArmorError>()) {
                        Some(fault) => self.state = State::Failed(*fault),
                        None => return Err(error),
                    }
                    return if length > 0 { Ok(length) } else { Err(error) };
                }
                continue;
            }
            let count = (buffer.len() - length).min(self.filled - self.taken);
            let from = &self.line[self.taken..self.taken + count];
            buffer[length..length + count].copy_from_slice(from);
            self.taken += count;
            length += count;
        }
        Ok(length)
    }
}

impl<R: Read> ArmoredReader<R> {
    /// Whether the next line can be had without a call that may fail or wait.
    fn has_line_ready(&self) -> bool {
        self.input.buffer().len() > MAX_LINE
    }
}

/// The most bytes of a line within the block, with its CRLF.
const MAX_LINE: usize = COLUMNS + 2;

/// Reads a line, and returns it without its LF or CRLF. `None` at the end of the input.
///
/// A line that does not fit in `buffer` is returned as far as it does: too long for any use.
fn read_line<'a>(input: &mut impl BufRead, buffer: &'a mut [u8]) -> io::Result<Option<&'a [u8]>> {
    let mut length = 0;
    while length < buffer.len() {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok((length > 0).then_some(&buffer[..length]));
        }
        let count = available.len().min(buffer.len() - length);
        let end = available[..count].iter().position(|byte| *byte == b'\n');
        let count = end.map_or(count, |end| end + 1);
        buffer[length..length + count].copy_from_slice(&available[..count]);
        input.consume(count);
        length += count;
        if end.is_some() {
            let line = &buffer[..length - 1];
            return Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)));
        }
    }
    Ok(Some(&buffer[..length]))
}

fn is_white_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Reads a file that may be binary or in ASCII armor, and yields the binary form.
pub enum MaybeArmored<R> {
    /// The input began with `-----BEGIN` after white space, at most.
    Armored(ArmoredReader<Rewound<R>>),
    /// Anything else.
    Binary(Rewound<R>),
}

/// An input whose first bytes were read already and are read again.
pub type Rewound<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

impl<R: Read> MaybeArmored<R> {
    /// Looks at the start of the input.
    ///
    /// # Errors
    /// The input's own.
    pub fn new(mut input: R) -> io::Result<Self> {
        let mut start = Vec::new();
        let most = (MAX_WHITE_SPACE + BEGIN.len()) as u64;
        input.by_ref().take(most).read_to_end(&mut start)?;
        let armored = start.trim_ascii_start().starts_with(b"-----BEGIN");
        let input = io::Cursor::new(start).chain(input);
        Ok(if armored { Self::Armored(ArmoredReader::new(input)) } else { Self::Binary(input) })
    }
}

impl<R: Read> Read for MaybeArmored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Armored(reader) => reader.read(buffer),
            Self::Binary(reader) => reader.read(buffer),
        }
    }
}

/// Writes what it is given as ASCII armor. [`ArmoredWriter::finish`] ends the block; without it the
/// block is incomplete, and readers refuse it.
pub struct ArmoredWriter<W> {
    output: W,
    begun: bool,
    pending: Vec<u8>,
}

impl<W: Write> ArmoredWriter<W> {
    /// Writes armor to `output`.
    pub fn new(output: W) -> Self {
        Self { output, begun: false, pending: Vec::with_capacity(LINES_PER_WRITE * LINE_BYTES) }
    }

    /// Ends the block, and returns the output.
    ///
    /// # Errors
    /// The output's own.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_pending()?;
        self.output.write_all(END)?;
        self.output.write_all(b"\n")?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn write_pending(&mut self) -> io::Result<()> {
        let mut text = Vec::with_capacity(LINES_PER_WRITE * (COLUMNS + 1) + BEGIN.len() + 1);
        if !self.begun {
            text.extend_from_slice(BEGIN);
            text.push(b'\n');
            self.begun = true;
        }
        for line in self.pending.chunks(LINE_BYTES) {
            text.extend_from_slice(STANDARD.encode(line).as_bytes());
            text.push(b'\n');
        }
        self.pending.clear();
        self.output.write_all(&text)
    }
}

impl<W: Write> Write for ArmoredWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = LINES_PER_WRITE * LINE_BYTES - self.pending.len();
        let count = bytes.len().min(room);
        self.pending.extend_from_slice(&bytes[..count]);
        if count == room {
            self.write_pending()?;
        }
        Ok(count)
    }

    /// Flushes whole lines only: what is left needs the next bytes, or the end.
    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
