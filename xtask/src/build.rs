//! The npm package: `src` compiled and bound, put beside the files of `pkg-template`.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use rustc_demangle::demangle;
use walrus::{ElementItems, Function, Module};

use crate::{
    command::{command, output, remove, run, tool},
    embed, glue, readme, setup, types,
};

#[path = "../../src/rules/defaults.rs"]
#[allow(dead_code, reason = "JavaScript needs but a few of them before the core is there")]
mod defaults;

const CORE: &str = "target/core";
const SITE: &str = "target/npm/site";

/// A package that can be built.
struct Package {
    /// The features of the library that it is built with.
    features: &'static str,
    pkg: &'static str,
    /// The folder of what it is made from, and of its tarball.
    work: &'static str,
}

const RELEASE: Package = Package { features: "npm", pkg: "pkg", work: "target/npm" };
/// The package with a deliberate trap, which is for a test alone.
const TRAP: Package = Package { features: "trap", pkg: "target/trap/pkg", work: "target/trap" };

/// What the package is made of.
const INPUTS: [&str; 9] = [
    "src",
    "pkg-template",
    "examples",
    "xtask/src",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];

/// Builds the package into `pkg`.
pub fn package() -> Result<PathBuf> {
    RELEASE.build()
}

/// Packs the package as npm would publish it, and puts it beside the demo page as that is published.
pub fn tarball() -> Result<PathBuf> {
    let tarball = RELEASE.pack()?;
    let www = Path::new("www");
    setup::once(Path::new("target/npm/site.stamp"), &[&tarball, www], || {
        let site = Path::new(SITE);
        remove(site)?;
        copy(www, site)?;
        let unpacked = site.join("pkg");
        fs::create_dir(&unpacked)?;
        run(command("tar --extract --gzip --strip-components=1 --file").args([
            &tarball,
            Path::new("--directory"),
            &unpacked,
        ]))
    })?;
    Ok(tarball)
}

/// Packs the package with a deliberate trap.
pub fn trap_tarball() -> Result<PathBuf> {
    // Its types are checked against what is generated for the other.
    RELEASE.build()?;
    TRAP.pack()
}

impl Package {
    fn build(&self) -> Result<PathBuf> {
        setup::node()?;
        setup::rust()?;
        setup::npm(Path::new("."))?;
        let (pkg, work) = (PathBuf::from(self.pkg), Path::new(self.work));
        setup::once(&work.join("build.stamp"), &INPUTS.map(Path::new), || {
            eprintln!("building the package into {}/", self.pkg);
            let sources = work.join("work");
            remove(&sources)?;
            copy(Path::new("pkg-template"), &sources)?;
            core(self.features, &sources.join("core"))?;
            assemble(&sources, &work.join("unfinished"), &pkg)
        })?;
        ensure!(pkg.join("package.json").exists(), "{}/ is not whole; remove {} and build again", self.pkg, self.work);
        readme::write(&pkg)?;
        Ok(pkg)
    }

    fn pack(&self) -> Result<PathBuf> {
        let pkg = self.build()?;
        let folder = Path::new(self.work);
        let tarball = folder.join("smsworks-wasm.tgz");
        setup::once(&folder.join("pack.stamp"), &[&pkg], || {
            let destination = fs::canonicalize(folder)?;
            let packed = output(command("npm pack --silent --pack-destination").arg(destination).current_dir(&pkg))?;
            fs::rename(folder.join(packed.lines().last().unwrap_or_default()), &tarball)?;
            Ok(())
        })?;
        fs::canonicalize(&tarball)
            .with_context(|| format!("the packed package is gone; remove {} and pack again", self.work))
    }
}

/// Compiles the core into `work`: its JavaScript glue and its WebAssembly, both small.
fn core(features: &str, work: &Path) -> Result<()> {
    let bound = Path::new(CORE).join("bindgen");
    compile(features)?;
    bind(&bound)?;
    let wasm = work.join("core.wasm");
    let names = serde_json::from_str(&output(optimise(&bound, &wasm).arg("--strip-debug"))?)?;
    embed_core(work, &fs::read(&wasm)?)?;
    fs::rename(bound.join("core.d.ts"), work.join("bindings.d.ts"))?;
    glue::write(&bound.join("core.js"), &names, &work.join("glue.js"))
}

/// Writes the WebAssembly as a text into `work`, of which unpack.ts there has to make the same again.
fn embed_core(work: &Path, wasm: &[u8]) -> Result<()> {
    fs::write(work.join("core.wasm.txt"), embed::text(wasm)?)?;
    let scratch = Path::new(CORE).join("unpack");
    fs::create_dir_all(&scratch)?;
    let (script, unpacked) = (scratch.join("unpack.mjs"), scratch.join("unpacked.wasm"));
    let outfile = format!("--outfile={}", script.display());
    let entry = work.join("unpack.entry.ts");
    fs::write(
        &entry,
        "import { writeFileSync } from 'node:fs';
import text from './core.wasm.txt';
import { unpack } from './unpack.js';
writeFileSync(process.argv[2], unpack(text));
",
    )?;
    let bundle = ["--bundle", "--platform=node", "--format=esm", "--loader:.txt=text"];
    output(tool("esbuild").arg(&entry).arg(outfile).args(bundle))?;
    fs::remove_file(entry)?;
    output(command("node").args([&script, &unpacked]))?;
    embed::compare(&fs::read(unpacked)?, wasm)
}

