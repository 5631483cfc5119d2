//! Values that are made when first needed, so that loading a key stays cheap.

use std::sync::OnceLock;

/// The value of the cell, made by `make` if there is none yet. A failure leaves the cell empty. Threads that race make the
/// value more than once and keep the first.
#[inline]
pub(crate) fn get_or_try_init<T, E>(
    cell: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, E>,
) -> Result<&T, E> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}
