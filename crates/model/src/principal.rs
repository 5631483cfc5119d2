//! Who asks, and what they may do with somebody else's key.

use std::fmt;
use std::sync::Arc;

/// Who asks: the method and issuer that vouch, and the subject that they vouch for. Two methods never produce the same
/// principal by accident.
/// Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Principal(Arc<Proof>);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Proof {
    method: String,
    issuer: String,
    subject: String,
    display_name: Option<String>,
    identity: String,
}

impl Principal {
    /// Whoever reaches a server that asks for no credentials, over the loopback interface.
    #[must_use]
    pub fn local() -> Self {
        Self::new("none", "", "local")
    }

    /// The service itself, acting on a date or a period.
    #[must_use]
    pub fn system() -> Self {
        Self::new("system", "", "scheduler")
    }

    /// The subject that `issuer` vouches for by `method`.
    #[must_use]
    pub fn new(method: &str, issuer: &str, subject: &str) -> Self {
        Self::with(method, issuer, subject, None)
    }

    /// The same principal with a name to show, such as an e-mail address; it identifies nothing.
    #[must_use]
    pub fn with_display_name(self, name: &str) -> Self {
        Self::with(&self.0.method, &self.0.issuer, &self.0.subject, Some(name.to_owned()))
    }

    fn with(method: &str, issuer: &str, subject: &str, display_name: Option<String>) -> Self {
        let escape = |part: &str| part.replace('%', "%25").replace('|', "%7C");
        Self(Arc::new(Proof {
            method: method.to_owned(),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            display_name,
            identity: format!("{}|{}|{}", escape(method), escape(issuer), escape(subject)),
        }))
    }

    /// How the principal proved who it is.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// Who vouches.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Whom they vouch for.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The name to show.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.0.display_name.as_deref().unwrap_or(&self.0.subject)
    }

    /// The identity as one text: method, issuer and subject joined by `|`, with `%` and `|` within them escaped as in URLs,
    /// so that two principals never have the same one.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.0.identity
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.display_name())
    }
}

bitflags::bitflags! {
    /// What a grant lets somebody do with a key that isn't theirs. A permission for one operation is never one for another.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Permissions: u64 {
        /// See the key's attributes.
        const READ_ATTRIBUTES = 1;
        /// Change tags, attributes and the policy.
        const CHANGE_ATTRIBUTES = 1 << 1;
        /// Encrypt, rewrap to and make data keys.
        const ENCRYPT = 1 << 2;
        /// Decrypt.
        const DECRYPT = 1 << 3;
        /// Sign.
        const SIGN = 1 << 4;
        /// Verify signatures.
        const VERIFY = 1 << 5;
        /// Make message authentication codes.
        const MAC = 1 << 6;
        /// Check message authentication codes.
        const MAC_VERIFY = 1 << 7;
        /// Wrap keys.
        const WRAP = 1 << 8;
        /// Unwrap keys.
        const UNWRAP = 1 << 9;
        /// Derive keys and agree on secrets.
        const DERIVE = 1 << 10;
        /// Encapsulate secrets.
        const ENCAPSULATE = 1 << 11;
        /// Decapsulate secrets.
        const DECAPSULATE = 1 << 12;
        /// Read the public key.
        const READ_PUBLIC_KEY = 1 << 13;
        /// Export the material, where the policy allows it.
        const EXPORT = 1 << 14;
        /// Make a sealed backup.
        const BACK_UP = 1 << 15;
        /// Add versions.
        const ROTATE = 1 << 16;
        /// Activate.
        const ACTIVATE = 1 << 17;
        /// Revoke.
        const REVOKE = 1 << 18;
        /// Delete, and cancel a deletion.
        const DELETE = 1 << 19;
        /// Grant what is granted to oneself, and withdraw it.
        const GRANT = 1 << 20;
    }
}

#[cfg(test)]
mod tests {
    use super::Principal;

    #[test]
    fn identities_never_meet_by_accident() {
        let first = Principal::new("jwt", "https://a|b", "c");
        let second = Principal::new("jwt", "https://a", "b|c");
        assert_ne!(first.identity(), second.identity());
        assert_ne!(
            Principal::new("cert", "", "alice").identity(),
            Principal::new("jwt", "", "alice").identity()
        );
        assert_eq!(first.identity(), "jwt|https://a%7Cb|c");
    }
}
