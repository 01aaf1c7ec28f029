//! The package's types, made from its code.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::command::{output, remove, tool};

const DECLARED: &str = "target/npm/types";

/// Writes the declarations of all that the entries export into `pkg`.
pub fn write(pkg: &Path) -> Result<()> {
    let to = pkg.join("types");
    remove(Path::new(DECLARED))?;
    output(tool("tsc").args(["--project", "pkg-template/tsconfig.declarations.json", "--outDir", DECLARED]))?;
    fs::create_dir_all(to.join("sandbox"))?;
    let read = |name: &str| {
        let file = Path::new(DECLARED).join(name).with_extension("d.ts");
        fs::read_to_string(&file).with_context(|| file.display().to_string())
    };
    let routes = read("routes")?;
    for (from, name) in [
        ("entries/exports", "index"),
        ("auth_api", "auth_api"),
        ("error", "error"),
        ("login", "login"),
        ("methods", "methods"),
        ("routes", "routes"),
        ("segments", "segments"),
        ("sms_works", "sms_works"),
        ("types", "types"),
        ("sandbox/index", "sandbox/index"),
        ("sandbox/types", "sandbox/types"),
    ] {
        let mut text = declared(&read(from)?);
        match name {
            "index" => text = text.replace("\"../", "\"./"),
            "routes" => text = explain_inputs(&text),
            "sms_works" => text = list_routes(&text, &routes)?,
            _ => {}
        }
        // Declared once, as CommonJS: a module may import that, but not the other way round, and what is declared twice is
        // two types, of which neither is the other.
        fs::write(to.join(name).with_extension("d.cts"), text.replace(".js\"", ".cjs\""))?;
    }
    for folder in ["", "sandbox"] {
        fs::write(to.join(folder).join("index.d.ts"), "export * from \"./index.cjs\";\n")?;
    }
    // For those who resolve a subpath to a file (TypeScript's `node10`).
    for (file, types) in [("eager", "index"), ("sandbox", "sandbox/index")] {
        fs::write(pkg.join(file).with_extension("d.ts"), format!("export * from \"./types/{types}.js\";\n"))?;
    }
    Ok(())
}

/// A declaration without private names: with them, a class would accept no stand-in of a test's.
fn declared(text: &str) -> String {
    let lines = text.lines().filter(|line| line.trim() != "#private;");
    lines.map(|line| [line, "\n"].concat()).collect()
}

/// Lists the routes in the documentation of the method that takes one: editors show nothing of a string that they offer.
fn list_routes(text: &str, routes: &str) -> Result<String> {
    let mut list = String::new();
    let mut doc = None;
    for line in routes.lines() {
        if let Some(route) = line.strip_prefix("    \"").and_then(|line| line.strip_suffix("\": {")) {
            let doc = doc.with_context(|| format!("{route} has no documentation of one line"))?;
            list += &format!("     * - `{route}`: {doc}\n");
        }
        doc = documentation(line);
    }
    let place = "     * @param route ";
    ensure!(!list.is_empty() && text.matches(place).count() == 1, "tsc declares the routes in another form");
    Ok(text.replace(place, &format!("{list}     *\n{place}")))
}

/// Gives the parameters and the body of a route its documentation, which editors show where they are written.
fn explain_inputs(routes: &str) -> String {
    let mut text = String::new();
    let mut doc = None;
    for line in routes.lines() {
        doc = documentation(line).or(doc);
        if let Some(doc) = doc
            && ["body: ", "params: ", "query: "].iter().any(|input| line.starts_with(&format!("        {input}")))
        {
            text += &format!("        /** {doc} */\n");
        }
        text += &format!("{line}\n");
    }
    text
}

/// The documentation that a line of an interface holds.
fn documentation(line: &str) -> Option<&str> {
    line.strip_prefix("    /** ")?.strip_suffix(" */")
}
