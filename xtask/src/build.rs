//! The npm package: `src` compiled and bound, put beside the files of `pkg-template`.

use std::{
    cmp::Reverse,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::DeflateEncoder};
use serde::Deserialize;

use crate::{
    command::{command, output, remove, run, tool},
    readme, setup,
};

const CORE: &str = "target/core";
const WORK: &str = "target/npm/work";
const PKG: &str = "pkg";
const TARBALL: &str = "target/npm/smsworks-wasm.tgz";

/// What the package is made of.
const INPUTS: [&str; 8] = [
    "src",
    "pkg-template",
    "xtask/src",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];

/// Builds the package into `pkg`.
pub fn package() -> Result<PathBuf> {
    setup::node()?;
    setup::rust()?;
    setup::npm(Path::new("."))?;
    let pkg = PathBuf::from(PKG);
    setup::once(Path::new("target/npm/build.stamp"), &INPUTS.map(Path::new), || {
        eprintln!("building the package into {PKG}/");
        remove(Path::new(WORK))?;
        copy(Path::new("pkg-template"), Path::new(WORK))?;
        core()?;
        assemble(&pkg)
    })?;
    ensure!(pkg.join("package.json").exists(), "{PKG}/ is not whole; remove target/npm and build again");
    readme::write(&pkg)?;
    Ok(pkg)
}

/// Packs the package as npm would publish it.
pub fn tarball() -> Result<PathBuf> {
    let pkg = package()?;
    let tarball = PathBuf::from(TARBALL);
    setup::once(Path::new("target/npm/pack.stamp"), &[&pkg], || {
        let folder = tarball.parent().unwrap_or(Path::new("."));
        let packed =
            output(command("npm pack --silent --pack-destination").arg(fs::canonicalize(folder)?).current_dir(&pkg))?;
        fs::rename(folder.join(packed.lines().last().unwrap_or_default()), &tarball)?;
        Ok(())
    })?;
    fs::canonicalize(&tarball)
        .with_context(|| "the packed package is gone; remove target/npm and pack again".to_owned())
}

/// Compiles the core into `WORK`: its JavaScript glue and its WebAssembly, both small.
fn core() -> Result<()> {
    // The standard library is built again, for size and without the machinery that formats a panic: a third of the whole.
    let flags = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
    run(command("cargo build --release --lib --target wasm32-unknown-unknown --features npm")
        .args(["--target-dir", CORE, "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", flags))?;

    let out = Path::new(CORE).join("bindgen");
    remove(&out)?;
    let args = ["wasm-bindgen", "--target=web", "--no-typescript", "--omit-default-module-path"];
    let args = args.into_iter().chain(["--remove-name-section", "--remove-producers-section", "--out-name=core"]);
    let wasm = Path::new(CORE).join("wasm32-unknown-unknown/release/smsworks_wasm.wasm");
    let paths = ["--out-dir".into(), out.clone().into_os_string(), wasm.into_os_string()];
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args.map(Into::into).chain(paths))?;

    let features =
        ["bulk-memory", "reference-types", "sign-ext", "mutable-globals", "nontrapping-float-to-int", "multivalue"];
    let work = Path::new(WORK);
    let mut optimise = tool("wasm-opt");
    optimise
        .args(["-Oz", "--strip-producers", "--one-caller-inline-max-function-size=50"])
        .args(features.map(|feature| format!("--enable-{feature}")))
        .arg("--minify-imports-and-exports-and-modules")
        .arg(out.join("core_bg.wasm"))
        .arg("-o")
        .arg(work.join("core.wasm"));
    let names = serde_json::from_str(&output(&mut optimise)?)?;
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&fs::read(work.join("core.wasm"))?)?;
    fs::write(work.join("core.wasm.deflate"), deflate.finish()?)?;
    glue(&out.join("core.js"), &names, &work.join("glue.js"))
}

