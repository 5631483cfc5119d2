//! TTLV, the encoding of KMIP messages, in binary, JSON and XML.
