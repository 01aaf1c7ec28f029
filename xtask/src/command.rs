//! Running other programs, visibly.

use std::{io::ErrorKind, path::Path, process::Command};

use anyhow::{Context, Result, bail};

/// How to get a program that may be missing.
fn how_to_get(program: &str) -> &'static str {
    match program {
        "node" | "npm" => "install Node.js 20 or later, which brings npm",
        "rustup" | "cargo" => "install Rust by rustup",
        _ => "install it",
    }
}

/// A command, from words that are split at spaces.
pub fn command(words: &str) -> Command {
    let mut words = words.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Runs a command to its end, after printing it; its failure is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    eprintln!("  $ {shown}");
    let status = command.status().with_context(|| missing(command))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// What a command prints.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.output().with_context(|| missing(command))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a command is there and succeeds.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// One of npm's programs that the root package.json asks for.
pub fn tool(name: &str) -> Command {
    Command::new(Path::new("node_modules/.bin").join(name))
}

fn missing(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("cannot run {program}: {}", how_to_get(&program))
}

fn show(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Removes a file or a folder, where there is one.
pub fn remove(path: &Path) -> Result<()> {
    let result = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| path.display().to_string()),
        _ => Ok(()),
    }
}