/// The same WebAssembly as the package's, but with the names of its functions.
pub fn named_core(out: &Path) -> Result<PathBuf> {
    package()?;
    compile(RELEASE.features)?;
    bind(out)?;
    let named = out.join("named.wasm");
    output(optimise(out, &named).arg("--debuginfo"))?;
    Ok(named)
}

fn compile(features: &str) -> Result<()> {
    // The standard library is built again, for size and without the machinery that formats a panic: a third of the whole. To
    // inline small functions early, as is usual where size does not matter, and less of the others takes off a twelfth. Loop strength
    // reduction only adds code. Behind a small stack, the addresses of texts are short numbers; nothing in the core calls itself deeply.
    let flags = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
        -Zinline-mir -Zinline-mir-threshold=200 -Cllvm-args=-inline-threshold=25 -Cllvm-args=-disable-lsr \
        -Clink-arg=-zstack-size=65536";
    run(command("cargo rustc --release --lib --crate-type cdylib --target wasm32-unknown-unknown --features")
        .args([features, "--target-dir", CORE, "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", flags))
}

/// Has wasm-bindgen make core.js, core.d.ts and core_bg.wasm of what was compiled.
fn bind(out: &Path) -> Result<()> {
    remove(out)?;
    let wasm = Path::new(CORE).join("wasm32-unknown-unknown/release/smsworks_wasm.wasm");
    wasm_bindgen(&["--omit-default-module-path", "--no-demangle", "--out-name=core"], &wasm, out)?;
    remove_unused(&out.join("core_bg.wasm"), &fs::read_to_string(out.join("core.js"))?)
}

fn wasm_bindgen(args: &[&str], wasm: &Path, out: &Path) -> Result<()> {
    let args = ["wasm-bindgen", "--target=web"].iter().chain(args).map(OsString::from);
    let paths = ["--out-dir".into(), out.into(), wasm.into()];
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args.chain(paths))
}

/// Builds the applications in `examples`, as sites in target/apps.
pub fn apps() -> Result<()> {
    setup::rust()?;
    let target = Path::new("target/apps");
    run(command("cargo build --quiet --locked --target wasm32-unknown-unknown --manifest-path examples/Cargo.toml")
        .arg("--target-dir")
        .arg(target)
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    for app in ["leptos", "yew"] {
        let wasm = target.join(format!("wasm32-unknown-unknown/debug/smsworks-{app}.wasm"));
        let site = target.join("sites").join(app);
        wasm_bindgen(&["--out-name=app"], &wasm, &site)?;
        // As Trunk does.
        let page = fs::read_to_string(Path::new("examples").join(app).join("index.html"))?;
        let (head, rest) =
            page.split_once("<link data-trunk rel=\"rust\" />").context("no place for the application")?;
        let load = "<script type=\"module\">import start from \"./app.js\"; start();</script>";
        fs::write(site.join("index.html"), format!("{head}{load}{rest}"))?;
    }
    Ok(())
}

/// Lets go of functions that nothing calls: those exported that the glue does not use, and those that are only in the function table.
fn remove_unused(wasm: &Path, glue: &str) -> Result<()> {
    let mut module = Module::from_file(wasm)?;
    let unused = module.exports.iter().filter(|export| !glue.contains(&format!("wasm.{}", export.name)));
    for export in unused.map(|export| export.id()).collect::<Vec<_>>() {
        module.exports.delete(export);
    }
    // wasm-bindgen finds the functions that call closures by the table, exports those that are used, and leaves them there with a
    // dozen of js-sys' that are not; and it takes out what would call the tasks of JSPI.
    let starts =
        ["wasm_bindgen::convert::closures::_::invoke::", "js_sys::futures::jspi::", "<js_sys::futures::jspi::"];
    let is_unused = |function: &Function| {
        let name = format!("{:#}", demangle(function.name.as_deref().unwrap_or_default()));
        starts.iter().any(|start| name.starts_with(start))
    };
    let unused = module.funcs.iter().filter(|function| is_unused(function)).map(Function::id).collect::<HashSet<_>>();
    let mut removed = 0;
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut element.items {
            // The places of the others stay as they are.
            let other = functions.iter().find(|id| !unused.contains(id)).copied().context("a table of functions")?;
            for function in functions.iter_mut().filter(|id| unused.contains(id)) {
                *function = other;
                removed += 1;
            }
        }
    }
    ensure!(removed > 0, "wasm-bindgen's closures are not in the function table, or have other names");
    module.emit_wasm_file(wasm)
}

