//! Stanzas to and from an age client, with bounds on what it may send.

use std::io::{BufRead, Read, Write};

use zeroize::Zeroizing;

use super::{Messages, ProtocolError};
use crate::stanza::{Grown, Stanza, UnfinishedStanza};

/// The longest line that is read, in bytes.
pub const MAX_LINE_LEN: usize = 64 * 1024;
/// The most bytes that the client may send before it is the plugin's turn.
pub const MAX_PHASE_LEN: usize = 4 << 20;
/// The most stanzas that the client may send before it is the plugin's turn.
pub const MAX_PHASE_STANZAS: usize = 16 * 1024;

/// The channel to the client.
pub(super) struct Connection<R, W> {
    input: R,
    output: W,
    /// What the client may still send before the plugin speaks.
    bytes_left: usize,
    stanzas_left: usize,
}

impl<R: BufRead, W: Write> Connection<R, W> {
    pub(super) fn new(input: R, output: W) -> Self {
        Self { input, output, bytes_left: MAX_PHASE_LEN, stanzas_left: MAX_PHASE_STANZAS }
    }

    /// The client's next stanza.
    pub(super) fn receive(&mut self) -> Result<Stanza, ProtocolError> {
        self.stanzas_left = self.stanzas_left.checked_sub(1).ok_or(ProtocolError::TooMuch)?;
        let mut stanza = UnfinishedStanza::start(&self.read_line()?)?;
        loop {
            match stanza.push(&self.read_line()?)? {
                Grown::Unfinished(more) => stanza = more,
                Grown::Finished(stanza) => return Ok(stanza),
            }
        }
    }

    /// Sends a command and returns the client's response to it.
    pub(super) fn request(&mut self, command: &Stanza) -> Result<Stanza, ProtocolError> {
        self.send(command)?;
        // Each response has the bounds of a phase: the plugin decides how many there are.
        (self.bytes_left, self.stanzas_left) = (MAX_PHASE_LEN, MAX_PHASE_STANZAS);
        self.receive()
    }

    /// Sends a command that the client must accept.
    pub(super) fn tell(&mut self, command: &Stanza) -> Result<(), ProtocolError> {
        let response = self.request(command)?;
        if response.tag() == "ok" { Ok(()) } else { Err(ProtocolError::NotAccepted) }
    }

    /// Reports an error about something, such as `recipient 0`.
    pub(super) fn tell_error(
        &mut self,
        about: &[&str],
        message: &str,
    ) -> Result<(), ProtocolError> {
        self.tell(&Stanza::new("error", about.iter().copied(), message.as_bytes())?)
    }

    /// Ends the plugin's phase, and with it the conversation.
    pub(super) fn done(&mut self) -> Result<(), ProtocolError> {
        self.send(&Stanza::new("done", [""; 0], [])?)
    }

    fn send(&mut self, stanza: &Stanza) -> Result<(), ProtocolError> {
        let mut text = Zeroizing::new(Vec::new());
        stanza.encode_into(&mut text);
        self.output.write_all(&text)?;
        self.output.flush()?;
        Ok(())
    }

    fn read_line(&mut self) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
        let limit = self.bytes_left.min(MAX_LINE_LEN + 1);
        let mut line = Zeroizing::new(Vec::with_capacity(128));
        let length = self.input.by_ref().take(limit as u64).read_until(b'\n', &mut line)?;
        self.bytes_left -= length;
        match line.pop() {
            Some(b'\n') => Ok(line),
            _ if length == limit => Err(ProtocolError::TooMuch),
            _ => Err(ProtocolError::UnexpectedEnd),
        }
    }
}

impl<R: BufRead, W: Write> Messages for Connection<R, W> {
    fn show(&mut self, message: &str) -> Result<bool, ProtocolError> {
        let response = self.request(&Stanza::new("msg", [""; 0], message.as_bytes())?)?;
        match response.tag() {
            "ok" => Ok(true),
            // A client without a screen, and one that does not know messages.
            "fail" | "unsupported" => Ok(false),
            _ => Err(ProtocolError::NotAccepted),
        }
    }
}
