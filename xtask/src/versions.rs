//! The README's table of the tools that the package was run in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};

use crate::{command::remove, setup, test};

const START: &str = "<!-- Written by `cargo xtask versions`. -->\n| | | | | | |\n|---|---|---|---|---|---|\n";
/// The tools in each row.
const COLUMNS: usize = 3;

/// Keeps note of the tools, each with its version, that a test ran and passed with.
pub fn record(test: &str, tools: &[String]) -> Result<()> {
    let file = file(test);
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(&file, lock(test)? + &tools.join("\n")).with_context(|| file.display().to_string())
}

/// Forgets what an earlier run of a test has noted.
pub fn forget(test: &str) -> Result<()> {
    remove(&file(test))
}

/// Writes the table, from what the last run of each test of tools has noted.
pub fn write() -> Result<ExitCode> {
    let tests = test::ecosystem()?;
    let mut tools = Vec::new();
    let mut missing = Vec::new();
    for test in &tests {
        let lock = lock(test)?;
        match fs::read_to_string(file(test)).ok().as_deref().and_then(|noted| noted.strip_prefix(&lock)) {
            Some(noted) => tools.extend(noted.lines().map(str::to_owned)),
            None => missing.push(test.as_str()),
        }
    }
    let missing = missing.join(" ");
    ensure!(
        missing.is_empty(),
        "the table needs every test of tests/ecosystem to have passed here, with nothing skipped, since its \
         package-lock.json last changed; first run `cargo xtask test {missing}`"
    );
    fs::write("README.md", with_table(&fs::read_to_string("README.md")?, &tools)?)?;
    Ok(ExitCode::SUCCESS)
}

fn file(test: &str) -> PathBuf {
    Path::new("target/versions").join(test)
}

/// What decides the versions of the tools that come from npm.
fn lock(test: &str) -> Result<String> {
    let lock = |folder: &Path| folder.join("package-lock.json");
    Ok(format!("{}\n", setup::fingerprint(&[&lock(&Path::new("tests").join(test)), &lock(&test::shared())])?))
}

/// Puts the tools into the README's table, in the place of those of an earlier run.
fn with_table(readme: &str, tools: &[String]) -> Result<String> {
    let (before, rest) = readme.split_once(START).context("the README has no place for the table of versions")?;
    let (_, after) = rest.split_once("\n\n").context("the README's table of versions has no end")?;
    let mut table = BTreeMap::<_, BTreeSet<_>>::new();
    for tool in tools {
        let (name, version) = tool.rsplit_once(' ').unwrap_or((tool, ""));
        table.entry(name).or_default().insert(version);
    }
    let cells = |(name, versions): (&str, BTreeSet<&str>)| {
        format!(" {name} | {} |", versions.into_iter().collect::<Vec<_>>().join(", "))
    };
    let cells = table.into_iter().map(cells).collect::<Vec<_>>();
    let row = |tools: &[String]| ["|", &tools.concat(), &" | |".repeat(COLUMNS - tools.len())].concat();
    let rows = cells.chunks(COLUMNS).map(row).collect::<Vec<_>>().join("\n");
    Ok([before, START, &rows, "\n\n", after].concat())
}

#[cfg(test)]
mod tests {
    use super::{START, with_table};

    #[test]
    fn replaces_the_rows() {
        let tools = ["bun build 1.4.5", "Node 22.1.0", "Deno 2.9.5", "Node 20.0.0", "Deno 2.9.5", "Vite 8.3.8"]
            .map(str::to_owned);
        let rows = "| Deno | 2.9.5 | Node | 20.0.0, 22.1.0 | Vite | 8.3.8 |\n| bun build | 1.4.5 | | | | |";
        let readme = |rows: &str| format!("# One\n\n{START}{rows}\n\nTwo\n\nThree\n");
        assert_eq!(with_table(&readme("| Gone | 1.0.0 | Node | 18.0.0 | | |"), &tools).unwrap(), readme(rows));
        assert!(with_table("# One\n", &tools).is_err());
    }
}
