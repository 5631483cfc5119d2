//! Set and get the defaults of the objects that an owner makes.

use super::preferences::{CreationRule, Preference, load, save};
use crate::Error;
use crate::operations::{Description, GET_DEFAULTS, Operation, SET_DEFAULTS};
use crate::pipeline::Authorized;

/// Replaces the defaults of the objects that the caller makes (KMIP 2.1 §6.1.53). None removes them.
#[derive(Clone)]
pub struct SetDefaults {
    /// The defaults; of several for the same attribute, the first one counts.
    pub defaults: Vec<CreationRule>,
}

impl Operation for SetDefaults {
    type Reply = ();

    const DESCRIPTION: &'static Description = SET_DEFAULTS;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<(), Error> {
        save(&authorized, Preference::Defaults, &self.defaults).await
    }
}

/// Returns the defaults of the objects that the caller makes (KMIP 2.1 §6.1.37, Query Defaults Information).
#[derive(Clone, Copy, Debug)]
pub struct GetDefaults;

impl Operation for GetDefaults {
    type Reply = Vec<CreationRule>;

    const DESCRIPTION: &'static Description = GET_DEFAULTS;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Vec<CreationRule>, Error> {
        let preferences = load(authorized.shared(), authorized.caller()).await?;
        Ok(preferences.defaults.clone())
    }
}
