//! Destroy one version of a key.

use claviger_model::{KeyName, Object};

use super::{DESTROY_VERSION, Description, Operation};
use crate::change::Touched;
use crate::codec::Material;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Destroys the material of one version at once. An active version must be revoked first.
#[derive(Clone, Debug)]
pub struct DestroyVersion {
    /// Which key.
    pub name: KeyName,
    /// Which version.
    pub version: u32,
}

impl Operation for DestroyVersion {
    type Reply = Object;

    const DESCRIPTION: &'static Description = DESTROY_VERSION;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Object, Error> {
        let now = authorized.now();
        let mut destroyed = None;
        authorized
            .change(Touched::Version(self.version), |draft| {
                if !draft.keyset().policy.deletion_allowed {
                    return Err(Error::new(
                        ErrorKind::PolicyForbids,
                        format!("the key {} may not be deleted", self.name),
                        "allow deletion in the key's policy first",
                    ));
                }
                let stored = draft.version_mut(self.version)?;
                stored.object.state = stored.object.state.destroy()?;
                stored.object.dates.destroy = Some(now);
                stored.material = Material::Destroyed;
                destroyed = Some(stored.object.clone());
                Ok(())
            })
            .await?;
        let object =
            destroyed.ok_or_else(|| Error::version_not_found(self.name.as_str(), self.version))?;
        authorized.note(&object);
        Ok(object)
    }
}
