//! Every test, each under a name by which it can be run alone.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    build,
    command::{command, output, run, succeeds, tool},
    demo, setup, size, versions,
};

/// The word by which this program is wasm-bindgen's test runner, which Cargo calls with a test to run.
pub const WASM_RUNNER: &str = "wasm-bindgen-test-runner";

/// The test packages of runtimes, bundlers and browsers; `shared` holds what they have in common.
const ECOSYSTEM: &str = "tests/ecosystem";
/// The test of the applications in `examples`, which are built for it.
const APPS: &str = "tests/apps";
/// The exit code by which a test package says that this machine lacks what it needs; its last line says what.
const SKIPPED: i32 = 77;

/// What the crate holds beside its source, in the order in which Cargo lists it.
const CRATE: [&str; 8] = [
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

/// What a test did that did not fail.
#[derive(Default)]
struct Done {
    /// Whether all of it was skipped.
    is_skipped: bool,
    /// What was skipped, and why.
    skipped: Vec<String>,
    /// The tools that were run, each with its version.
    tools: Vec<String>,
}

/// Runs the tests of the names in `args`, or all, and prints what each took and a count at the end. What follows a `--` is for the
/// one test that is named: a file of its folder, or what else the program that runs it takes.
pub fn test(args: &[String]) -> Result<ExitCode> {
    let mut parts = args.splitn(2, |arg| arg == "--");
    let [names, options] = [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()];
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
    ensure!(options.is_empty() || names.len() == 1, "what follows a `--` is for one test: name that");
    let tests = tests.into_iter().filter(|test| names.is_empty() || names.contains(&test.name())).collect::<Vec<_>>();
    install_ahead(&tests);
    let mut outcomes = Vec::new();
    let mut times = Vec::new();
    let [mut passed, mut failed, mut skipped] = [0; 3];
    for test in &tests {
        eprintln!("\n== {}", test.name());
        let begun = Instant::now();
        let result = test.run(options);
        times.push((begun.elapsed().as_secs_f64(), test.name()));
        match result {
            Ok(done) => {
                if !done.is_skipped {
                    passed += 1;
                    outcomes.push(format!("  {} passed", test.name()));
                }
                skipped += done.skipped.len();
                outcomes.extend(done.skipped.iter().map(|what| format!("  {} skipped: {what}", test.name())));
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                failed += 1;
                outcomes.push(format!("  {} FAILED", test.name()));
            }
        }
    }
    times.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let times = times.iter().map(|(seconds, name)| format!("  {seconds:5.0} s  {name}"));
    eprintln!("\n{}\n\n{}", times.collect::<Vec<_>>().join("\n"), outcomes.join("\n"));
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The names of the tests of runtimes, bundlers and browsers.
pub fn ecosystem() -> Result<Vec<String>> {
    Ok(packages(ECOSYSTEM)?.iter().map(Test::name).collect())
}

/// The folder of what those tests have in common.
pub fn shared() -> PathBuf {
    Path::new(ECOSYSTEM).join("shared")
}

enum Test {
    /// One of the project's own checks.
    Check(&'static str, fn() -> Result<()>),
    /// Tests in Rust: all, or those with one of these in their names.
    Rust(&'static str, fn(&[String]) -> Result<()>),
    /// A folder of `tests` with a package.json, whose `npm test` uses the packed package as a stranger would.
    Package(PathBuf),
}

fn tests() -> Result<Vec<Test>> {
    let mut tests = vec![
        Test::Check("format", format),
        Test::Check("lint", lint),
        Test::Check("deny", deny),
        Test::Rust("unit", unit),
        Test::Check("oldest", oldest),
        Test::Rust("wasm", wasm),
        Test::Check("scripts", scripts),
        Test::Check("size", size::check),
        Test::Check("apps", apps),
        Test::Check("crate", library),
        Test::Check("fuzz", fuzz),
        Test::Check("demo", || demo::demo(true).map(drop)),
    ];
    for parent in ["tests", ECOSYSTEM] {
        tests.extend(packages(parent)?);
    }
    Ok(tests)
}

fn packages(parent: &str) -> Result<Vec<Test>> {
    let mut folders = fs::read_dir(parent)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    folders.sort();
    folders.retain(|folder| {
        folder.join("package.json").exists() && !folder.ends_with("shared") && folder != Path::new(APPS)
    });
    Ok(folders.into_iter().map(Test::Package).collect())
}

impl Test {
    fn name(&self) -> String {
        match self {
            Self::Check(name, _) | Self::Rust(name, _) => (*name).to_owned(),
            Self::Package(folder) => folder.strip_prefix("tests").unwrap_or(folder).to_string_lossy().into_owned(),
        }
    }

    fn run(&self, options: &[String]) -> Result<Done> {
        match self {
            Self::Check(name, check) => {
                ensure!(options.is_empty(), "`{name}` takes no arguments");
                check().map(|()| Done::default())
            }
            Self::Rust(_, tests) => tests(options).map(|()| Done::default()),
            Self::Package(folder) => {
                let name = self.name();
                versions::forget(&name)?;
                let done = package(folder, options)?;
                if done.skipped.is_empty() && options.is_empty() {
                    versions::record(&name, &done.tools)?;
                }
                Ok(done)
            }
        }
    }
}

/// How Rust and JavaScript are written; of the latter, also Biome's lints.
fn format() -> Result<()> {
    setup::rust_lints()?;
    run(&mut command("cargo fmt --all --check"))?;
    run(&mut command("cargo fmt --all --check --manifest-path examples/Cargo.toml"))?;
    run(&mut command("cargo fmt --check --manifest-path tests/fuzz/Cargo.toml"))?;
    setup::node()?;
    setup::npm(Path::new("."))?;
    run(tool("biome").args(["ci", "--error-on-warnings", "."]))
}

fn lint() -> Result<()> {
    setup::rust_lints()?;
    setup::rust()?;
    run(&mut command("cargo clippy --quiet --workspace --all-targets --all-features"))?;
    run(&mut command("cargo clippy --quiet --target wasm32-unknown-unknown --lib --tests"))?;
    // As docs.rs does.
    run(command("cargo doc --quiet --no-deps --lib --target wasm32-unknown-unknown")
        .env("RUSTDOCFLAGS", "--deny warnings"))
}

/// The licences and sources of all dependencies, and what is there twice; but no advisories, which are not to be had here.
fn deny() -> Result<()> {
    let deny = setup::cargo_program("cargo-deny", "0.20.2")?;
    run(Command::new(deny).args(["--workspace", "check", "licenses", "bans", "sources"]))
}

/// The crate, as crates.io would get it: what it holds, and that it builds by itself.
fn library() -> Result<()> {
    setup::rust()?;
    let listed = output(&mut command("cargo package --list --allow-dirty"))?;
    let (source, others): (Vec<_>, Vec<_>) = listed.lines().partition(|file| file.starts_with("src/"));
    ensure!(others == CRATE, "the crate holds {others:?} beside its source, and not {CRATE:?}");
    let is_source = |file: &&str| file.ends_with(".rs") || file.ends_with(".js");
    ensure!(source.iter().all(is_source), "the crate's src has other than source in it: {source:?}");
    // On the host, and then for WebAssembly. The first leaves the crate in target/package, from where release.yml takes it.
    run(&mut command("cargo package --quiet --allow-dirty"))?;
    run(&mut command("cargo publish --dry-run --quiet --allow-dirty --target wasm32-unknown-unknown"))
}

/// What runs on the host: for the npm package, and as Rust's users have it.
fn unit(names: &[String]) -> Result<()> {
    run(command("cargo test --quiet --workspace --lib --bins --all-features").args(names))?;
    run(command("cargo test --quiet").args(names))
}

/// The library with the lowest versions that Cargo.toml names, Rust's included.
fn oldest() -> Result<()> {
    let manifest = fs::read_to_string("Cargo.toml")?;
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let toolchain = format!("{}.0", version.context("no rust-version in Cargo.toml")?.trim_matches('"'));
    if !succeeds(&mut command(&format!("rustup run {toolchain} rustc --version"))) {
        run(&mut command(&format!("rustup toolchain install {toolchain} --profile minimal")))?;
    }
    let target = "wasm32-unknown-unknown";
    run(&mut command(&format!("rustup target add {target} --toolchain {toolchain}")))?;
    let check =
        format!("rustup run {toolchain} cargo check --quiet --locked --target {target} --target-dir target/oldest");
    run(command(&check).args(["--manifest-path", "tests/oldest/Cargo.toml"]))
}

fn apps() -> Result<()> {
    build::apps()?;
    package(Path::new(APPS), &[]).map(drop)
}

/// What fuzzing has found, once more.
fn fuzz() -> Result<()> {
    run(command("cargo run --quiet --locked --example replay --manifest-path tests/fuzz/Cargo.toml")
        .args(["--target-dir", "target/fuzz"]))
}

/// The tests of `tests/wasm`, in Node, by the runner that belongs to the pinned wasm-bindgen.
fn wasm(names: &[String]) -> Result<()> {
    setup::node()?;
    setup::rust()?;
    let runner = format!("{} {WASM_RUNNER}", env::current_exe()?.display());
    run(command("cargo test --target wasm32-unknown-unknown --test wasm")
        .args(names)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}

/// The types that the package's own JavaScript states of itself.
fn scripts() -> Result<()> {
    // What is generated is a part of them.
    build::package()?;
    run(tool("tsc").args(["--project", "pkg-template/tsconfig.json"]))
}

/// Makes a million calls in the process and a hundred thousand over loopback, and shows what they leave behind.
pub fn soak() -> Result<()> {
    let folder = Path::new("tests/soak");
    install(folder)?;
    run(command("node --expose-gc soak.mjs").current_dir(folder))
}

/// Installs what the test packages ask for while other tests run. What fails here fails again in its test, which says so.
fn install_ahead(tests: &[Test]) {
    let folder = |test: &Test| if let Test::Package(folder) = test { Some(folder.clone()) } else { None };
    let folders = tests.iter().filter_map(folder).collect::<Vec<_>>();
    thread::spawn(move || folders.iter().for_each(|folder| drop(setup::npm(folder))));
}

/// Installs what a test package asks for, and the packed package.
fn install(folder: &Path) -> Result<()> {
    setup::node()?;
    setup::npm(&shared())?;
    let tarball = if folder.ends_with("trap") { build::trap_tarball()? } else { build::tarball()? };
    // Under both names: the documentation that the package implements requires it as `the_sms_works_api`.
    setup::npm_tarball(folder, &["smsworks-wasm", "the_sms_works_api"], &tarball)
}

fn package(folder: &Path, options: &[String]) -> Result<Done> {
    ensure!(
        options.is_empty() || fs::read_to_string(folder.join("package.json"))?.contains("\"test\": \"node --test"),
        "the test in {} takes no arguments",
        folder.display()
    );
    install(folder)?;
    let mut test = command("npm test --silent --");
    let mut running = test.args(options).current_dir(folder).stdout(Stdio::piped()).spawn()?;
    let mut done = Done::default();
    let mut last = String::new();
    for line in running.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        last = line?;
        println!("{last}");
        match last.trim_start_matches(['#', ' ']).split_once(": ") {
            Some(("version", tool)) => done.tools.push(tool.to_owned()),
            Some(("skipped", what)) => done.skipped.push(what.to_owned()),
            _ => {}
        }
    }
    let status = running.wait()?;
    match status.code() {
        Some(0) => {}
        Some(SKIPPED) => {
            done.is_skipped = true;
            done.skipped.push(last);
        }
        _ => bail!("`npm test` in {} failed: {status}", folder.display()),
    }
    Ok(done)
}
