//! What tests share: conformance suites of the ports, and what drives the real thing.

pub mod store;
