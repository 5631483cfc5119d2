//! What a command reads: a file or standard input, up to a limit, into memory that is wiped.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::screen::Screen;
use crate::wiped::WipedBytes;

/// The name of standard input and standard output where a file may be named.
pub(crate) const DASH: &str = "-";
/// How much is read at once when the length is not known.
const STEP: usize = 1 << 16;
/// The longest message that fits in a request: the service takes 32 MiB of JSON, in which bytes are base64.
pub(crate) const MESSAGE_LIMIT: usize = 24 << 20;
/// The longest text of a ciphertext.
pub(crate) const CIPHERTEXT_LIMIT: usize = (32 << 20) + (1 << 18);
/// The longest key material.
pub(crate) const MATERIAL_LIMIT: usize = 1 << 19;

/// What to do when a message is too long.
pub(crate) const USE_FILES: &str =
    "encrypt it as a file: `claviger encrypt-file` takes any size, from standard input too";

/// Whether the path stands for standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == DASH
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// [`Failure::Usage`] with `remedy` if it is longer than `limit` bytes; [`Failure::File`].
pub(crate) fn read(
    screen: &Screen,
    path: &Path,
    limit: usize,
    remedy: &str,
) -> Result<WipedBytes, Failure> {
    let standard_input = Path::new("standard input");
    let (path, result) = if is_dash(path) {
        if io::stdin().is_terminal() {
            screen.note("reading from the terminal; end with Ctrl-D on an empty line");
        }
        (standard_input, read_up_to(io::stdin().lock(), STEP, limit))
    } else {
        (path, read_file(path, limit))
    };
    result.map_err(|error| Failure::file(path, "read", error))?.ok_or_else(|| {
        Failure::usage(format!("{} is longer than {limit} bytes", path.display()), remedy)
    })
}

fn read_file(path: &Path, limit: usize) -> io::Result<Option<WipedBytes>> {
    let file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if length > limit {
        return Ok(None);
    }
    // One byte more, so that the end is seen without growing.
    read_up_to(file, length + 1, limit)
}

/// Reads to the end; none if that is beyond the limit. No copy stays behind when the buffer grows.
fn read_up_to(
    mut reader: impl Read,
    expected: usize,
    limit: usize,
) -> io::Result<Option<WipedBytes>> {
    let mut buffer = WipedBytes::new(vec![0; expected]);
    let mut length = 0;
    loop {
        if length == buffer.len() {
            let mut larger = WipedBytes::new(vec![0; 2 * length]);
            larger[..length].copy_from_slice(&buffer);
            buffer = larger;
        }
        match reader.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if length > limit {
            return Ok(None);
        }
    }
    buffer.truncate(length);
    Ok(Some(buffer))
}

/// Text of a ciphertext, of base64 or the like: without one trailing line break.
///
/// # Errors
/// [`Failure::Usage`] if it isn't UTF-8.
pub(crate) fn text<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, Failure> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("the {what} is not text"), "give it as it was printed"))
}

#[cfg(test)]
mod tests {
    use super::{read_up_to, text};

    #[test]
    fn everything_is_read_and_no_more_than_the_limit() {
        for length in [0_usize, 1, 9, 10, 11, 100, 1000] {
            let data = vec![7_u8; length];
            for expected in [1, 10, 1001] {
                let read = read_up_to(&data[..], expected, 1000).unwrap().unwrap();
                assert_eq!(*read, data);
            }
            assert_eq!(read_up_to(&data[..], 10, 10).unwrap().is_some(), length <= 10);
        }
    }

    #[test]
    fn one_line_break_is_left_out() {
        assert_eq!(text(b"abc\n", "text").unwrap(), "abc");
        assert_eq!(text(b"abc\r\n", "text").unwrap(), "abc");
        assert_eq!(text(b"abc\n\n", "text").unwrap(), "abc\n");
        assert_eq!(text(b"", "text").unwrap(), "");
        assert!(text(b"\xff", "text").is_err());
    }
}
