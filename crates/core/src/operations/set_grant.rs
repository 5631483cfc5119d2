//! Say what somebody else may do with a key.

use claviger_model::{Grant, KeyName, Keyset, Permissions};

use super::{Description, KeyDescription, Operation, SET_GRANT};
use crate::change::Touched;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Replaces what a principal was granted on a key; no permission withdraws the grant.
#[derive(Clone, Debug)]
pub struct SetGrant {
    /// Which key.
    pub name: KeyName,
    /// The principal's identity, or `*` for everybody.
    pub grantee: String,
    /// What it may do from now on.
    pub permissions: Permissions,
}

impl SetGrant {
    /// The longest identity, in bytes.
    pub const GRANTEE_LIMIT: usize = 1024;
}

impl Operation for SetGrant {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = SET_GRANT;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        self.check(&authorized)?;
        authorized
            .change(Touched::Latest, |draft| {
                let grants = &mut draft.keyset_mut().grants;
                grants.retain(|grant| grant.grantee != self.grantee);
                if !self.permissions.is_empty() {
                    let grantee = self.grantee.clone();
                    grants.push(Grant { grantee, permissions: self.permissions });
                }
                if grants.len() <= Keyset::GRANT_LIMIT {
                    return Ok(());
                }
                Err(Error::new(
                    ErrorKind::LimitReached,
                    format!("a key has at most {} grants", Keyset::GRANT_LIMIT),
                    "withdraw grants that are no longer needed",
                ))
            })
            .await
    }
}

impl SetGrant {
    fn check(&self, authorized: &Authorized<'_, Self>) -> Result<(), Error> {
        let fine = !self.grantee.is_empty()
            && self.grantee.len() <= Self::GRANTEE_LIMIT
            && !self.grantee.chars().any(char::is_control);
        if !fine {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the grantee is not a principal's identity or *",
                "pass the identity as a description of the principal shows it",
            ));
        }
        let keyset = authorized.keyset()?.keyset();
        // Nobody gives away what they don't have, least of all to themselves.
        if keyset.lets(&authorized.caller().principal, self.permissions) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::PermissionDenied,
            format!("you cannot grant more on the key {} than you were granted", keyset.name),
            "ask the key's owner",
        ))
    }
}
