//! The messages of KMIP 1.0 to 2.1.
