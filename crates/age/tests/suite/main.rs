//! Tests of the age format, of its plugin protocol and of the exchange with the real `age`.
