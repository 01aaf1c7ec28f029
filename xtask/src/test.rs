//! Every test, each under a name by which it can be run alone.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, ensure};

use crate::{
    build,
    command::{command, run, tool},
    demo, setup,
};

/// The word by which this program is wasm-bindgen's test runner, which Cargo calls with a test to run.
pub const WASM_RUNNER: &str = "wasm-bindgen-test-runner";

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// Runs the tests of these names, or all, and prints a count at the end.
pub fn test(names: &[String]) -> Result<ExitCode> {
    let tests = tests()?;
    if names == ["--list"] {
        tests.iter().for_each(|test| println!("{}", test.name()));
        return Ok(ExitCode::SUCCESS);
    }
    for name in names {
        ensure!(
            tests.iter().any(|test| test.name() == *name),
            "no test `{name}`; `cargo xtask test --list` names them"
        );
    }
    let mut outcomes = Vec::new();
    for test in tests
        .iter()
        .filter(|test| names.is_empty() || names.contains(&test.name()))
    {
        eprintln!("\n== {}", test.name());
        let outcome = match test.run() {
            Ok(None) => Outcome::Passed,
            Ok(Some(why)) => {
                eprintln!("skipped: {why}");
                Outcome::Skipped
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                Outcome::Failed
            }
        };
        outcomes.push((test.name(), outcome));
    }

    eprintln!();
    let mut counts = [0; 3];
    for (name, outcome) in &outcomes {
        let (index, word) = match outcome {
            Outcome::Passed => (0, "passed"),
            Outcome::Failed => (1, "FAILED"),
            Outcome::Skipped => (2, "skipped"),
        };
        counts[index] += 1;
        eprintln!("{word:>8}  {name}");
    }
    let [passed, failed, skipped] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

enum Test {
    /// One of the project's own checks.
    Check(&'static str, fn() -> Result<()>),
    /// A folder of `tests` with a package.json, whose `npm test` uses the packed package as a stranger would.
    Package(PathBuf),
}

fn tests() -> Result<Vec<Test>> {
    let mut tests = vec![
        Test::Check("format", || run(&mut command("cargo fmt --all --check"))),
        Test::Check("lint", lint),
        Test::Check("unit", || {
            run(&mut command("cargo test --quiet --workspace --all-features"))
        }),
        Test::Check("wasm", wasm),
        Test::Check("scripts", scripts),
        Test::Check("demo", || demo::demo(true).map(drop)),
    ];
    let mut folders = fs::read_dir("tests")?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    folders.sort();
    tests.extend(
        folders
            .into_iter()
            .filter(|folder| folder.join("package.json").exists())
            .map(Test::Package),
    );
    Ok(tests)
}

impl Test {
    fn name(&self) -> String {
        match self {
            Self::Check(name, _) => (*name).to_owned(),
            Self::Package(folder) => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Runs it; `Some` says why it was skipped.
    fn run(&self) -> Result<Option<String>> {
        match self {
            Self::Check(_, check) => check().map(|()| None),
            Self::Package(folder) => package(folder).map(|()| None),
        }
    }
}

fn lint() -> Result<()> {
    setup::rust_lints()?;
    setup::rust()?;
    run(&mut command(
        "cargo clippy --quiet --workspace --all-targets --all-features",
    ))?;
    run(&mut command(
        "cargo clippy --quiet --target wasm32-unknown-unknown --lib --tests",
    ))?;
    run(command("cargo doc --quiet --no-deps --lib").env("RUSTDOCFLAGS", "--deny warnings"))
}

/// The tests of `tests/wasm.rs`, in Node, by the runner that belongs to the pinned wasm-bindgen.
fn wasm() -> Result<()> {
    setup::node()?;
    setup::rust()?;
    let runner = format!("{} {WASM_RUNNER}", env::current_exe()?.display());
    run(
        command("cargo test --target wasm32-unknown-unknown --all-features --test wasm")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner),
    )
}

/// The types that the package's own JavaScript states of itself.
fn scripts() -> Result<()> {
    setup::node()?;
    setup::npm(Path::new("."))?;
    run(tool("tsc").args(["--project", "pkg-template/tsconfig.json"]))
}

fn package(folder: &Path) -> Result<()> {
    setup::node()?;
    let tarball = build::tarball()?;
    let lock = folder.join("package-lock.json");
    let inputs = [&folder.join("package.json"), &lock, &tarball];
    setup::once(
        &folder.join("node_modules/.installed"),
        &inputs.map(PathBuf::as_path),
        || {
            run(command("npm ci --no-audit --no-fund --loglevel=error").current_dir(folder))?;
            // Under both names: the documentation that the package implements requires it as `the_sms_works_api`.
            let names = ["smsworks-wasm", "the_sms_works_api"].map(|name| format!("{name}@file:{}", tarball.display()));
            run(
                command("npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error")
                    .args(names)
                    .current_dir(folder),
            )
        },
    )?;
    run(command("npm test --silent").current_dir(folder))
}
