//! Register: an object that the client has (KMIP 2.1 §6.1.43).

use claviger_model::Value;

use super::content::{Content, Created, Generation, Given};
use super::given::Making;
use super::making::store;
use super::registration::register;
use super::{container, templates};
use crate::Error;
use crate::change::Targets;
use crate::operations::{Description, OBJECT_REGISTER, Operation};
use crate::pipeline::Authorized;

/// Takes an object that the client has.
pub struct RegisterObject {
    /// Its attributes.
    pub attributes: Given,
    /// The names of templates that have attributes for it (KMIP 1.x).
    pub templates: Vec<Value>,
    /// The object itself.
    pub content: Content,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for RegisterObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_REGISTER;

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let Self { attributes, templates, content, generation } = self;
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let mut attributes = templates::merge(shared, caller, &templates, attributes).await?;
        let mut content = content;
        if let Content::Template { attributes: inner } = &mut content {
            // Its content is what objects to come get, wherever the client said it.
            *inner = templates::beneath(std::mem::take(&mut attributes), std::mem::take(inner));
            attributes = Given::new();
        }
        let new = match container::take_out(&authorized, &attributes, &content).await? {
            Some(objects) => objects,
            None => vec![register(shared, Making::Registered, attributes, content, now)?],
        };
        store(&mut authorized, generation, &new, &Targets::new(), |_| Ok(())).await?;
        Ok(new[0].created())
    }
}
