//! What vendors add to batch items.

use crate::value::Value;

structure! {
    /// An extension of a batch item (KMIP 1.4, section 6.16; 2.1, section 9.13).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MessageExtension {
        vendor_identification: required String = VENDOR_IDENTIFICATION,
        /// Whether the batch item must fail when the extension is not understood.
        criticality_indicator: required bool = CRITICALITY_INDICATOR,
        /// A structure of the vendor's.
        vendor_extension: required Value = VENDOR_EXTENSION,
    }
}
