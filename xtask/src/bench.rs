//! The package, measured beside other clients: the README's numbers, and those of docs/numbers.md.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{
    build,
    command::{command, output, remove},
    crates, setup,
};

/// The measuring programs, and what they measure against.
const PROGRAMS: &str = "xtask/bench";
const WORK: &str = "target/bench";
const START: &str = "<!-- Written by `cargo xtask bench`. -->";
const END: &str = "<!-- /Written by `cargo xtask bench`. -->";

/// What was measured, as Markdown.
#[derive(Deserialize)]
struct Numbers {
    /// The table of the README.
    summary: String,
    /// All tables.
    details: String,
}

/// Measures and prints the numbers; without `--quick`, writes them into the README and docs/numbers.md, too.
pub fn bench(options: &[String]) -> Result<()> {
    let is_quick = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--quick"] | ["--quick", "--calls", _] | ["--calls", _, "--quick"] => true,
        [] | ["--calls", _] => false,
        _ => bail!("the options are --quick and --calls N"),
    };
    install()?;
    what_the_wasm_is_made_of()?;
    let numbers = output(command("node xtask/bench/bench.mjs").args(options).stderr(Stdio::inherit()))?;
    let numbers: Numbers = serde_json::from_str(&numbers)?;
    println!("{}\n\n{}", numbers.summary, numbers.details);
    if is_quick { Ok(()) } else { write(&numbers) }
}

/// Installs what is measured: the packed package, as a stranger has it, and the others.
fn install() -> Result<()> {
    let programs = Path::new(PROGRAMS);
    let tarball = build::tarball()?;
    setup::npm(Path::new("tests/ecosystem/shared"))?;
    setup::npm_tarball(programs, &["smsworks-wasm"], &tarball)
}

/// Leaves the sizes of the wasm's parts to the measuring programs, and those of all its functions to whoever is to make it smaller.
fn what_the_wasm_is_made_of() -> Result<()> {
    let work = Path::new(WORK);
    remove(work)?;
    let wasm = build::named_core(&work.join("core"))?;
    let contents = crates::contents(&fs::read(wasm)?)?;
    let functions = contents.functions.iter().map(|(name, size)| format!("{size:6} {name}\n")).collect::<String>();
    fs::write(work.join("functions.txt"), functions)?;
    Ok(fs::write(work.join("crates.json"), serde_json::to_string(&contents.parts)?)?)
}

fn write(Numbers { summary, details }: &Numbers) -> Result<()> {
    for (file, numbers) in [("README.md", summary), ("docs/numbers.md", details)] {
        let text = fs::read_to_string(file)?;
        let (before, rest) = text.split_once(START).with_context(|| format!("{file} has no `{START}`"))?;
        let (_, after) = rest.split_once(END).with_context(|| format!("{file} has no `{END}`"))?;
        fs::write(file, [before, START, "\n\n", numbers, "\n\n", END, after].concat())?;
    }
    Ok(())
}
