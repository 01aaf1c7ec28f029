//! What the commands need and can get themselves. Each piece is got once.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};

use crate::command::{command, output, run, succeeds};

/// The target and the sources of the standard library, for building the core.
pub fn rust() -> Result<()> {
    let sysroot = PathBuf::from(output(&mut command("rustc --print sysroot"))?);
    if !sysroot.join("lib/rustlib/wasm32-unknown-unknown/lib").exists() {
        run(&mut command("rustup target add wasm32-unknown-unknown"))?;
    }
    if !sysroot.join("lib/rustlib/src/rust/library").exists() {
        run(&mut command("rustup component add rust-src"))?;
    }
    Ok(())
}

/// What checks Rust code.
pub fn rust_lints() -> Result<()> {
    for (program, component) in [("cargo fmt --version", "rustfmt"), ("cargo clippy --version", "clippy")] {
        if !succeeds(&mut command(program)) {
            run(&mut command(&format!("rustup component add {component}")))?;
        }
    }
    Ok(())
}

/// Node, of a version that the package works with.
pub fn node() -> Result<()> {
    let version = output(&mut command("node --version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < 20) {
        bail!("Node {version} is too old: install Node.js 20 or later");
    }
    Ok(())
}

/// The packages that the package-lock.json in `folder` names.
pub fn npm(folder: &Path) -> Result<()> {
    // Tests run while the packages of later ones are installed.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let lock = folder.join("package-lock.json");
    once(&folder.join("node_modules/.installed"), &[&lock, &folder.join("package.json")], || {
        run(command("npm ci --no-audit --no-fund --loglevel=error --prefix").arg(folder))
    })
}

/// The packed package in `folder`, under these names, with the packages that are installed there.
pub fn npm_tarball(folder: &Path, names: &[&str], tarball: &Path) -> Result<()> {
    npm(folder)?;
    once(&folder.join("node_modules/.package"), &[&folder.join("node_modules/.installed"), tarball], || {
        // It honours the lockfile, and leaves it as it is.
        run(command("npm install --no-save --no-audit --no-fund --loglevel=error --prefix")
            .arg(folder)
            .args(names.iter().map(|name| format!("{name}@file:{}", tarball.display()))))
    })
}

/// A program from crates.io, built without optimisation, which would take longer than it saves.
pub fn cargo_program(name: &str, version: &str) -> Result<PathBuf> {
    let root = PathBuf::from(format!("target/tools/{name}-{version}"));
    let program = root.join("bin").join(name);
    if !program.exists() {
        run(command("cargo install --locked --debug --quiet")
            .args([name, "--version", version, "--root"])
            .arg(&root)
            .env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    }
    Ok(program)
}

/// Does `work` unless it was done with the same `inputs`, files or folders, before; `stamp` keeps note of it.
pub fn once(stamp: &Path, inputs: &[&Path], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let now = fingerprint(inputs)?;
    if fs::read_to_string(stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    work()?;
    fs::create_dir_all(stamp.parent().unwrap_or(Path::new(".")))?;
    fs::write(stamp, now).with_context(|| stamp.display().to_string())
}

/// A number that changes with the contents of files or folders.
pub fn fingerprint(inputs: &[&Path]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    inputs.iter().try_for_each(|input| hash(input, &mut hasher))?;
    Ok(hasher.finish().to_string())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        entries.iter().filter(|entry| !entry.ends_with("node_modules")).try_for_each(|entry| hash(entry, hasher))
    } else {
        fs::read(path).with_context(|| path.display().to_string())?.hash(hasher);
        Ok(())
    }
}
