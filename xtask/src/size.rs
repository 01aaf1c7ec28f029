//! How much of the package an application downloads, and how much that may be.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{
    build,
    command::{command, output},
};

/// The parts of the package, as `xtask/bench/size.mjs` names them, and how many bytes each may have after brotli.
const BUDGETS: [(&str, usize); 6] = [
    ("main bundle with AuthApi", 2390),
    ("main bundle with SmsWorks", 4600),
    ("main bundle with segments alone", 2080),
    ("glue", 4760),
    ("wasm", 23_920),
    ("everything to a first call", 31_640),
];

#[derive(Deserialize)]
struct Size {
    brotli: usize,
}

/// Fails where a part of the package is larger than it may be.
pub fn check() -> Result<()> {
    build::package()?;
    let sizes: BTreeMap<String, Size> = serde_json::from_str(&output(&mut command("node xtask/bench/size.mjs"))?)?;
    let mut exceeded = Vec::new();
    for (part, budget) in BUDGETS {
        let Size { brotli } = sizes.get(part).with_context(|| format!("xtask/bench/size.mjs measures no `{part}`"))?;
        println!("{part}: {brotli} of {budget} bytes");
        if *brotli > budget {
            exceeded.push(format!("{part}: {brotli} bytes after brotli, {} more than its {budget}", brotli - budget));
        }
    }
    ensure!(
        exceeded.is_empty(),
        "the package is too large:\n  {}\nRun `cargo xtask bench --quick` and look at what the wasm is made of, by crate; or raise the \
         budget in xtask/src/size.rs, with the reason in the commit",
        exceeded.join("\n  ")
    );
    Ok(())
}
