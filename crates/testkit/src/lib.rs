//! What tests share: conformance suites of the ports, and what drives the real thing.

pub mod audit;
pub mod clock;
pub mod process;
pub mod seal;
pub mod store;
