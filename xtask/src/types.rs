//! The package's types, made from its code.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::command::{output, remove, tool};

const DECLARED: &str = "target/npm/types";

/// Writes the declarations of all that the entries export, for `import` and for `require`, into `pkg`.
pub fn write(pkg: &Path) -> Result<()> {
    let to = pkg.join("types");
    remove(Path::new(DECLARED))?;
    output(tool("tsc").args(["--project", "pkg-template/tsconfig.declarations.json", "--outDir", DECLARED]))?;
    fs::create_dir_all(to.join("sandbox"))?;
    for (from, name) in [
        ("entries/exports", "index"),
        ("auth_api", "auth_api"),
        ("error", "error"),
        ("login", "login"),
        ("routes", "routes"),
        ("sms_works", "sms_works"),
        ("types", "types"),
        ("sandbox/index", "sandbox/index"),
        ("sandbox/types", "sandbox/types"),
    ] {
        let file = Path::new(DECLARED).join(from).with_extension("d.ts");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let mut text = declared(&text);
        if name == "index" {
            text = text.replace("\"../", "\"./");
        }
        // What is required has types of its own, which may not name a file of the other kind.
        fs::write(to.join(name).with_extension("d.cts"), text.replace(".js\"", ".cjs\""))?;
        fs::write(to.join(name).with_extension("d.ts"), text)?;
    }
    // For those who resolve a subpath to a file (TypeScript's `node10`).
    for (file, types) in [("eager", "index"), ("sandbox", "sandbox/index")] {
        fs::write(pkg.join(file).with_extension("d.ts"), format!("export * from \"./types/{types}.js\";\n"))?;
    }
    Ok(())
}

/// A declaration without private names: with them, the types of `require` and of `import` would not mix.
fn declared(text: &str) -> String {
    let lines = text.lines().filter(|line| line.trim() != "#private;");
    lines.map(|line| [line, "\n"].concat()).collect()
}
