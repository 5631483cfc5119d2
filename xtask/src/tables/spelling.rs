//! How a name of the specification is spelt in messages and in Rust.

/// The form that JSON and XML use: "Re-key" becomes `ReKey`, "3DES" becomes `DES3`.
///
/// KMIP Additional Message Encodings 1.0, section 4.1.3, rule by rule.
pub(super) fn normalised(name: &str) -> String {
    let without_brackets = name.replace(['(', ')'], " ");
    let characters: Vec<char> = without_brackets.chars().collect();
    let mut spaced = String::new();
    for (index, character) in characters.iter().enumerate() {
        let word_follows = characters.get(index + 1).is_some_and(char::is_ascii_alphabetic)
            && characters.get(index + 2).is_some_and(char::is_ascii_lowercase);
        spaced.push(if !is_word(*character) && word_follows { ' ' } else { *character });
    }
    let mut joined = String::new();
    for (index, word) in spaced.split_whitespace().enumerate() {
        let word: String = word.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
        let start = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (digits, rest) = word.split_at(if index == 0 { start } else { 0 });
        let moved = format!("{rest}{digits}");
        let mut letters = moved.chars();
        joined.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        joined.extend(letters);
    }
    joined
}

/// The name of a Rust constant: "IV/Counter/Nonce" becomes `IV_COUNTER_NONCE`.
pub(super) fn constant(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect::<Vec<_>>()
        .join("_")
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_in_the_published_messages() {
        for (name, expected) in [
            ("Unique Identifier", "UniqueIdentifier"),
            ("Template-Attribute", "TemplateAttribute"),
            ("IV/Counter/Nonce", "IVCounterNonce"),
            ("Re-key Key Pair", "ReKeyKeyPair"),
            ("3DES", "DES3"),
            ("X.509", "X_509"),
            ("PKCS#12 Password Link", "PKCS_12PasswordLink"),
            ("SHA-256 with RSA Encryption", "SHA_256WithRSAEncryption"),
            ("Polynomial Sharing GF (2^8)", "PolynomialSharingGF2_8"),
            ("x-Change Notice", "XChangeNotice"),
            ("Tape Library Client KMIP v1.0", "TapeLibraryClientKMIPV1_0"),
            ("On-line storage", "OnLineStorage"),
            ("HMAC-SHA256", "HMAC_SHA256"),
        ] {
            assert_eq!(normalised(name), expected);
        }
    }

    #[test]
    fn constants_are_words_in_capitals() {
        assert_eq!(
            constant("Content Commitment (Non Repudiation)"),
            "CONTENT_COMMITMENT_NON_REPUDIATION"
        );
        assert_eq!(constant("X.509 Certificate Identifier"), "X_509_CERTIFICATE_IDENTIFIER");
    }
}
