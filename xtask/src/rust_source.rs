//! Just enough reading of Rust for the rules: comments and literals out of the way, test code out of the
//! way, functions with their lengths.
//!
//! It is no parser. It knows the tokens inside which a brace is not a brace, and counts the rest.

use std::ops::Range;

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The line of its `fn`, counted from 1.
    pub(crate) line: usize,
    /// Lines from its `fn` to its closing brace.
    pub(crate) lines: usize,
}

/// The source with every comment and the inside of every literal replaced by spaces, so that columns and
/// lines stay what they were.
pub(crate) fn mask(source: &str) -> String {
    let characters: Vec<char> = source.chars().collect();
    let mut masked = String::with_capacity(source.len());
    let mut position = 0;
    while position < characters.len() {
        let end = opaque_end(&characters, position);
        if end == position {
            masked.push(characters[position]);
            position += 1;
            continue;
        }
        for &character in &characters[position..end] {
            masked.push(if character == '\n' { '\n' } else { ' ' });
        }
        position = end;
    }
    masked
}

/// Masked code with every item under `#[cfg(test)]` blanked out too.
pub(crate) fn without_tests(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(") {
        let start = from + found;
        let attribute = start..matching(code, start + 1).unwrap_or(code.len());
        from = attribute.end;
        if !is_test_condition(&code[attribute.clone()]) {
            continue;
        }
        let end = item_end(code, attribute.end);
        for byte in &mut bytes[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        from = end;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Every function in masked code, nested ones too.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    for word in words(code).filter(|word| &code[word.clone()] == "fn") {
        let Some(name) = words(&code[word.end..]).next() else { continue };
        // `fn(…)` is a type, and a name follows its keyword after blanks only.
        if !code[word.end..word.end + name.start].trim().is_empty() {
            continue;
        }
        let name = word.end + name.start..word.end + name.end;
        let Some(end) = body_end(code, name.end) else { continue };
        let line = line_of(code, word.start);
        functions.push(Function {
            name: code[name].to_owned(),
            line,
            lines: line_of(code, end) - line + 1,
        });
    }
    functions
}

/// Where each identifier or keyword of masked code stands.
pub(crate) fn words(code: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        let start = position + code[position..].find(is_word)?;
        let length = code[start..].find(|character| !is_word(character));
        position = length.map_or(code.len(), |length| start + length);
        Some(start..position)
    })
}

/// The line of a byte position, counted from 1.
pub(crate) fn line_of(code: &str, position: usize) -> usize {
    1 + code.as_bytes()[..position].iter().filter(|&&byte| byte == b'\n').count()
}

