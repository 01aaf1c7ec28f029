//! The package's README: this repository's, without what is only for those who have a clone.

use std::{fs, path::Path};

use anyhow::{Result, bail};

const OPEN: &str = "<!-- repository -->";
const CLOSE: &str = "<!-- /repository -->";

/// Writes the package's README into `pkg`.
pub fn write(pkg: &Path) -> Result<()> {
    Ok(fs::write(pkg.join("README.md"), for_npm(&fs::read_to_string("README.md")?)?)?)
}

/// Leaves out what stands between the markers, each on a line of its own. What is left may not link to a file, which npm's
/// page does not have.
fn for_npm(readme: &str) -> Result<String> {
    let mut kept = Vec::new();
    let mut opened = None;
    let mut is_code = false;
    for (number, line) in (1..).zip(readme.lines()) {
        match (line, opened) {
            (OPEN, None) => opened = Some(number),
            (CLOSE, Some(_)) => opened = None,
            (OPEN | CLOSE, _) => bail!("README.md:{number}: this `{line}` belongs to no other"),
            (_, Some(_)) => {}
            // What was left out stood between two empty lines, of which one is enough.
            ("", None) if kept.last().is_none_or(|last: &&str| last.is_empty()) => {}
            _ => {
                is_code ^= line.starts_with("```");
                if let Some(target) = relative_links(line).next().filter(|_| !is_code) {
                    bail!("README.md:{number}: npm's page has no `{target}`; put it between `{OPEN}` and `{CLOSE}`");
                }
                kept.push(line);
            }
        }
    }
    if let Some(number) = opened {
        bail!("README.md:{number}: no `{CLOSE}` follows this `{OPEN}`");
    }
    Ok(format!("{}\n", kept.join("\n").trim_end()))
}

/// The targets of the links and images in a line that are neither URLs nor headings of the same page.
fn relative_links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    targets.filter(|target| !["https://", "http://", "#"].iter().any(|start| target.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{for_npm, relative_links};

    /// crates.io and GitHub look for them in the repository.
    #[test]
    fn what_the_documents_link_to_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut links = 0;
        for document in [
            "README.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "docs/architecture.md",
            "docs/numbers.md",
            "www/README.md",
        ] {
            let document = root.join(document);
            for target in fs::read_to_string(&document).unwrap().lines().flat_map(relative_links) {
                assert!(document.parent().unwrap().join(target).exists(), "{}: {target}", document.display());
                links += 1;
            }
        }
        assert!(links >= 5, "{links} links");
    }

    #[test]
    fn leaves_out_what_is_for_the_repository() {
        for (readme, npm) in [
            ("one\n\ntwo\n", "one\n\ntwo\n"),
            ("one\n\n<!-- repository -->\ntwo\n\nthree\n<!-- /repository -->\n\nfour\n", "one\n\nfour\n"),
            ("<!-- repository -->\none\n<!-- /repository -->\n\ntwo\n", "two\n"),
            ("one\n\n<!-- repository -->\ntwo\n<!-- /repository -->\n", "one\n"),
            (
                "a\n<!-- repository -->\nb\n<!-- /repository -->\nc\n<!-- repository -->\nd\n<!-- /repository -->\n",
                "a\nc\n",
            ),
            (
                "<!-- repository -->\n[a](b.md)\n<!-- /repository -->\n[c](https://c.test/d) [e](#f)\n",
                "[c](https://c.test/d) [e](#f)\n",
            ),
            ("```js\na[b](c);\n```\n", "```js\na[b](c);\n```\n"),
        ] {
            assert_eq!(for_npm(readme).unwrap(), npm, "{readme}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_divide() {
        for (readme, line) in [
            ("one\n<!-- repository -->\ntwo\n", "README.md:2:"),
            ("one\n<!-- /repository -->\n", "README.md:2:"),
            ("<!-- repository -->\n<!-- repository -->\n<!-- /repository -->\n", "README.md:2:"),
            ("```js\n```\n[a](https://a.test) ![b](b.png)\n", "README.md:3:"),
        ] {
            let error = for_npm(readme).unwrap_err().to_string();
            assert!(error.starts_with(line), "{readme}: {error}");
        }
    }
}
