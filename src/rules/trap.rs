//! A deliberate trap, for the test of what a trap leads to. No release has the feature.

/// The header that names the place where a call traps.
const HEADER: &str = "x-trap";

/// Traps where a header says so.
pub(crate) fn trap_at<'a>(place: &str, mut headers: impl Iterator<Item = (&'a str, &'a str)>) {
    assert!(!headers.any(|header| header == (HEADER, place)), "a deliberate trap");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_no_header_names_does_not_trap() {
        for headers in [&[][..], &[("x-trap", "begin")], &[("x", "poll")]] {
            trap_at("poll", headers.iter().copied());
        }
    }

    #[test]
    #[should_panic(expected = "a deliberate trap")]
    fn a_place_that_a_header_names_traps() {
        trap_at("poll", [("x", "y"), ("x-trap", "poll")].into_iter());
    }
}