/// The position behind the bracket that closes the one at `open`.
pub(crate) fn matching(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(open + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn is_test_condition(attribute: &str) -> bool {
    let mut words = words(attribute).map(|word| &attribute[word]);
    let mut negated = false;
    words.any(|word| {
        negated |= word == "not";
        word == "test" && !negated
    })
}

/// The end of the item that begins at `start`, with its further attributes.
fn item_end(code: &str, start: usize) -> usize {
    let mut position = start;
    while let Some(next) = code[position..].find(|character: char| !character.is_whitespace()) {
        position += next;
        if !code[position..].starts_with("#[") {
            break;
        }
        position = matching(code, position + 1).unwrap_or(code.len());
    }
    body_end(code, position)
        .or_else(|| code[position..].find(';').map(|offset| position + offset + 1))
        .unwrap_or(code.len())
}

/// The end of the body of the item whose signature goes on at `start`; nothing when a semicolon ends the
/// signature first.
fn body_end(code: &str, start: usize) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut position = start;
    while position < bytes.len() {
        match bytes[position] {
            b'(' | b'[' => position = matching(code, position)?,
            b'{' => return matching(code, position),
            b';' => return None,
            _ => position += 1,
        }
    }
    None
}

/// The end of the comment or literal that begins at `start`, or `start` when none does.
fn opaque_end(characters: &[char], start: usize) -> usize {
    let at = |offset: usize| characters.get(start + offset).copied().unwrap_or('\0');
    match (at(0), at(1)) {
        ('/', '/') => find(characters, start, |character| character == '\n'),
        ('/', '*') => block_comment_end(characters, start),
        ('"', _) => string_end(characters, start),
        ('\'', '\\') => 1 + find(characters, start + 3, |character| character == '\''),
        // A lifetime has no closing quote two characters on.
        ('\'', _) if at(2) == '\'' => start + 3,
        ('r', '"' | '#') if starts_token(characters, start) => raw_string_end(characters, start),
        _ => start,
    }
    .min(characters.len())
}

/// Whether a token can begin here: a raw string may follow `b` or `c`, but no other part of a word.
fn starts_token(characters: &[char], start: usize) -> bool {
    let before = |offset: usize| start.checked_sub(offset).map_or(' ', |index| characters[index]);
    !is_word(before(1)) || (matches!(before(1), 'b' | 'c') && !is_word(before(2)))
}

fn find(characters: &[char], start: usize, wanted: impl Fn(char) -> bool) -> usize {
    let rest = characters.get(start..).unwrap_or_default();
    rest.iter()
        .position(|&character| wanted(character))
        .map_or(characters.len(), |offset| start + offset)
}

fn block_comment_end(characters: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut position = start;
    while position + 1 < characters.len() {
        match (characters[position], characters[position + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                position += 1;
                continue;
            }
        }
        position += 2;
        if depth == 0 {
            return position;
        }
    }
    characters.len()
}

fn string_end(characters: &[char], start: usize) -> usize {
    let mut position = start + 1;
    while position < characters.len() {
        match characters[position] {
            '\\' => position += 2,
            '"' => return position + 1,
            _ => position += 1,
        }
    }
    characters.len()
}

/// `r"…"`, `r#"…"#` and so on; a raw identifier such as `r#type` is none.
fn raw_string_end(characters: &[char], start: usize) -> usize {
    let hashes = characters[start + 1..].iter().take_while(|&&character| character == '#').count();
    let quote = start + 1 + hashes;
    if characters.get(quote) != Some(&'"') {
        return start;
    }
    let mut position = quote + 1;
    loop {
        position = find(characters, position, |character| character == '"') + 1;
        let closing = characters.get(position..).unwrap_or_default();
        let closed = closing.iter().take_while(|&&character| character == '#').count() >= hashes;
        if closed || position >= characters.len() {
            return position + hashes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank_and_nothing_moves() {
        let source = "let a = \"{ \\\" }\"; // {\nlet b = '{'; /* { /* { */ */ let c: &'a str = r#\"}\"{\"#;\n";
        let masked = mask(source);
        assert_eq!(masked.chars().count(), source.chars().count());
        assert!(!masked.contains(['{', '}', '"']));
        assert!(masked.contains("let c: &'a str ="));
        assert_eq!(mask("let r#type = 1; b\"x{\""), "let r#type = 1; b    ");
        assert_eq!(mask("'\\'' '\\u{7d}' x"), format!("{}x", " ".repeat(14)));
    }

    #[test]
    fn a_function_is_counted_from_its_keyword_to_its_brace() {
        let code = "impl X {\n    fn one(&self, f: fn(u8) -> u8) -> [u8; 2]\n    where\n        Self: Sized,\n    {\n        fn two() {}\n    }\n    fn none();\n}\n";
        let found: Vec<_> = functions(code)
            .into_iter()
            .map(|function| (function.name, function.line, function.lines))
            .collect();
        assert_eq!(found, [("one".to_owned(), 2, 6), ("two".to_owned(), 6, 1)]);
    }

    #[test]
    fn test_items_are_blank() {
        let code = "fn a() {}\n#[cfg(test)]\n#[derive(Debug)]\nmod tests { fn b() {} }\n#[cfg(not(test))]\nfn c() {}\n#[cfg(test)]\nuse x;\nfn d() {}\n";
        let names: Vec<_> =
            functions(&without_tests(code)).into_iter().map(|function| function.name).collect();
        assert_eq!(names, ["a", "c", "d"]);
        assert_eq!(without_tests(code).lines().count(), code.lines().count());
    }
}
