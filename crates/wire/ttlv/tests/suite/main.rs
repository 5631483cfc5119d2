//! The tests of the three encodings and of the tables.

mod binary;
mod hostile;
mod json;
mod names;
mod round_trip;
mod vectors;
mod xml;
