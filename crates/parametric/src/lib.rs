//! Cryptography with parameters that the caller names (KMIP Cryptographic Parameters), over material of any kind.
