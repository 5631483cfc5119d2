//! The facts of all versions, read and laid over each other.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::spelling::normalised;

/// The versions, oldest first: one file of facts each.
const VERSIONS: [&str; 7] = ["1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "2.1"];

/// The first version that says attributes by tag and no longer by name.
const FIRST_WITHOUT_ATTRIBUTE_NAMES: usize = 5;

/// One file of facts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFacts {
    version: String,
    attributes: Vec<String>,
    tags: BTreeMap<String, u32>,
    enumerations: BTreeMap<String, BTreeMap<String, u32>>,
    masks: BTreeMap<String, BTreeMap<String, u32>>,
}

/// What the files of the versions leave open.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameFacts {
    uses: BTreeMap<String, String>,
    prefer: BTreeMap<String, Vec<String>>,
}

/// Everything, all versions together.
pub(super) struct Facts {
    /// By code.
    pub(super) tags: Vec<Named>,
    /// By name as in the specification.
    pub(super) enumerations: BTreeMap<String, Vec<Named>>,
    /// By name as in the specification.
    pub(super) masks: BTreeMap<String, Vec<Named>>,
    /// The tags that are attributes, by name as in the specification.
    pub(super) attributes: BTreeMap<String, Attribute>,
    /// Tags whose enumeration has another name.
    pub(super) uses: BTreeMap<String, String>,
}

/// A number with a name.
pub(super) struct Named {
    pub(super) code: u32,
    /// As in the specification, the newest spelling unless told otherwise.
    pub(super) name: String,
    /// Its other spellings, normalised.
    pub(super) aliases: Vec<String>,
    pub(super) versions: Span,
}

/// An attribute.
pub(super) struct Attribute {
    pub(super) versions: Span,
    /// Whether 1.x has it, and so names it by its text.
    pub(super) has_text: bool,
}

/// The versions in which something exists, as indices into the list of versions.
#[derive(Clone, Copy)]
pub(super) struct Span {
    first: usize,
    last: usize,
}

impl Span {
    /// The constant of the first version.
    pub(super) fn since(self) -> String {
        format!("V{}", VERSIONS[self.first].replace('.', "_"))
    }

    /// The first version with a dot.
    pub(super) fn since_text(self) -> &'static str {
        VERSIONS[self.first]
    }

    /// The last version with a dot, if it is not the newest.
    pub(super) fn last_text(self) -> Option<&'static str> {
        (self.last + 1 < VERSIONS.len()).then(|| VERSIONS[self.last])
    }

    /// The last version as an `Option` in Rust.
    pub(super) fn last(self) -> String {
        match self.last_text() {
            Some(text) => format!("Some(V{})", text.replace('.', "_")),
            None => "None".to_owned(),
        }
    }
}

/// Reads the files of facts in a folder.
///
/// # Errors
///
/// When a file is missing or has another shape, and when the versions contradict each other.
pub(super) fn read(folder: &Path) -> Result<Facts> {
    let names: NameFacts = parse(&folder.join("names.toml"))?;
    let mut tags = Merge::default();
    let mut enumerations: BTreeMap<String, Merge> = BTreeMap::new();
    let mut masks: BTreeMap<String, Merge> = BTreeMap::new();
    let mut attributes: BTreeMap<String, Attribute> = BTreeMap::new();
    for (index, version) in VERSIONS.into_iter().enumerate() {
        let facts: VersionFacts = parse(&folder.join(format!("kmip-{version}.toml")))?;
        ensure!(facts.version == version, "kmip-{version}.toml says version {}", facts.version);
        tags.add(index, &facts.tags);
        for (name, values) in &facts.enumerations {
            enumerations.entry(name.clone()).or_default().add(index, values);
        }
        for (name, values) in &facts.masks {
            masks.entry(name.clone()).or_default().add(index, values);
        }
        for name in facts.attributes {
            ensure!(facts.tags.contains_key(&name), "KMIP {version}: {name} is not a tag");
            let span = Span { first: index, last: index };
            let has_text = index < FIRST_WITHOUT_ATTRIBUTE_NAMES;
            let attribute =
                attributes.entry(name).or_insert(Attribute { versions: span, has_text });
            attribute.versions.last = index;
        }
    }
    let finish = |kind: BTreeMap<String, Merge>| -> Result<BTreeMap<String, Vec<Named>>> {
        let finished = kind.into_iter().map(|(name, merge)| {
            let preferred = names.prefer.get(&name).map(Vec::as_slice).unwrap_or_default();
            let values = merge.finish(preferred).with_context(|| name.clone())?;
            Ok((name, values))
        });
        finished.collect()
    };
    Ok(Facts {
        tags: tags.finish(&[]).context("tags")?,
        enumerations: finish(enumerations)?,
        masks: finish(masks)?,
        attributes,
        uses: names.uses,
    })
}

fn parse<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

/// Numbers with their spellings, while the versions are laid over each other.
#[derive(Default)]
struct Merge(BTreeMap<u32, (Vec<String>, Span)>);

impl Merge {
    /// Adds what one version says.
    fn add(&mut self, version: usize, values: &BTreeMap<String, u32>) {
        for (name, code) in values {
            let span = Span { first: version, last: version };
            let (spellings, span) = self.0.entry(*code).or_insert((Vec::new(), span));
            span.last = version;
            spellings.retain(|spelling| spelling != name);
            spellings.push(name.clone());
        }
    }

    /// Chooses the spellings, and checks that each normalised name stands for one number.
    fn finish(self, preferred: &[String]) -> Result<Vec<Named>> {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut finished = Vec::new();
        for (code, (mut spellings, versions)) in self.0 {
            spellings.sort_by_key(|spelling| preferred.contains(spelling));
            let name = spellings.pop().context("a number without a name")?;
            let own = normalised(&name);
            let mut aliases: Vec<String> = spellings.iter().map(|name| normalised(name)).collect();
            aliases.retain(|alias| *alias != own);
            for spelling in aliases.iter().chain([&own]) {
                let before = seen.insert(spelling.clone(), code);
                ensure!(before.is_none(), "{spelling} stands for two numbers");
            }
            finished.push(Named { code, name, aliases, versions });
        }
        Ok(finished)
    }
}
