//! JSON objects whose members are text: encryption contexts and custom attributes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Pairs of names and text, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextMap(Vec<(String, String)>);

impl TextMap {
    /// The most members.
    pub const LIMIT: usize = 64;

    /// The pairs of a map whose names are known to differ. More than [`Self::LIMIT`] are refused by the service.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pairs, in the order of the message.
    #[must_use]
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// The pairs, in the order of the message.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

impl<'de> Deserialize<'de> for TextMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;

        impl<'de> Visitor<'de> for MapVisitor {
            type Value = TextMap;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object whose members are text")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextMap, A::Error> {
                let mut pairs: Vec<(String, String)> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    // At most 64 names: comparing each with each is cheaper than a set.
                    if pairs.iter().any(|(other, _)| *other == name) {
                        return Err(de::Error::custom("the same member stands twice"));
                    }
                    if pairs.len() == TextMap::LIMIT {
                        let message = format!("more than {} members", TextMap::LIMIT);
                        return Err(de::Error::custom(message));
                    }
                    let text = map.next_value()?;
                    pairs.push((name, text));
                }
                Ok(TextMap(pairs))
            }
        }

        deserializer.deserialize_map(MapVisitor)
    }
}

impl Serialize for TextMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, text) in &self.0 {
            map.serialize_entry(name, text)?;
        }
        map.end()
    }
}

impl PartialSchema for TextMap {
    fn schema() -> RefOr<Schema> {
        let text = Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
        let object = ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(text))))
            .max_properties(Some(Self::LIMIT))
            .description(Some("Pairs of names and text; their order means nothing."));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for TextMap {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TextMap")
    }
}

#[cfg(test)]
mod tests {
    use super::TextMap;

    #[test]
    fn pairs_are_read_in_order() {
        let map: TextMap = serde_json::from_str(r#"{"env":"prod","a":""}"#).unwrap();
        assert_eq!(map.pairs().collect::<Vec<_>>(), [("env", "prod"), ("a", "")]);
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"env":"prod","a":""}"#);
    }

    #[test]
    fn repetition_excess_and_other_types_are_refused() {
        let many = |count: usize| {
            let members: Vec<String> = (0..count).map(|n| format!(r#""{n}":"""#)).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(serde_json::from_str::<TextMap>(&many(64)).is_ok());
        for (json, reason) in [
            (r#"{"a":"1","a":"1"}"#, "twice"),
            (&many(65), "more than 64"),
            (r#"{"a":1}"#, "invalid type"),
            (r#"{"a":{}}"#, "invalid type"),
            ("[]", "invalid type"),
        ] {
            let error = serde_json::from_str::<TextMap>(json).unwrap_err().to_string();
            assert!(error.contains(reason), "{json}: {error}");
        }
    }
}
