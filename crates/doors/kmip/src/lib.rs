//! The KMIP door.
