//! Set and get constraints on the objects that an owner makes.

use super::preferences::{CreationRule, Preference, load, save};
use crate::Error;
use crate::operations::{Description, GET_CONSTRAINTS, Operation, SET_CONSTRAINTS};
use crate::pipeline::Authorized;

/// Replaces the constraints on the objects that the caller makes (KMIP 2.1 §6.1.52). None removes them.
#[derive(Clone)]
pub struct SetConstraints {
    /// The constraints, all of which an object must keep.
    pub constraints: Vec<CreationRule>,
}

impl Operation for SetConstraints {
    type Reply = ();

    const DESCRIPTION: &'static Description = SET_CONSTRAINTS;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<(), Error> {
        save(&authorized, Preference::Constraints, &self.constraints).await
    }
}

/// Returns the constraints on the objects that the caller makes (KMIP 2.1 §6.1.22).
#[derive(Clone, Copy, Debug)]
pub struct GetConstraints;

impl Operation for GetConstraints {
    type Reply = Vec<CreationRule>;

    const DESCRIPTION: &'static Description = GET_CONSTRAINTS;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Vec<CreationRule>, Error> {
        let preferences = load(authorized.shared(), authorized.caller()).await?;
        Ok(preferences.constraints.clone())
    }
}
