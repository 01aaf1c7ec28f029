//! The project's own commands, which `cargo xtask` lists.

mod bench;
mod build;
mod command;
mod crates;
mod demo;
mod embed;
mod glue;
mod readme;
mod release;
mod setup;
mod size;
mod test;
mod types;
mod versions;

use std::{env, process::ExitCode};

use anyhow::Result;

const USAGE: &str = "\
cargo xtask COMMAND

  demo [--once]   build the package, run both calls in Node, and serve the demo page
  test [NAME…]    run every test, or those named; `cargo xtask test --list` names them
  test NAME -- ARGUMENT…
                  run a part of one: a file of its folder or, of `unit` and `wasm`, the tests with this in their names
  bench [--quick] [--calls N]
                  measure the package beside other clients, and write the numbers into README.md and docs/numbers.md;
                  --quick takes about a minute and writes nothing. The memory is that of N calls, a million if not
                  said otherwise
  soak            make 1,100,000 calls, of which one in ten meets a fault, and show that they leave nothing behind
  build           build the npm package into pkg/
  pack            build it, and pack it into target/npm/smsworks-wasm.tgz; the demo page with it is target/npm/site
  release vX.Y.Z  check that this version is ready to be published, and print its section of the changelog
  versions        write the README's table of versions, from what the tests of tests/ecosystem last ran with";

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<ExitCode> {
    let (command, rest) = match args {
        [command, rest @ ..] => (command.as_str(), rest),
        [] => ("help", args),
    };
    if command == test::WASM_RUNNER {
        wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args)?;
        return Ok(ExitCode::SUCCESS);
    }
    env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))?;
    match (command, rest) {
        ("build", []) => build::package().map(|_| ExitCode::SUCCESS),
        ("pack", []) => {
            println!("{}", build::tarball()?.display());
            Ok(ExitCode::SUCCESS)
        }
        ("demo", []) => demo::demo(false),
        ("demo", [once]) if once == "--once" => demo::demo(true),
        ("test", names) => test::test(names),
        ("release", [tag]) => release::check(tag).map(|()| ExitCode::SUCCESS),
        ("soak", []) => test::soak().map(|()| ExitCode::SUCCESS),
        ("versions", []) => versions::write(),
        ("bench", options) => bench::bench(options).map(|()| ExitCode::SUCCESS),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
