//! Queries: `name=value` pairs, of which none is ignored.

use std::str::FromStr;

use axum::extract;
use http::Uri;

use crate::errors::Refusal;

const REMEDY: &str = "see the route's parameters at /api/v1/openapi.json";

/// The parameters of a query that weren't taken yet.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Unescapes a query.
    pub(crate) fn read(query: Option<&str>) -> Result<Self, Refusal> {
        let Some(query) = query else { return Ok(Self(Vec::new())) };
        let refusal = || Refusal::invalid("the query cannot be read", REMEDY);
        let uri = Uri::try_from(format!("/?{query}")).map_err(|_| refusal())?;
        let pairs = extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
        Ok(Self(pairs.map_err(|_| refusal())?.0))
    }

    /// Takes all values of a parameter.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let (taken, rest) =
            std::mem::take(&mut self.0).into_iter().partition(|(parameter, _)| parameter == name);
        self.0 = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Takes the value of a parameter that stands once or not at all.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self.take_all(name);
        if values.len() > 1 {
            let message = format!("the query has the parameter {name} more than once");
            return Err(Refusal::invalid(message, REMEDY));
        }
        Ok(values.pop())
    }

    /// Takes a parameter that is a number or a name.
    pub(crate) fn take_parsed<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let parse = |value: String| {
            let message = format!("the query's parameter {name} has no valid value");
            value.parse().map_err(|_| Refusal::invalid(message, REMEDY))
        };
        self.take(name)?.map(parse).transpose()
    }

    /// Refuses what is left.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Refusal::invalid("the query has a parameter that this route does not know", REMEDY))
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn parameters_are_unescaped_and_none_is_ignored() {
        let mut query = Query::read(Some("tag=a%3Db&limit=5&tag=c+d")).unwrap();
        assert_eq!(query.take_all("tag"), ["a=b", "c d"]);
        assert_eq!(query.take_parsed::<u32>("limit").ok().unwrap(), Some(5));
        assert_eq!(query.take("cursor").ok().unwrap(), None);
        assert!(query.finish().is_ok());
        assert!(Query::read(Some("x=1")).unwrap().finish().is_err());
        assert!(Query::read(Some("limit=1&limit=2")).unwrap().take("limit").is_err());
        assert!(Query::read(Some("limit=x")).unwrap().take_parsed::<u32>("limit").is_err());
    }
}
