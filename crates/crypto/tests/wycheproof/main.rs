//! Wycheproof: every vector of the algorithms that the port has, through the port.
//!
//! A test is run, or named in `skipped.rs` with its reason. What Wycheproof calls acceptable is pinned to a choice
//! (`Tally::acceptable`). `cargo test -p claviger-crypto --test wycheproof -- --nocapture` prints the counts.
#![expect(clippy::print_stderr, reason = "the counts are for whoever runs the test")]

mod aead;
mod agreement;
mod cipher;
mod derivation;
mod key_wrap;
mod mac;
mod post_quantum;
mod rsa;
mod signature;
mod skipped;
mod tally;

use tally::Tally;

/// A family's name and what runs it.
type Family = (&'static str, fn(&mut Tally));

/// How many of the tests within our parameter sets may be skipped, in percent.
const SKIPPED_LIMIT_PERCENT: usize = 2;

#[test]
fn all_vectors_hold() {
    let families: [Family; 9] = [
        ("authenticated encryption", aead::run),
        ("unauthenticated encryption", cipher::run),
        ("key wrap", key_wrap::run),
        ("message authentication", mac::run),
        ("derivation", derivation::run),
        ("agreement", agreement::run),
        ("elliptic signatures", signature::run),
        ("RSA", rsa::run),
        ("post-quantum", post_quantum::run),
    ];
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let threads: Vec<_> = families
            .into_iter()
            .map(|(name, run)| {
                scope.spawn(move || {
                    let mut tally = Tally::new(name);
                    run(&mut tally);
                    tally
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut total = Tally::new("all");
    for tally in tallies {
        eprintln!("{tally}");
        total.add(tally);
    }
    eprintln!("{total}");
    total.assert_no_failures();
    total.assert_skipped_as_listed();
    assert!(
        total.skipped_count() * 100
            <= (total.passed + total.skipped_count()) * SKIPPED_LIMIT_PERCENT
    );
}
