//! The service itself: status, health, version, random bytes and hashes.

use claviger_wire_native::{
    Date, HashReply, HashRequest, HealthReply, RandomReply, RandomRequest, StatusReply,
    VersionInformation,
};

use crate::connection::Client;
use crate::error::Error;

impl Client {
    /// How the service is doing.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn status(&self) -> Result<StatusReply, Error> {
        self.get(self.path(&["api", "v1", "kms", "status"])?).await
    }

    /// Whether requests can be served.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Refused`] with the status 503 if they can't.
    pub async fn health(&self) -> Result<HealthReply, Error> {
        self.get(self.path(&["api", "v1", "kms", "health"])?).await
    }

    /// Which service it is.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn version(&self) -> Result<VersionInformation, Error> {
        self.get(self.path(&["version"])?).await
    }

    /// Random bytes.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn random(&self, request: &RandomRequest) -> Result<RandomReply, Error> {
        self.post(&["api", "v1", "random"], request).await
    }

    /// The hash of data.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn hash(&self, request: &HashRequest) -> Result<HashReply, Error> {
        self.post(&["api", "v1", "hash"], request).await
    }
}

impl Client {
    /// What time it is at the service, to the second; none if it does not say.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn clock(&self) -> Result<Option<Date>, Error> {
        Ok(self.date(self.path(&["version"])?).await?.and_then(|text| from_http(&text)))
    }
}

/// A date of HTTP (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
fn from_http(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split(' ').skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::from_http;

    #[test]
    fn dates_of_http_are_read() {
        let date = from_http("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(date.to_string(), "1994-11-06T08:49:37Z");
        for text in ["", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT", "x 6 Nov 1994 8 GMT"]
        {
            assert!(from_http(text).is_none(), "{text}");
        }
    }
}
