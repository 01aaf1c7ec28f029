//! Replays the corpus, which needs no fuzzer.

use std::{fs, io, path::Path};

use smsworks_fuzz::TARGETS;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = folder.join("corpus");
    let names = TARGETS.map(|(name, _)| name);
    assert_eq!(list(&corpus)?, names, "the folders of the corpus");
    assert_eq!(list(&folder.join("fuzz_targets"))?, names.map(|name| format!("{name}.rs")), "the fuzz targets");
    for (name, check) in TARGETS {
        let files = list(&corpus.join(name))?;
        assert!(!files.is_empty(), "no corpus of {name}");
        for file in &files {
            eprintln!("{name} {file}");
            check(&fs::read(corpus.join(name).join(file))?);
        }
        println!("{name}: {} inputs", files.len());
    }
    Ok(())
}

/// The names of what is in a folder, sorted.
fn list(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
