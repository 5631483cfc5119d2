//! Lists that are bounded while they are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The most items of one request.
pub const BATCH_LIMIT: usize = 1000;

/// A list of at most `LIMIT` members. A longer one is refused at the first member that is too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T, const LIMIT: usize>(pub Vec<T>);

impl<T, const LIMIT: usize> Default for List<T, LIMIT> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const LIMIT: usize> List<T, LIMIT> {
    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T, const LIMIT: usize> From<Vec<T>> for List<T, LIMIT> {
    /// A list to send; the service refuses one that is too long.
    fn from(members: Vec<T>) -> Self {
        Self(members)
    }
}

impl<'de, T: Deserialize<'de>, const LIMIT: usize> Deserialize<'de> for List<T, LIMIT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T, const LIMIT: usize>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const LIMIT: usize> Visitor<'de> for ListVisitor<T, LIMIT> {
            type Value = List<T, LIMIT>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a list of at most {LIMIT} members")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = sequence.next_element()? {
                    if members.len() == LIMIT {
                        let message = format!("the list has more than {LIMIT} members");
                        return Err(de::Error::custom(message));
                    }
                    members.push(member);
                }
                Ok(List(members))
            }
        }

        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

impl<T: Serialize, const LIMIT: usize> Serialize for List<T, LIMIT> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn the_limit_holds() {
        assert_eq!(serde_json::from_str::<List<u8, 2>>("[1,2]").unwrap().0, [1, 2]);
        let error = serde_json::from_str::<List<u8, 2>>("[1,2,3]").unwrap_err().to_string();
        assert!(error.contains("more than 2"), "{error}");
    }
}
