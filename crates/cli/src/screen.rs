//! What is printed: results to standard output, everything else to standard error.

use std::io::{self, Write as _};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use crate::failure::Failure;
use crate::wiped::WipedBytes;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: the service's answer.
    Json,
}

impl Format {
    /// The format of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "table" => Some(Self::Table),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) colour: bool,
}

/// How something looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Doubtful,
    Bad,
}

impl Screen {
    /// Prints a reply as JSON, or as `table` has it.
    pub(crate) fn reply<R: Serialize>(
        &self,
        reply: &R,
        table: impl FnOnce(&Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Json => self.json(reply),
            Format::Table => table(self),
        }
    }

    /// Prints JSON.
    pub(crate) fn json<R: Serialize>(&self, reply: &R) -> Result<(), Failure> {
        // It may hold a secret; 64 KiB hold all replies whose secrets are keys, so that they leave no copy.
        let mut text = WipedBytes::with_capacity(1 << 16);
        serde_json::to_writer_pretty(&mut *text, reply)
            .map_err(|error| Failure::output(error.into()))?;
        text.push(b'\n');
        bytes(&text)
    }

    /// Prints pairs of names and values. Pairs without a value are left out.
    pub(crate) fn fields<'a>(
        &self,
        fields: impl IntoIterator<Item = (&'a str, Option<String>)>,
    ) -> Result<(), Failure> {
        let fields: Vec<_> =
            fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, value) in fields {
            text.push_str(&format!("{name:width$}  {}\n", printable(&value)));
        }
        bytes(text.as_bytes())
    }

    /// Prints a table with these headings. The columns in `numbers` are numbers.
    pub(crate) fn rows<const COLUMNS: usize>(
        &self,
        headings: [&str; COLUMNS],
        numbers: &[usize],
        rows: impl IntoIterator<Item = [String; COLUMNS]>,
    ) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(headings);
        for row in rows {
            table.add_row(row.map(|cell| printable(&cell)));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if numbers.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut text: String = table.lines().fold(String::new(), |mut text, line| {
            text.push_str(line.trim_end());
            text.push('\n');
            text
        });
        if self.colour
            && let Some(end) = text.find('\n')
        {
            text.insert_str(end, "\x1b[0m");
            text.insert_str(0, "\x1b[1m");
        }
        bytes(text.as_bytes())
    }

    /// Text in a colour, where colours are wanted.
    pub(crate) fn tone(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => 32,
            Tone::Doubtful => 33,
            Tone::Bad => 31,
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Says something that is no result.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            // Without standard error nobody listens.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Reports a failure.
    pub(crate) fn failure(&self, failure: &Failure) {
        if matches!(failure, Failure::BrokenPipe) {
            return;
        }
        let text = match self.format {
            Format::Table => failure.lines(),
            Format::Json => format!("{}\n", failure.json()),
        };
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(Failure::output)
}

/// Text without control characters, which a terminal would obey.
fn printable(text: &str) -> String {
    text.chars()
        .map(|one| if one.is_control() { char::REPLACEMENT_CHARACTER } else { one })
        .collect()
}
