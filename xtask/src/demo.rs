//! Both calls in Node, and the demo page.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{build, command::command};

/// Builds the package and runs `demo.mjs` with it.
pub fn demo(once: bool) -> Result<ExitCode> {
    build::package()?;
    let status = command("node xtask/demo.mjs").args(once.then_some("--once")).status()?;
    if !status.success() {
        bail!("the demo failed: {status}");
    }
    Ok(ExitCode::SUCCESS)
}
