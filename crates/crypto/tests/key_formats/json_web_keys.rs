//! JSON Web Keys of the standards, and keys that contradict themselves.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Hash, KeyFormat, KeySpec};
use claviger_ports::{Crypto, CryptoError, ImportedKey};

fn import(text: &str) -> Result<ImportedKey, CryptoError> {
    SoftwareCrypto.import(KeyFormat::Jwk, None, text.as_bytes())
}

fn refused(text: &str) -> &'static str {
    match import(text).err() {
        Some(CryptoError::InvalidKey(why) | CryptoError::InvalidParameter(why)) => why,
        other => panic!("{text} gave {other:?}"),
    }
}

/// RFC 7517 §A.1 and §A.2: the keys on P-256.
const P256_PUBLIC: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#;
const P256_PRIVATE: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#;
/// RFC 8037 §A.1.
const ED25519_PRIVATE: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn keys_of_the_standards_are_read() {
    let public = import(P256_PUBLIC).unwrap();
    assert!(public.spec == KeySpec::EcP256 && public.public_only);
    let private = import(P256_PRIVATE).unwrap();
    assert!(private.spec == KeySpec::EcP256 && !private.public_only);
    let key = SoftwareCrypto.load(private.spec, &private.material).unwrap();
    assert!(public.material.equals(&key.public_key().unwrap()));

    let ed25519 = import(ED25519_PRIVATE).unwrap();
    assert!(ed25519.spec == KeySpec::Ed25519 && ed25519.material.len() == 32);
    // RFC 7515 §A.1.
    let hmac = import(
        r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
    )
    .unwrap();
    assert!(hmac.spec == KeySpec::Hmac(Hash::Sha256) && hmac.material.len() == 64);
}

#[test]
fn keys_that_contradict_themselves_are_refused() {
    let swapped = P256_PRIVATE.replace("870MB6gf", "870MB6gg");
    assert!(refused(&swapped).contains("not the public key of d"));
    assert!(refused(&P256_PUBLIC.replace("4Etl6SRW", "4Etl6SRX")).contains("point on the curve"));
    assert!(refused(&ED25519_PRIVATE.replace("11qYAYKx", "11qYAYKy")).contains("not the private"));
    assert!(refused(&P256_PUBLIC.replace("P-256", "P-384")).contains("curve's length"));
    assert!(refused(&P256_PUBLIC.replace("P-256", "P-255")).contains("crv"));
    assert!(refused(&P256_PUBLIC.replace("EC", "OKP")).contains("crv"));
    assert!(refused(&P256_PUBLIC.replace("MKBCTNIc", "MKBCTNI=")).contains("base64url"));
    // RFC 7517 §4: members occur once.
    assert!(refused(&P256_PUBLIC.replace("{", r#"{"kty":"EC","#)).contains("JSON"));
}

#[test]
fn what_is_no_key_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"kty\":1}",
        "{\"kty\":\"oct\"",
        "\"kty\"",
        "{\"kty\":\"oct\",\"k\":[]}",
        "{\"kty\":\"XYZ\"}",
        "{\"kty\":\"oct\"}",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"EC\"}",
        "{\"kty\":\"OKP\"}",
        "{\"kty\":\"AKP\"}",
        "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":\"oct\",\"alg\":\"A256GCM\",\"k\":\"AAAA\"}",
        "{\"kty\":\"oct\",\"alg\":\"A256GCM\",\"k\":\"\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
        "{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}",
    ] {
        refused(text);
    }
    // Deep nesting in a member that nobody reads ends at the parser's bound instead of the stack.
    let deep = format!("{{\"kty\":\"oct\",\"deep\":{}", "[".repeat(50_000));
    refused(&deep);
    let long = format!("{{\"kty\":\"oct\",\"k\":\"{}\"}}", "A".repeat(1 << 20));
    assert!(matches!(import(&long).err(), Some(CryptoError::TooLong { .. })));
}

#[test]
fn an_error_quotes_nothing_of_a_key() {
    let text = P256_PRIVATE.replace("870MB6gf", "!secret!");
    assert!(!refused(&text).contains("secret!"));
}
