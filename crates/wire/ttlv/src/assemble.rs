//! Putting a binary encoding together from the pieces of another one, within limits.

use crate::text::parse::{self, Style};
use crate::text::{ValueFault, holder};
use crate::writer::Open;
use crate::{Buffer, ItemType, Limits, Tag, Writer, names, tag};

/// What kept a piece from being added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Structures nested deeper than allowed.
    TooDeep,
    /// More items than allowed.
    TooManyItems,
    /// A binary encoding longer than allowed.
    TooLarge,
    /// A value that its type does not have.
    Value(ValueFault),
}

/// A binary encoding in the making.
pub(crate) struct Assembly {
    writer: Writer,
    open: Vec<Frame>,
    limits: Limits,
    items: usize,
}

/// A structure that is not finished.
struct Frame {
    open: Open,
    /// The attribute that the last Attribute Name in it named.
    attribute: Option<Tag>,
}

impl Assembly {
    /// Nothing yet. `expected` is a guess at the length, never more than the peer has sent.
    pub(crate) fn new(limits: &Limits, expected: usize) -> Self {
        let writer = Writer::with_capacity(expected.min(limits.bytes));
        Self { writer, open: Vec::new(), limits: *limits, items: 0 }
    }

    /// Opens a structure.
    pub(crate) fn open(&mut self, tag: Tag) -> Result<(), Fault> {
        if self.open.len() >= self.limits.effective_depth() {
            return Err(Fault::TooDeep);
        }
        self.count()?;
        let open = self.writer.open(tag);
        self.open.push(Frame { open, attribute: None });
        self.within_bytes()
    }

    /// Puts another tag to the structure that was opened last.
    pub(crate) fn retag(&mut self, tag: Tag) {
        if let Some(frame) = self.open.last() {
            self.writer.retag(&frame.open, tag);
        }
    }

    /// Closes the structure that was opened last.
    pub(crate) fn close(&mut self) {
        if let Some(frame) = self.open.pop() {
            self.writer.close(frame.open);
        }
    }

    /// Adds the item that a text stands for.
    pub(crate) fn text(
        &mut self,
        style: &Style,
        tag: Tag,
        item_type: ItemType,
        text: &str,
    ) -> Result<(), Fault> {
        self.count()?;
        let holder = self.holder(tag);
        parse::write(&mut self.writer, style, (tag, holder), item_type, text)
            .map_err(Fault::Value)?;
        if tag == tag::ATTRIBUTE_NAME
            && let Some(frame) = self.open.last_mut()
        {
            frame.attribute = names::attribute_tag(text);
        }
        self.within_bytes()
    }

    /// Adds an item that the closure writes.
    pub(crate) fn item(&mut self, write: impl FnOnce(&mut Writer)) -> Result<(), Fault> {
        self.count()?;
        write(&mut self.writer);
        self.within_bytes()
    }

    /// The finished encoding.
    pub(crate) fn finish(mut self) -> Buffer {
        while !self.open.is_empty() {
            self.close();
        }
        self.writer.into_buffer()
    }

    fn holder(&self, tag: Tag) -> Tag {
        holder(tag, self.open.last().and_then(|frame| frame.attribute))
    }

    fn count(&mut self) -> Result<(), Fault> {
        self.items += 1;
        if self.items > self.limits.items { Err(Fault::TooManyItems) } else { Ok(()) }
    }

    fn within_bytes(&self) -> Result<(), Fault> {
        if self.writer.len() > self.limits.bytes { Err(Fault::TooLarge) } else { Ok(()) }
    }
}