/// The short names that wasm-opt gave: of imports (module, name, short name) and of exports (name, short name).
#[derive(Deserialize)]
struct Names {
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

/// Makes a function of the generated glue, each call of which has an instance of its own. `guard` returns what takes the place
/// of the instance's exports, and the timers are those that it is given.
fn glue(generated: &Path, names: &Names, function: &Path) -> Result<()> {
    let mut text = fs::read_to_string(generated)?;
    let mut replace = |from: &str, to: &str| {
        ensure!(text.contains(from), "wasm-bindgen's glue is not what it was: no `{from}`");
        text = text.replace(from, to);
        Ok(())
    };
    replace("wasm = instance.exports;", "wasm = guard(instance.exports);")?;
    replace("\"./core_bg.js\": import0", "a: import0")?;
    // A module that a runtime compiled for us may be of another realm, as in Next's edge.
    let realm =
        "if (!(module instanceof WebAssembly.Module)) {\n        module = new WebAssembly.Module(module);\n    }\n";
    replace(realm, "")?;
    for (_, name, short) in &names.imports {
        replace(&format!(" {name}: function("), &format!(" {short}: function("))?;
    }
    // The longest first: a name may begin with another.
    let mut exports = names.exports.iter().collect::<Vec<_>>();
    exports.sort_by_key(|(name, _)| Reverse(name.len()));
    for (name, short) in exports {
        text = text.replace(&format!("wasm.{name}"), &format!("wasm.{short}"));
    }
    fs::write(generated, text)?;

    let entry = generated.with_file_name("entry.js");
    fs::write(&entry, "export * from './core.js';")?;
    let bundled =
        output(tool("esbuild").arg(entry).args(["--bundle", "--minify", "--format=iife", "--global-name=core"]))?;
    fs::write(
        function,
        format!("export default (guard, setTimeout, clearTimeout) => {{\n{bundled}\nreturn core;\n}};\n"),
    )?;
    Ok(())
}

/// Puts the package together from the files of `pkg-template` and the core.
fn assemble(finished: &Path) -> Result<()> {
    let pkg = Path::new("target/npm/pkg");
    remove(pkg)?;
    fs::create_dir_all(pkg)?;
    let esbuild = |from: &str, to: &str, args: &[&str]| {
        let file = Path::new(WORK).join(from);
        output(
            tool("esbuild").arg(file).arg(format!("--outfile={}", pkg.join(to).display())).arg("--bundle").args(args),
        )
    };
    // Short lines: Node prints the whole line of an error that nobody caught.
    let embedded = ["--loader:.wasm=binary", "--loader:.deflate=base64", "--minify", "--line-limit=160"];
    for (from, to, format, args) in [
        ("index.js", "index.js", "esm", &["--external:./core.js"][..]),
        ("core.js", "core.js", "esm", &embedded),
        ("eager.js", "eager.js", "esm", &["--external:./core.js"]),
        ("index.cjs.js", "index.cjs", "cjs", &["--platform=node", "--external:./core.cjs"]),
        ("core.cjs.js", "core.cjs", "cjs", &[&embedded[..], &["--platform=node"]].concat()),
        ("workerd.js", "workerd.js", "esm", &["--external:./core-workerd.js"]),
        ("core-workerd.js", "core-workerd.js", "esm", &["--minify", "--external:./core.wasm"]),
        ("edge.js", "edge.js", "esm", &["--external:./core-edge.js"]),
        ("core-edge.js", "core-edge.js", "esm", &["--minify", "--external:./core.wasm?module"]),
        ("sandbox/index.js", "sandbox.js", "esm", &["--external:node:*"]),
        ("sandbox/index.js", "sandbox.cjs", "cjs", &["--external:node:*"]),
    ] {
        esbuild(from, to, &[args, &["--target=es2022", &format!("--format={format}")]].concat())?;
    }
    fs::copy(Path::new(WORK).join("core.wasm"), pkg.join("core.wasm"))?;
    for (from, to) in [
        ("pkg-template/node.js", "node.js"),
        ("pkg-template/package.json", "package.json"),
        ("pkg-template/eager.d.ts", "eager.d.ts"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
    ] {
        fs::copy(from, pkg.join(to)).with_context(|| from.to_owned())?;
    }
    // What is required has types of its own, which may not name a file of the other kind.
    for (from, to) in [("index", "index"), ("routes", "routes"), ("sandbox/index", "sandbox")] {
        let text = fs::read_to_string(format!("pkg-template/{from}.d.ts"))?.replace("\"../", "\"./");
        fs::write(pkg.join(to).with_extension("d.cts"), text.replace(".js\"", ".cjs\""))?;
        fs::write(pkg.join(to).with_extension("d.ts"), text)?;
    }
    remove(finished)?;
    Ok(fs::rename(pkg, finished)?)
}

/// Copies the files and folders in `from`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
