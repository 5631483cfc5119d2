//! `.env`: variables in a file of the working directory.
//!
//! One `NAME=VALUE` a line, with `export ` before it or not; lines that are empty or begin with `#` mean nothing. A value may
//! stand in single quotes, which keep it as it is, or in double quotes, in which `\n`, `\t`, `\"`, `\$` and `\\` mean what
//! they mean in a shell. Nothing is substituted. It is read here and not by a crate because it may hold the root key, and
//! every copy of that is wiped.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use claviger_secret::SecretBytes;
use zeroize::Zeroizing;

use super::environment::PREFIX;
use super::error::ConfigurationError;
use super::option::Given;
use super::options::OPTIONS;

/// The most bytes that are read.
const LIMIT: u64 = 64 * 1024;

/// The variables with the service's prefix in the file at `path`; none if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<(String, SecretBytes)>>, ConfigurationError> {
    let unreadable = |error| ConfigurationError::Unreadable { path: path.to_owned(), error };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    // All the room at once: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(LIMIT as usize + 1));
    file.take(LIMIT + 1).read_to_end(&mut text).map_err(unreadable)?;
    let syntax = |line, problem: &str| ConfigurationError::Syntax {
        path: path.to_owned(),
        line,
        problem: problem.to_owned(),
    };
    if text.len() as u64 > LIMIT {
        return Err(syntax(1, "the file is larger than 64 KiB"));
    }
    let variables = parse(&text).map_err(|(line, problem)| syntax(line, problem))?;
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 && variables.iter().any(|(name, _)| is_secret(name)) {
        return Err(ConfigurationError::Exposed { path: path.to_owned(), mode });
    }
    Ok(Some(variables))
}

/// Whether this variable makes the file a secret.
fn is_secret(variable: &str) -> bool {
    let mut secrets = OPTIONS.iter().filter(|option| option.given == Given::EnvironmentOnly);
    secrets.any(|option| option.variable == variable)
}

/// A line's number and what is wrong with it.
type Problem = (usize, &'static str);

fn parse(text: &[u8]) -> Result<Vec<(String, SecretBytes)>, Problem> {
    let mut variables = Vec::new();
    for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let line = line.strip_prefix(b"export ").unwrap_or(line);
        let number = index + 1;
        let separator = line
            .iter()
            .position(|&byte| byte == b'=')
            .ok_or((number, "a line is NAME=VALUE, empty, or a comment that begins with #"))?;
        let name = std::str::from_utf8(line[..separator].trim_ascii())
            .map_err(|_| (number, "the name is not UTF-8 text"))?;
        // What is not for this service is not even understood: others may have rules of their own for it.
        if name.starts_with(PREFIX) {
            let value = value(line[separator + 1..].trim_ascii()).map_err(|text| (number, text))?;
            variables.push((name.to_owned(), value));
        }
    }
    Ok(variables)
}

fn value(text: &[u8]) -> Result<SecretBytes, &'static str> {
    match text.first() {
        Some(b'\'') => {
            let rest = &text[1..];
            let end = rest.iter().position(|&byte| byte == b'\'').ok_or("the ' is not closed")?;
            nothing_after(&rest[end + 1..])?;
            Ok(SecretBytes::copy_from(&rest[..end]))
        }
        Some(b'"') => double_quoted(&text[1..]),
        _ => {
            let comment = text.windows(2).position(|pair| pair == b" #" || pair == b"\t#");
            Ok(SecretBytes::copy_from(text[..comment.unwrap_or(text.len())].trim_ascii_end()))
        }
    }
}

fn double_quoted(text: &[u8]) -> Result<SecretBytes, &'static str> {
    let mut value = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.iter();
    loop {
        match rest.next() {
            Some(b'"') => break,
            Some(b'\\') => value.push(match rest.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(&byte @ (b'"' | b'\\' | b'$')) => byte,
                _ => return Err("after \\ in double quotes stands one of n t \" $ \\"),
            }),
            Some(&byte) => value.push(byte),
            None => return Err("the \" is not closed"),
        }
    }
    nothing_after(rest.as_slice())?;
    Ok(SecretBytes::copy_from(&value))
}

fn nothing_after(rest: &[u8]) -> Result<(), &'static str> {
    let rest = rest.trim_ascii();
    if rest.is_empty() || rest.starts_with(b"#") {
        Ok(())
    } else {
        Err("after the closing quote stands something else than a comment")
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn parsed(text: &str) -> Result<Vec<(String, String)>, super::Problem> {
        let variables = parse(text.as_bytes())?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ok(variables
            .iter()
            .map(|(name, value)| (name.clone(), text(value.expose("test"))))
            .collect())
    }

    #[test]
    fn values_are_read_as_they_stand() {
        for (line, value) in [
            ("KMS_PORT=1", "1"),
            ("  export KMS_PORT = 1 # why", "1"),
            ("KMS_PORT=a#b", "a#b"),
            ("KMS_PORT=", ""),
            ("KMS_PORT='a # \"b\" $c'  # why", "a # \"b\" $c"),
            (r#"KMS_PORT="a\n\t\"\$\\b""#, "a\n\t\"$\\b"),
            ("KMS_PORT=1\r", "1"),
            ("KMS_PORT=YWJj+/==", "YWJj+/=="),
        ] {
            assert_eq!(parsed(line), Ok(vec![("KMS_PORT".into(), value.into())]), "{line}");
        }
        assert_eq!(parsed("# KMS_PORT=1\n\nOTHER='\nX=$(y)"), Ok(vec![]));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, line) in [
            ("KMS_PORT", 1),
            ("\nKMS_PORT='1", 2),
            ("\n\nKMS_PORT=\"1", 3),
            ("KMS_PORT=\"\\x\"", 1),
            ("KMS_PORT='1' 2", 1),
        ] {
            assert_eq!(parsed(text).map_err(|(line, _)| line), Err(line), "{text}");
        }
    }
}
