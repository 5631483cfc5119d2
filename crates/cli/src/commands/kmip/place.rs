//! Where in a message a mistake is: the tags that lead there.

use claviger_wire_ttlv::{DecodeError, ItemType, Tag, names};

/// Tag, type and length.
const HEADER: usize = 8;
/// Deeper than any message of KMIP is.
const DEEPEST: usize = 64;

/// The tags that lead to a mistake, such as `RequestMessage/RequestHeader/BatchCount`; none if it is not at an item.
pub(super) fn of(bytes: &[u8], error: &DecodeError) -> Option<String> {
    path(bytes, offset(error)?)
}

fn offset(error: &DecodeError) -> Option<usize> {
    match error {
        DecodeError::Truncated { offset, .. }
        | DecodeError::Overrun { offset, .. }
        | DecodeError::UnknownType { offset, .. }
        | DecodeError::WrongLength { offset, .. }
        | DecodeError::Padding { offset }
        | DecodeError::Boolean { offset }
        | DecodeError::Text { offset }
        | DecodeError::TooDeep { offset, .. } => Some(*offset),
        DecodeError::TooLarge { .. }
        | DecodeError::Trailing { .. }
        | DecodeError::TooManyItems { .. } => None,
    }
}

/// Walks the items before a place, which are well-formed as far as it matters.
fn path(bytes: &[u8], wanted: usize) -> Option<String> {
    let mut path = Vec::new();
    let mut place = 0;
    while path.len() < DEEPEST {
        let (tag, code, length) = header(bytes, place)?;
        let name = names::tag_name(tag).map_or_else(|| tag.to_string(), str::to_owned);
        if place == wanted {
            path.push(name);
            return Some(path.join("/"));
        }
        let end = place.checked_add(HEADER)?.checked_add(length)?;
        if ItemType::from_code(code) == Some(ItemType::Structure) && wanted < end {
            path.push(name);
            place += HEADER;
        } else {
            place = end;
        }
        if place > wanted {
            return Some(path.join("/")).filter(|path| !path.is_empty());
        }
    }
    None
}

/// The tag, the type and the padded length of the item at a place.
fn header(bytes: &[u8], place: usize) -> Option<(Tag, u8, usize)> {
    let header: [u8; HEADER] = *bytes.get(place..)?.first_chunk()?;
    let [first, second, third, code, length @ ..] = header;
    let tag = Tag::from_code(u32::from_be_bytes([0, first, second, third]));
    let length = usize::try_from(u32::from_be_bytes(length)).ok()?.checked_next_multiple_of(8)?;
    Some((tag, code, length))
}

#[cfg(test)]
mod tests {
    use claviger_wire_ttlv::{Item, Limits, Writer, tag};

    use super::*;

    #[test]
    fn a_mistake_deep_inside_is_named() {
        let mut writer = Writer::new();
        writer.structure(tag::REQUEST_MESSAGE, |writer| {
            writer.structure(tag::REQUEST_HEADER, |writer| {
                writer.integer(tag::BATCH_COUNT, 1);
                writer.boolean(tag::BATCH_ORDER_OPTION, true);
            });
        });
        let mut bytes = writer.into_buffer().into_vec();
        // The value of the boolean is the last byte.
        *bytes.last_mut().expect("there are bytes") = 2;
        let error = Item::parse(&bytes, &Limits::default()).expect_err("a mistake");
        assert_eq!(
            of(&bytes, &error).as_deref(),
            Some("RequestMessage/RequestHeader/BatchOrderOption")
        );
    }

    #[test]
    fn no_bytes_lead_astray() {
        for length in 0..64 {
            let bytes = vec![0xFF; length];
            for wanted in 0..80 {
                // It ends, which is all that is asked.
                let _ = path(&bytes, wanted);
            }
        }
    }
}
