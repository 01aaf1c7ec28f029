//! What a WebAssembly module is made of, by the names of its functions.

use std::{cmp::Reverse, collections::HashMap, path::Path};

use anyhow::Result;
use rustc_demangle::demangle;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// A module's functions and sections, with their sizes in bytes, the largest first.
pub struct Contents {
    /// By demangled name.
    pub functions: Vec<(String, usize)>,
    /// By crate, and our own code by module; and what is no code.
    pub parts: Vec<(String, usize)>,
}

/// What a function without a name, and a type that is no path, are called here.
const NAMELESS: &str = "nameless";
const PRIMITIVE: &str = "primitive";

/// Takes apart a module that has a name section.
pub fn contents(module: &[u8]) -> Result<Contents> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = HashMap::new();
    let mut data = 0;
    let mut rest = module.len();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(section) => data += section.range().len(),
            Payload::CustomSection(section) => {
                rest -= section.range().len();
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(functions) = subsection? {
                            for function in functions {
                                let function = function?;
                                names.insert(function.index, function.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    rest -= data + bodies.iter().sum::<usize>();

    let name = |index| format!("{:#}", demangle(names.get(&index).copied().unwrap_or(NAMELESS)));
    let functions = (imported..).zip(bodies).map(|(index, size)| (name(index), size)).collect::<Vec<_>>();
    let code = functions.iter().map(|(name, size)| (part(name), *size));
    let parts = sum(code.chain([("data".to_owned(), data), ("imports, exports, types and the like".to_owned(), rest)]));
    Ok(Contents { functions: sum(functions), parts })
}

/// Adds up what has the same name, and sorts it.
fn sum(sizes: impl IntoIterator<Item = (String, usize)>) -> Vec<(String, usize)> {
    let mut sums = HashMap::new();
    for (name, size) in sizes {
        *sums.entry(name).or_default() += size;
    }
    let mut sums = sums.into_iter().collect::<Vec<_>>();
    sums.sort_by_key(|(name, size)| (Reverse(*size), name.clone()));
    sums
}

/// The part that a function belongs to. What is generic counts as ours where it is compiled for one of our types.
fn part(function: &str) -> String {
    if let Some(at) = function.find("smsworks_wasm::") {
        return own_module(first_path(&function[at..]));
    }
    let part = match first_path(function).split("::").next().unwrap_or_default() {
        name @ ("wasm_bindgen" | "wasm_bindgen_futures") => name,
        "js_sys" | "web_sys" | "gloo_net" | "gloo_utils" => "js_sys, web_sys, gloo",
        "serde" | "serde_core" | "serde_json" | "itoa" | "ryu" | "zmij" | "memchr" => "serde, serde_json",
        "dlmalloc" | "rlsf" => "allocator",
        "core" | "alloc" | "std" | "hashbrown" | "compiler_builtins" | "__rustc" => "core, alloc, std",
        "memcpy" | "memmove" | "memset" | "memcmp" | "bcmp" | PRIMITIVE => "core, alloc, std",
        NAMELESS => "other",
        name if name.starts_with("__wbindgen") || name.starts_with("__externref") => "wasm_bindgen",
        name if !name.starts_with('_') && !function.contains("::") => "smsworks_wasm, its exports",
        _ => "other",
    };
    part.to_owned()
}

/// The first path in a function's name: of the type, in `<Type as Trait>::function`.
fn first_path(function: &str) -> &str {
    let mut rest = function;
    for word in ["<", "&", "*", "[", "(", "mut ", "const ", "dyn "].repeat(2) {
        rest = rest.trim_start_matches(word);
    }
    let path =
        rest.split(|char: char| !char.is_alphanumeric() && char != '_' && char != ':').next().unwrap_or_default();
    if rest.len() < function.len() && !path.contains("::") { PRIMITIVE } else { path }
}

/// The module of our own that a path leads to, as the files of `src` have it.
fn own_module(path: &str) -> String {
    let names = path.split("::").skip(1).collect::<Vec<_>>();
    let is_module = |names: &&[&str]| {
        let module = Path::new("src").join(names.join("/"));
        module.with_extension("rs").exists() || module.join("mod.rs").exists()
    };
    let module = (0..=names.len()).rev().map(|length| &names[..length]).find(is_module).unwrap_or_default();
    [&["smsworks_wasm"], module].concat().join("::")
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn a_function_belongs_to_its_crate() {
        for (function, expected) in [
            ("smsworks_wasm::nowhere::call::{closure#0}", "smsworks_wasm"),
            ("core::ptr::drop_in_place::<smsworks_wasm::nowhere::Error>", "smsworks_wasm"),
            ("<alloc::vec::Vec<u8>>::reserve", "core, alloc, std"),
            ("<&mut serde_json::ser::Serializer<_> as serde::Serializer>::serialize_str", "serde, serde_json"),
            ("<dyn core::any::Any>::type_id", "core, alloc, std"),
            ("<[u8]>::starts_with", "core, alloc, std"),
            ("memcpy", "core, alloc, std"),
            ("<dlmalloc::Dlmalloc>::malloc", "allocator"),
            ("__wbindgen_malloc", "wasm_bindgen"),
            ("login externref shim", "smsworks_wasm, its exports"),
            ("nameless", "other"),
        ] {
            assert_eq!(part(function), expected, "{function}");
        }
    }
}
