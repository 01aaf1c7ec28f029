//! What has to hold of the rules, whatever they are given: each module has a target of `cargo fuzz`.

#[path = "../../../src/rules/mod.rs"]
#[allow(dead_code, reason = "each rule is used by what drives it, which is not here")]
mod rules;

pub mod attempts;
pub mod base_url;
pub mod json;
mod naive;
pub mod redact;
pub mod reply;
pub mod segments;
pub mod session;
pub mod token;

/// Checks one input.
pub type Target = fn(&[u8]);

/// Each target, by its name.
pub const TARGETS: [(&str, Target); 8] = [
    ("attempts", attempts::check),
    ("base_url", base_url::check),
    ("json", json::check),
    ("redact", redact::check),
    ("reply", reply::check),
    ("segments", segments::check),
    ("session", session::check),
    ("token", token::check),
];

/// The input that a target makes of bytes; nothing where they are too few.
fn input<'a, T: arbitrary::Arbitrary<'a>>(data: &'a [u8]) -> Option<T> {
    T::arbitrary_take_rest(arbitrary::Unstructured::new(data)).ok()
}
