//! Defaults and limits of options. `cargo xtask build` reads this file too, for the JavaScript that runs before the WebAssembly is
//! there.

/// The API's own address, from its description.
pub const BASE_URL: &str = "https://api.thesmsworks.co.uk/v1";
/// The time for a whole call, retries included.
pub const TIMEOUT_MS: u32 = 60_000;
/// How often a call may be tried again.
pub const RETRIES: u32 = 2;
/// How long before its expiry a token is renewed.
pub const REFRESH_MARGIN_MS: u32 = 60_000;
/// The longest text that an argument or a reply may have where the core reads it, in UTF-16 code units: the memory of WebAssembly
/// is 4 GiB for all calls together. `platform/exchange.js` has it, too.
#[allow(dead_code, reason = "JavaScript measures texts")]
pub const LONGEST_TEXT: u32 = 1 << 20;
/// The longest JSON that a request may have, likewise: as much as a reply.
#[allow(dead_code, reason = "JavaScript measures texts")]
pub const LONGEST_BODY: u32 = 1 << 26;
/// The longest time that a timer takes; `setTimeout` fires at once beyond it (HTML, 8.6).
pub const LONGEST_TIMEOUT_MS: u32 = 0x7fff_ffff;
