//! Replays the corpus, which needs no fuzzer.

use std::{fs, io, path::Path};

use smsworks_fuzz::TARGETS;

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, check) in TARGETS {
        let mut files =
            fs::read_dir(corpus.join(name))?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        assert!(!files.is_empty(), "no corpus of {name}");
        for file in &files {
            eprintln!("{name} {}", file.display());
            check(&fs::read(file)?);
        }
        println!("{name}: {} inputs", files.len());
    }
    Ok(())
}
