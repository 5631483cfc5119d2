//! The tests of the three encodings and of the tables.

mod binary;
mod names;
