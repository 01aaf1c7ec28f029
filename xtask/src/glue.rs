//! The JavaScript that wasm-bindgen generates, made small, fast and into a function that makes an instance. It is changed as text,
//! and each change fails where the text is not what it was.

use std::{cmp::Reverse, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::command::{output, tool};

/// The short names that wasm-opt gave: of imports (module, name, short name) and of exports (name, short name).
#[derive(Deserialize)]
pub struct Names {
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

/// The generated functions that are replaced: by less, where theirs do what is not needed here.
const FUNCTIONS: [(&str, &str); 5] = [
    // The exception is caught where it is thrown, see below.
    ("handleError", "(e) { wasm.__wbindgen_exn_store(addToExternrefTable0(e)); }"),
    // The closures of the core live as long as it does, and none calls itself.
    ("makeClosure", "(a, b, f) { return (...args) => f(a, b, ...args); }"),
    ("makeMutClosure", "(a, b, f) { return (...args) => f(a, b, ...args); }"),
    (
        "passStringToWasm0",
        "(text, malloc) {
    // Most are short, and ASCII: an encoder takes longer than a loop.
    const bytes = /[^\\0-\\x7f]/.test(text) && cachedTextEncoder.encode(text);
    const length = WASM_VECTOR_LEN = (bytes || text).length;
    const ptr = malloc(length, 1) >>> 0;
    const memory = getUint8ArrayMemory0();
    if (bytes) memory.set(bytes, ptr);
    else for (let i = 0; i < length; i++) memory[ptr + i] = text.charCodeAt(i);
    return ptr;
}",
    ),
    // A module that a runtime compiled for us may be of another realm, as in Next's edge.
    (
        "initSync",
        "(module) { return __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module); }",
    ),
];

/// How older runtimes name the global object, which js-sys asks for after `globalThis`.
const OTHER_GLOBALS: [&str; 3] = ["--define:global=undefined", "--define:self=undefined", "--define:window=undefined"];

/// Writes, as the default export of `out`, a function that makes an instance. It is given what takes the place of the instance's
/// exports, what makes timers and microtasks, and the compiled module, and gives beside the export what aborts all requests. The
/// declaration of its types is beside it.
pub fn write(generated: &Path, names: &Names, out: &Path) -> Result<()> {
    let text = fs::read_to_string(generated)?;
    let mut quoted = text.split(['\'', '"']);
    let exchange =
        quoted.find(|file| file.ends_with("/platform/exchange.js")).with_context(|| unknown("exchange.js"))?;
    fs::write(generated, change(&text, names)?)?;
    let entry = generated.with_file_name("entry.js");
    let lines = [
        "import { call, initSync } from './core.js';",
        &format!("import {{ abortAll }} from '{exchange}';"),
        "initSync(compiled);",
        "Object.assign(exported, { call, abortAll });",
    ];
    fs::write(&entry, lines.join("\n"))?;
    let bundled =
        output(tool("esbuild").arg(entry).args(["--bundle", "--minify", "--format=iife"]).args(OTHER_GLOBALS))?;
    fs::write(
        out,
        format!(
            "export default (guard, setTimeout, clearTimeout, queueMicrotask, compiled) => {{
const exported = {{}};
{bundled}
return exported;
}};
"
        ),
    )?;
    fs::write(
        out.with_extension("d.ts"),
        "declare const glue: (
  guard: (exports: WebAssembly.Exports) => WebAssembly.Exports,
  setTimeout: (callback: () => void, ms: number) => () => void,
  clearTimeout: (stop: () => void) => void,
  queueMicrotask: (task: () => void) => void,
  compiled: WebAssembly.Module,
) => Pick<typeof import(\"./bindings.js\"), \"call\"> & { abortAll: () => void };
export default glue;
",
    )?;
    Ok(())
}

fn change(generated: &str, names: &Names) -> Result<String> {
    let mut text = generated.to_owned();
    for (name, function) in FUNCTIONS {
        let to = format!("\nfunction {name}{function}\n");
        replace_part(&mut text, &format!("\nfunction {name}("), "\n}\n", &to)?;
    }
    // Nothing is left that needs these.
    replace_part(&mut text, "const CLOSURE_DTORS = ", ";\n", "")?;
    replace_part(&mut text, "if (!('encodeInto' in cachedTextEncoder)) {", "\n}\n", "")?;
    replace(&mut text, "            arg0._wbg_cb_unref();\n", "")?;
    replace(&mut text, "wasm = instance.exports;", "wasm = guard(instance.exports);")?;
    replace(&mut text, "\"./core_bg.js\": import0", "a: import0")?;
    for (module, name, short) in &names.imports {
        if module == "./core_bg.js" {
            replace(&mut text, &format!(" {name}: function("), &format!(" {short}: function("))?;
        } else {
            // A function of a file beside the Rust, which takes what WebAssembly gives as it is.
            let listed = format!("\"{module}\": ");
            let (_, file) = text.split_once(&listed).with_context(|| unknown(&listed))?;
            let file = file.split([',', '\n']).next().unwrap_or_default();
            let import = format!("import0 = {{\n        {short}: {file}.{name},");
            replace(&mut text, "import0 = {", &import)?;
        }
    }
    // An exception is caught by the function that throws it: generated is one more, which is handed that and its arguments.
    replace(&mut text, "\n        }, arguments); },", "\n        } catch (error) { handleError(error); } },")?;
    text = text
        .lines()
        .filter(|line| !line.contains("\": import"))
        .map(|line| match line.split_once(": function() { return handleError(function (") {
            Some((name, arguments)) => format!("{name}({arguments} try {{\n"),
            // A method is shorter than a property that is a function.
            None => format!("{}\n", line.replacen(": function(", "(", 1)),
        })
        .collect();
    // The longest first: a name may begin with another.
    let mut exports = names.exports.iter().collect::<Vec<_>>();
    exports.sort_by_key(|(name, _)| Reverse(name.len()));
    for (name, short) in exports {
        text = text.replace(&format!("wasm.{name}"), &format!("wasm.{short}"));
    }
    Ok(text)
}

fn replace(text: &mut String, from: &str, to: &str) -> Result<()> {
    ensure!(text.contains(from), unknown(from));
    *text = text.replace(from, to);
    Ok(())
}

/// Replaces the text from `start` up to the first `end`.
fn replace_part(text: &mut String, start: &str, end: &str, to: &str) -> Result<()> {
    let (before, rest) = text.split_once(start).with_context(|| unknown(start))?;
    let (_, after) = rest.split_once(end).with_context(|| unknown(start))?;
    *text = [before, to, after].concat();
    Ok(())
}

fn unknown(text: &str) -> String {
    format!("wasm-bindgen's glue is not what it was: no `{text}`")
}
