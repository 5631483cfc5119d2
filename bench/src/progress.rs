//! What a person at the terminal sees: progress on standard error, the result on standard output.

use std::io::{self, Write};

/// One line of progress. A closed terminal is no reason to stop measuring.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The result.
pub fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
