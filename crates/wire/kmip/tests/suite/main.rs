//! Messages against the test cases of OASIS, against hostile input, and across versions.

mod build;
mod clients;
mod hostile;
mod oasis;
mod versions;
