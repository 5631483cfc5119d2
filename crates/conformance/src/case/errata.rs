//! The mistakes in published cases, and what should stand there.
//!
//! `data/errata.toml` has one entry for each: the case, the text as published, the text that is meant, and why. An entry that
//! does not apply any more is an error, so that the list cannot outlive what it corrects.

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The entries that the repository has.
const PUBLISHED: &str = include_str!("../../data/errata.toml");

/// Mistakes in published cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Errata {
    #[serde(default, rename = "erratum")]
    entries: Vec<Erratum>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Erratum {
    /// The name of the case, without folders.
    case: String,
    /// The text as published.
    published: String,
    /// The text that is meant.
    meant: String,
    /// How that is known.
    reason: String,
}

impl Errata {
    /// The entries of the repository.
    ///
    /// # Errors
    /// What about the list is wrong.
    pub(crate) fn published() -> Result<Self> {
        let errata: Self = toml::from_str(PUBLISHED).context("errata.toml")?;
        for erratum in &errata.entries {
            if erratum.reason.trim().is_empty() {
                bail!("errata.toml has an entry for {} without a reason", erratum.case);
            }
        }
        Ok(errata)
    }

    /// The text of a case with its mistakes put right.
    ///
    /// # Errors
    /// An entry whose published text the case does not have.
    pub(crate) fn corrected(&self, case: &str, text: String) -> Result<String> {
        self.entries.iter().filter(|erratum| erratum.case == case).try_fold(
            text,
            |text, erratum| {
                if !text.contains(&erratum.published) {
                    bail!("errata.toml corrects `{}`, which is not there", erratum.published);
                }
                Ok(text.replace(&erratum.published, &erratum.meant))
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_put_right_and_stale_entries_found() {
        let errata: Errata = toml::from_str(
            "[[erratum]]\ncase = 'A'\npublished = 'wrong'\nmeant = 'right'\nreason = 'r'\n",
        )
        .expect("it is a list");
        let corrected = |case, text: &str| errata.corrected(case, text.to_owned());
        assert_eq!(corrected("A", "it is wrong").expect("it applies"), "it is right");
        assert_eq!(corrected("B", "it is wrong").expect("it is another case"), "it is wrong");
        assert!(corrected("A", "it is fine").is_err());
    }

    #[test]
    fn the_list_of_the_repository_is_one() {
        Errata::published().expect("errata.toml can be read");
    }
}