/// The command that makes what was bound smaller, and prints the short names that it gives.
fn optimise(bound: &Path, optimised: &Path) -> Command {
    let features =
        ["bulk-memory", "reference-types", "sign-ext", "mutable-globals", "nontrapping-float-to-int", "multivalue"];
    // No address is below 1024, where the stack would end. Engines do not ask whether an address is aligned, so that `embed` can leave
    // it out.
    let mut optimise = tool("wasm-opt");
    optimise
        .args([
            "-Oz",
            "--strip-producers",
            "--strip-target-features",
            "--low-memory-unused",
            "--one-caller-inline-max-function-size=50",
            "--dealign",
        ])
        .args(features.map(|feature| format!("--enable-{feature}")))
        .arg("--minify-imports-and-exports-and-modules")
        .arg(bound.join("core_bg.wasm"))
        .arg("-o")
        .arg(optimised);
    optimise
}

/// Puts the package together in `pkg`, from the files of `pkg-template` and the core in `sources`, and moves it to `finished`.
fn assemble(sources: &Path, pkg: &Path, finished: &Path) -> Result<()> {
    remove(pkg)?;
    fs::create_dir_all(pkg)?;
    let defines = [
        format!("--define:DEFAULT_BASE_URL={:?}", defaults::BASE_URL),
        format!("--define:DEFAULT_TIMEOUT_MS={}", defaults::TIMEOUT_MS),
        format!("--define:LONGEST_TIMEOUT_MS={}", defaults::LONGEST_TIMEOUT_MS),
        format!("--define:LONGEST_TEXT={}", defaults::LONGEST_TEXT),
        format!("--define:LONGEST_BODY={}", defaults::LONGEST_BODY),
    ];
    let esbuild = |from: &str, to: &str, args: &[&str]| {
        let file = sources.join(from);
        let outfile = format!("--outfile={}", pkg.join(to).display());
        output(tool("esbuild").arg(file).arg(outfile).args(["--bundle", "--target=es2022"]).args(&defines).args(args))
    };
    let embedded = ["--loader:.wasm=base64", "--loader:.txt=text", "--minify"];
    // Node prints the whole line of an error that nobody caught.
    let short = [&embedded[..], &["--platform=node", "--line-limit=160"]].concat();
    for (from, to, format, args) in [
        ("entries/browser.ts", "index.js", "esm", &["--external:./core.js"][..]),
        ("core/browser.ts", "core.js", "esm", &embedded),
        ("entries/eager.ts", "eager.js", "esm", &["--external:./core.js"]),
        ("entries/commonjs.ts", "client.cjs", "cjs", &["--platform=node", "--external:./core.cjs"]),
        ("core/commonjs.ts", "core.cjs", "cjs", &short),
        ("entries/node.ts", "node.js", "esm", &["--external:./index.cjs"]),
        ("entries/workerd.ts", "workerd.js", "esm", &["--external:./core-workerd.js"]),
        ("core/workerd.ts", "core-workerd.js", "esm", &["--minify", "--external:./core.wasm"]),
        ("entries/edge.ts", "edge.js", "esm", &["--external:./core-edge.js"]),
        ("core/edge.ts", "core-edge.js", "esm", &["--minify", "--external:./core.wasm?module"]),
        ("sandbox/index.ts", "sandbox.js", "esm", &["--define:nodeRequire=undefined"]),
        ("sandbox/index.ts", "sandbox.cjs", "cjs", &["--define:nodeRequire=module.require", "--platform=node"]),
        ("sandbox/node.ts", "sandbox-node.js", "esm", &["--external:./sandbox.cjs"]),
        (
            "command/index.ts",
            "command.js",
            "esm",
            &["--platform=node", "--external:./node.js", "--external:./sandbox-node.js"],
        ),
    ] {
        esbuild(from, to, &[args, &[&format!("--format={format}")]].concat())?;
    }
    fs::write(pkg.join("index.cjs"), names_first(&fs::read_to_string(pkg.join("client.cjs"))?)?)?;
    fs::copy(sources.join("core/core.wasm"), pkg.join("core.wasm"))?;
    for (from, to) in [
        ("pkg-template/package.json", "package.json"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
    ] {
        fs::copy(from, pkg.join(to)).with_context(|| from.to_owned())?;
    }
    fs::create_dir(pkg.join("examples"))?;
    for example in fs::read_dir("examples")?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()? {
        if let (Some("mjs"), Some(name)) = (example.extension().and_then(OsStr::to_str), example.file_name()) {
            fs::copy(&example, pkg.join("examples").join(name))?;
        }
    }
    types::write(pkg)?;
    remove(finished)?;
    Ok(fs::rename(pkg, finished)?)
}

/// The file that is required, which is short: where it is imported, Node searches all of its text for the names that it exports, and
/// that takes longer than to run it.
fn names_first(client: &str) -> Result<String> {
    let start = "0 && (module.exports = {";
    let (_, names) = client.split_once(start).context("esbuild no longer lists the names of exports for Node")?;
    Ok(format!("const client = require(\"./client.cjs\");\nmodule.exports = client;\n{start}{names}"))
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
