//! The arrows between crates that must never exist.
//!
//! `table.rs` says who may know whom; this file compares it with `cargo metadata` and with the sources.
//! A new crate, a new dependency of an inner crate or a new arrow is one line in the table, where a
//! reader of the change can judge it.

mod sources;
mod table;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

use crate::workspace::{self, Finding};
use table::{Layer, Outside};

/// Checks and prints what breaks a rule.
pub(crate) fn run() -> Result<()> {
    workspace::report("layers", findings()?)
}

fn findings() -> Result<Vec<Finding>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata")?;
    let mut findings = Vec::new();
    for package in &metadata.packages {
        check_package(package, &mut findings);
    }
    findings.extend(stale_layers(&metadata.packages));
    findings.extend(sources::findings(&metadata.packages)?);
    Ok(findings)
}

fn check_package(package: &Package, findings: &mut Vec<Finding>) {
    let manifest = manifest(package);
    let Some(layer) = table::layer(&package.name) else {
        let message =
            format!("the crate {} has no line in xtask/src/layers/table.rs", package.name);
        findings.push(Finding::of(&manifest, message));
        return;
    };
    for dependency in &package.dependencies {
        let problem = if dependency.kind == DependencyKind::Development {
            // Tests may use whatever they need to stand up the thing they test.
            None
        } else if dependency.path.is_some() {
            inner_arrow(layer, dependency)
        } else {
            outer_arrow(layer, dependency).or_else(|| fenced(layer, dependency))
        };
        findings.extend(problem.map(|message| Finding::of(&manifest, message)));
    }
}

/// A dependency on another crate of the workspace.
fn inner_arrow(layer: &Layer, dependency: &Dependency) -> Option<String> {
    if layer.inner.contains(&dependency.name.as_str()) {
        return None;
    }
    Some(format!("{} must not depend on {}: {}", layer.name, dependency.name, layer.why))
}

/// A dependency of a crate whose outside dependencies are a closed list.
fn outer_arrow(layer: &Layer, dependency: &Dependency) -> Option<String> {
    let Outside::Only(allowed) = layer.outside else { return None };
    if !allowed.contains(&dependency.name.as_str()) {
        let (name, why) = (layer.name, layer.why);
        return Some(format!("{name} must not depend on {}: {why}", dependency.name));
    }
    if dependency.name != "tokio" {
        return None;
    }
    let forbidden = dependency
        .features
        .iter()
        .find(|feature| !table::INNER_TOKIO_FEATURES.contains(&feature.as_str()))?;
    let name = layer.name;
    Some(format!(
        "{name} must not switch on tokio's `{forbidden}`: it may wait, and reach nothing outside"
    ))
}

/// A dependency that only some crates may have.
fn fenced(layer: &Layer, dependency: &Dependency) -> Option<String> {
    let fence =
        table::FENCES.iter().find(|fence| fence.crates.contains(&dependency.name.as_str()))?;
    if fence.only.contains(&layer.name) {
        return None;
    }
    let (name, only, why) = (layer.name, fence.only.join(", "), fence.why);
    Some(format!("{name} must not depend on {}, which is for {only}: {why}", dependency.name))
}

/// Lines of the table for crates that are gone.
fn stale_layers(packages: &[Package]) -> Vec<Finding> {
    let present: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    table::LAYERS
        .iter()
        .filter(|layer| !present.contains(layer.name))
        .map(|layer| {
            let message =
                format!("the table names {}, which is no crate of the workspace", layer.name);
            Finding::of("xtask/src/layers/table.rs", message)
        })
        .collect()
}

/// The package's manifest, below the workspace root.
fn manifest(package: &Package) -> String {
    let path = package.manifest_path.as_std_path();
    path.strip_prefix(workspace::root()).unwrap_or(path).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_forbidden_arrow_exists() {
        let findings: Vec<String> =
            findings().expect("the workspace can be read").iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    #[test]
    fn a_door_that_reaches_a_store_is_found() {
        let layer = table::layer("claviger-door-native").expect("the native door has a line");
        assert!(inner_arrow(layer, &dependency("claviger-store-sql")).is_some());
        assert!(inner_arrow(layer, &dependency("claviger-core")).is_none());
        assert!(fenced(layer, &dependency("sqlx")).is_some());
        assert!(fenced(layer, &dependency("axum")).is_none());
    }

    #[test]
    fn an_inner_crate_has_a_closed_list() {
        let core = table::layer("claviger-core").expect("core has a line");
        assert!(outer_arrow(core, &dependency("axum")).is_some());
        assert!(outer_arrow(core, &dependency("tokio")).is_none());
        let mut tokio = dependency("tokio");
        tokio.features.push("net".to_owned());
        assert!(outer_arrow(core, &tokio).is_some());
        tokio.features = vec!["sync".to_owned()];
        assert!(outer_arrow(core, &tokio).is_none());
    }

    #[test]
    fn inner_crates_never_see_an_adapter() {
        let outward = [
            "claviger-store-",
            "claviger-seal-",
            "claviger-door-",
            "claviger-crypto",
            "claviger-audit",
        ];
        for name in ["claviger-secret", "claviger-model", "claviger-ports", "claviger-core"] {
            let layer = table::layer(name).expect("every inner crate has a line");
            assert!(
                !layer.inner.iter().any(|inner| outward.iter().any(|out| inner.starts_with(out)))
            );
        }
    }

    fn dependency(name: &str) -> Dependency {
        let package = MetadataCommand::new()
            .manifest_path(workspace::root().join("Cargo.toml"))
            .no_deps()
            .exec()
            .expect("cargo metadata")
            .packages
            .into_iter()
            .find(|package| package.name.as_str() == "xtask")
            .expect("this crate is in the workspace");
        let mut dependency = package.dependencies.into_iter().next().expect("it has dependencies");
        name.clone_into(&mut dependency.name);
        dependency.features.clear();
        dependency
    }
}
