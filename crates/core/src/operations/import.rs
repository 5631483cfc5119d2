//! Import existing key material.

use claviger_model::{KeyFormat, KeyName, KeyTemplate, Usage};
use claviger_secret::SecretBytes;

use super::create::NewKey;
use super::{Description, IMPORT, KeyDescription, KeySettings, Operation};
use crate::codec::Material;
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// Imports existing key material as a new key with one version.
pub struct ImportKey {
    /// Its name.
    pub name: KeyName,
    /// What it is. Raw bytes need it; for other formats the material decides, and the template must fit it if given.
    pub template: Option<&'static KeyTemplate>,
    /// The encoding of the material.
    pub format: KeyFormat,
    /// The material.
    pub material: SecretBytes,
    /// What else was said of it.
    pub settings: KeySettings,
}

/// What a public key alone can be used for.
const PUBLIC_USAGE: Usage = Usage::VERIFY.union(Usage::ENCRYPT).union(Usage::WRAP_KEY);

impl Operation for ImportKey {
    type Reply = KeyDescription;

    const DESCRIPTION: &'static Description = IMPORT;

    fn key(&self) -> Option<&KeyName> {
        Some(&self.name)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<KeyDescription, Error> {
        let Self { name, template, format, material, mut settings } = self;
        if format == KeyFormat::Raw && template.is_none() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "raw bytes do not say what key they are",
                "name the algorithm, such as aes-256-gcm",
            ));
        }
        let imported = authorized.shared().crypto.import(
            format,
            template.map(|template| template.spec),
            material.expose("reading imported key material"),
        )?;
        let template = template
            .or_else(|| KeyTemplate::from_spec(imported.spec))
            .filter(|template| template.spec == imported.spec)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidInput,
                    format!(
                        "the material is a key of the kind {}, not what the algorithm names",
                        imported.spec
                    ),
                    "name an algorithm of that kind, or leave it out",
                )
            })?;
        let material = if imported.public_only {
            let usage = settings.policy.usage.unwrap_or(template.usage);
            // Encapsulating needs the public key alone, and is a key agreement.
            let able = PUBLIC_USAGE.union(Usage::KEY_AGREEMENT);
            settings.policy.usage = Some(usage & able);
            Material::Public(
                imported
                    .material
                    .expose("keeping an imported public key, which is no secret")
                    .to_vec(),
            )
        } else {
            Material::Secret(imported.material)
        };
        NewKey { name, template, settings, material, imported: true }.insert(&mut authorized).await
    }
}
