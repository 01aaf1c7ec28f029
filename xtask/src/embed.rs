//! WebAssembly as a text, which `pkg-template/core/unpack.ts` makes WebAssembly of again.
//!
//! Instructions and each kind of their operands stand by themselves, where brotli finds more that repeats: it takes off a twelfth.

use anyhow::{Context, Result, bail};

// The parts of the code. unpack.ts has some of them, too.
/// Of each function the locals and the instructions, with such operands as most often follow from the instruction.
const INSTRUCTIONS: usize = 0;
const CONSTANTS: usize = 1;
const BRANCHES: usize = 2;
const LOCALS: usize = 3;
const OFFSETS: usize = 4;
const CALLS: usize = 5;

/// The operands of an instruction (WebAssembly, 5.4), each a number in LEB128 but for those that `code` has: how many stand among the
/// instructions, and which part has one more, where there is one.
fn operands(opcode: u8) -> Option<(usize, usize)> {
    Some(match opcode {
        // A block, with its type; a global, a table, the memory; a type of references, a function; an instruction of two bytes.
        0x02..=0x04 | 0x23..=0x26 | 0x3f..=0x40 | 0xd0 | 0xd2 | 0xfc => (1, 0),
        0x0c..=0x0e => (0, BRANCHES),
        0x10 => (0, CALLS),
        // A call by a table; a `select` of one type.
        0x11 | 0x1c => (2, 0),
        0x20..=0x22 => (0, LOCALS),
        // A load or a store, with its alignment.
        0x28..=0x3e => (1, OFFSETS),
        0x41..=0x42 => (0, CONSTANTS),
        0x00..=0x01 | 0x05 | 0x0b | 0x0f | 0x1a..=0x1b | 0x44..=0xc4 | 0xd1 => (0, 0),
        _ => return None,
    })
}

/// The text of a module. It is ASCII, so that no wrong charset can break it.
pub fn text(wasm: &[u8]) -> Result<String> {
    let mut reader = Reader(wasm);
    let mut sections = [reader.bytes(8)?.to_vec(), Vec::new()];
    let [before, after] = &mut sections;
    let mut parts = [const { Vec::new() }; 6];
    while let [id, ..] = reader.0 {
        let section = reader.0;
        reader.bytes(1)?;
        let length = reader.number()?;
        let content = reader.bytes(length)?;
        if *id == 10 {
            before.push(*id);
            code(&mut Reader(content), &mut parts)?;
        } else {
            let section = section.get(..section.len() - reader.0.len()).unwrap_or_default();
            if before.last() == Some(&10) { &mut *after } else { &mut *before }.extend(section);
        }
    }
    let kind = |opcode| operands(opcode).map_or(0, |(count, part)| (count | part << 2) as u8);
    let operands = (0..=0xff).map(kind).collect();
    let texts = sections.iter().chain([&operands]).chain(&parts).map(|bytes| characters(bytes));
    Ok(texts.collect::<Vec<_>>().join("  "))
}

/// Takes the code section apart, and leaves out the lengths of its functions.
fn code(code: &mut Reader, parts: &mut [Vec<u8>; 6]) -> Result<()> {
    parts[INSTRUCTIONS].extend(code.leb128()?);
    while !code.0.is_empty() {
        let length = code.number()?;
        let mut function = Reader(code.bytes(length)?);
        let locals = function.copy(1, &mut parts[INSTRUCTIONS])?;
        function.copy(locals * 2, &mut parts[INSTRUCTIONS])?;
        while let [opcode, rest @ ..] = function.0 {
            function.0 = rest;
            parts[INSTRUCTIONS].push(*opcode);
            let (count, part) = operands(*opcode).with_context(|| format!("there is an instruction {opcode:#x}"))?;
            let mut last = function.copy(count, &mut parts[INSTRUCTIONS])?;
            if part > 0 {
                last = function.copy(1, &mut parts[part])?;
            }
            match (opcode, last) {
                // A branch by a table has as many targets, and the default.
                (0x0e, targets) => drop(function.copy(targets + 1, &mut parts[BRANCHES])?),
                (0x44, _) => parts[CONSTANTS].extend(function.bytes(8)?),
                (0xfc, 0..=7) => {}
                (0xfc, 10) => drop(function.copy(2, &mut parts[INSTRUCTIONS])?),
                (0xfc, 11 | 15..=17) => drop(function.copy(1, &mut parts[INSTRUCTIONS])?),
                (0xfc, operation) => bail!("there is an instruction 0xfc {operation}"),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Bytes as characters, of which a string literal escapes almost none. A byte below 92 is a character, from `#` on; of the others, a
/// space or an exclamation mark says how often 92 was taken off first. Two spaces are none of these.
fn characters(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte / 92 {
            0 => {}
            1 => text.push(' '),
            _ => text.push('!'),
        }
        text.push(char::from(byte % 92 + b'#'));
    }
    text
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count).context("the module ends too early")?;
        self.0 = rest;
        Ok(bytes)
    }

    /// A number, as it is.
    fn leb128(&mut self) -> Result<&'a [u8]> {
        let length = self.0.iter().position(|byte| *byte < 128).context("a number has no end")? + 1;
        self.bytes(length)
    }

    fn number(&mut self) -> Result<usize> {
        Ok(self.leb128()?.iter().rev().fold(0, |number, byte| number << 7 | usize::from(byte & 127)))
    }

    /// Copies numbers, and gives the last byte of the last one, which is 0 where there is none.
    fn copy(&mut self, count: usize, to: &mut Vec<u8>) -> Result<usize> {
        let from = self.0;
        let mut last = 0;
        for _ in 0..count {
            last = self.leb128()?.last().copied().unwrap_or_default().into();
        }
        to.extend(from.get(..from.len() - self.0.len()).unwrap_or_default());
        Ok(last)
    }
}
