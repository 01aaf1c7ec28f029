//! What has to be true of a version before it is published.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, from_str};

use crate::command::{command, output};

/// The folders of the lock files that have the version of the crate.
const LOCKED: [&str; 3] = [".", "examples", "tests/oldest"];

/// Fails where something is missing for the version of a tag, with all that is; else prints the changelog's section of it.
pub fn check(tag: &str) -> Result<()> {
    let metadata: Value = from_str(&output(&mut command("cargo metadata --no-deps --format-version 1"))?)?;
    let crates = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let library = crates.iter().find(|package| package["name"] == "smsworks-wasm").context("no such crate")?;
    let npm: Value = from_str(&fs::read_to_string("pkg-template/package.json")?)?;
    let read = |folder| Ok((folder, fs::read_to_string(Path::new(folder).join("Cargo.lock"))?));
    let locks = LOCKED.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    println!("{}", notes(tag, library, &npm, &locks, &fs::read_to_string("CHANGELOG.md")?)?);
    Ok(())
}

/// The section of `changelog` for a tag. `library` is Cargo's metadata of the crate, `npm` the package.json, and `locks` the
/// lock files with their folders.
fn notes<'a>(tag: &str, library: &Value, npm: &Value, locks: &[(&str, String)], changelog: &'a str) -> Result<&'a str> {
    let version = tag.strip_prefix('v').unwrap_or_default();
    let is_number = |part: &str| part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
    ensure!(
        version.split('.').count() == 3 && version.split('.').all(is_number),
        "the tag of a version has the form v1.2.3, unlike {tag}"
    );
    let mut missing = Vec::new();
    for (file, manifest) in [("Cargo.toml", library), ("pkg-template/package.json", npm)] {
        if manifest["version"] != version {
            missing.push(format!("{file} has the version {version}, and not {}", manifest["version"]));
        }
    }
    for (folder, lock) in locks {
        if !lock.contains(&format!("name = \"smsworks-wasm\"\nversion = \"{version}\"\n")) {
            missing.push(format!(
                "{folder}/Cargo.lock has the version {version}, by `cargo fetch --manifest-path {folder}/Cargo.toml`"
            ));
        }
    }

    // crates.io resolves the README's links by it, and npm compares it with the repository that publishes.
    let repository = library["repository"].as_str().unwrap_or_default();
    if !repository.starts_with("https://github.com/") {
        missing.push("Cargo.toml has a `repository`, https://github.com/OWNER/NAME".to_owned());
    } else if npm["repository"]["url"] != format!("git+{repository}.git").as_str() {
        missing.push(format!("pkg-template/package.json has the same `repository`, as the `url` git+{repository}.git"));
    }

    let section = |title: &dyn Fn(&str) -> bool| {
        changelog.split("\n## ").skip(1).filter_map(|section| section.split_once('\n')).find(|(line, _)| title(line))
    };
    if section(&|title| title == "Unreleased").is_some_and(|(_, text)| !text.trim().is_empty()) {
        missing.push(format!("CHANGELOG.md has nothing under `Unreleased`: what is there belongs to {version}"));
    }
    let notes =
        section(&|title| title.strip_prefix(version).and_then(|rest| rest.strip_prefix(" - ")).is_some_and(is_date))
            .map_or("", |(_, text)| text.trim());
    if notes.is_empty() {
        missing.push(format!("CHANGELOG.md has a section `## {version} - YYYY-MM-DD`, with the day of the release"));
    }

    ensure!(missing.is_empty(), "{tag} can be published once\n- {}", missing.join("\n- "));
    Ok(notes)
}

/// Whether this is a day as in 2026-12-01 (RFC 3339, full-date).
fn is_date(text: &str) -> bool {
    let parts = text.split('-').map(|part| (part.len(), part.parse().unwrap_or(0_u32))).collect::<Vec<_>>();
    matches!(parts[..], [(4, 1..), (2, 1..=12), (2, 1..=31)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CHANGELOG: &str = "# Changelog\n\nNewest first.\n\n## Unreleased\n\n## 1.2.3 - 2026-12-01\n\n- New.\n- Newer.\n\n\
        ## 1.2.2 - 2026-11-01\n\n- Old.\n";
    const REPOSITORY: &str = "https://github.com/a/b";

    fn library() -> Value {
        json!({ "version": "1.2.3", "repository": REPOSITORY })
    }

    fn npm() -> Value {
        json!({ "version": "1.2.3", "repository": { "type": "git", "url": "git+https://github.com/a/b.git" } })
    }

    fn locks(version: &str) -> [(&'static str, String); 1] {
        let package = format!("[[package]]\nname = \"smsworks-wasm\"\nversion = \"{version}\"\ndependencies = []\n");
        [("examples", format!("version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.2.3\"\n\n{package}"))]
    }

    #[test]
    fn what_is_ready_gives_its_section() {
        for changelog in [CHANGELOG, &CHANGELOG.replace("## Unreleased\n\n", "")] {
            assert_eq!(notes("v1.2.3", &library(), &npm(), &locks("1.2.3"), changelog).unwrap(), "- New.\n- Newer.");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let ready = || (library(), npm(), CHANGELOG.to_owned());
        let without = |mut manifest: Value, field| {
            manifest.as_object_mut().unwrap().remove(field);
            manifest
        };
        for (tag, (library, npm, changelog), said) in [
            ("1.2.3", ready(), "the form v1.2.3"),
            ("v1.2", ready(), "the form v1.2.3"),
            ("v1.2.3-rc.1", ready(), "the form v1.2.3"),
            ("v1.2.03", ready(), "the form v1.2.3"),
            ("v1.2.4", ready(), "Cargo.toml has the version 1.2.4, and not \"1.2.3\""),
            ("v1.2.3", (json!({ "version": "1.2.2" }), npm(), CHANGELOG.into()), "Cargo.toml has the version 1.2.3"),
            (
                "v1.2.3",
                (library(), json!({ "version": "1.2.2" }), CHANGELOG.into()),
                "package.json has the version 1.2.3",
            ),
            ("v1.2.3", (without(library(), "repository"), npm(), CHANGELOG.into()), "Cargo.toml has a `repository`"),
            ("v1.2.3", (library(), without(npm(), "repository"), CHANGELOG.into()), "git+https://github.com/a/b.git"),
            ("v1.2.3", (library(), npm(), CHANGELOG.replace(" - 2026-12-01", "")), "a section `## 1.2.3 - YYYY-MM-DD`"),
            ("v1.2.3", (library(), npm(), CHANGELOG.replace("2026-12-01", "2026-13-01")), "a section `## 1.2.3"),
            ("v1.2.3", (library(), npm(), CHANGELOG.replace("2026-12-01", "1-12-2026")), "a section `## 1.2.3"),
            ("v1.2.3", (library(), npm(), CHANGELOG.replace("1.2.3 - 2026", "1.2.30 - 2026")), "a section `## 1.2.3"),
            ("v1.2.3", (library(), npm(), CHANGELOG.replace("- New.\n- Newer.\n", "")), "a section `## 1.2.3"),
            (
                "v1.2.3",
                (library(), npm(), CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n- Late.\n")),
                "nothing under",
            ),
        ] {
            let error = notes(tag, &library, &npm, &locks("1.2.3"), &changelog).unwrap_err().to_string();
            assert!(error.contains(said), "{tag}: {error}");
        }
        for version in ["1.2.2", "1.2.30"] {
            let error = notes("v1.2.3", &library(), &npm(), &locks(version), CHANGELOG).unwrap_err().to_string();
            assert!(error.contains("examples/Cargo.lock has the version 1.2.3"), "{error}");
        }
    }
}
