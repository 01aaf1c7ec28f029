//! WebAssembly as a text, which `pkg-template/core/unpack.ts` makes WebAssembly of again.
//!
//! Instructions and each kind of their operands stand by themselves, where brotli finds more that repeats: it takes off a ninth. The
//! alignments of loads and stores are left out: in a module of ours, all say that nothing is aligned.

use anyhow::{Context, Result, bail, ensure};

/// How bytes are written as printable characters of ASCII, of which a string literal escapes next to none.
#[derive(Clone, Copy)]
struct Alphabet {
    /// What is added to a byte to make a character of it.
    shift: u8,
    /// The first of three characters, which say how often 92 was taken off the byte behind them. It stands there with 35 added.
    escape: u8,
}

/// For numbers, most of which are small.
const NUMBERS: Alphabet = Alphabet { shift: b'#', escape: 31 };
/// For texts, which stay as they are: brotli knows words.
const TEXTS: Alphabet = Alphabet { shift: 0, escape: b'#' };

impl Alphabet {
    fn characters(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for byte in bytes {
            match byte.checked_add(self.shift) {
                Some(character @ (b' '..=b'!' | b'#'..=b'~')) if !self.is_escape(character) => {
                    text.push(character.into());
                }
                _ => text.extend([self.escape + byte / 92, b'#' + byte % 92].map(char::from)),
            }
        }
        text
    }

    fn is_escape(self, character: u8) -> bool {
        (self.escape..=self.escape + 2).contains(&character)
    }
}

/// The id of the code section.
const CODE: u8 = 10;

// The parts of a text. unpack.ts has some of them, too.
/// The header and the sections before the code.
const BEFORE: usize = 0;
/// What `operands` says of each opcode.
const OPERANDS: usize = 1;
/// Of each function the locals and the instructions, with such operands as most often follow from the instruction.
const INSTRUCTIONS: usize = 2;
const CONSTANTS: usize = 3;
const BRANCHES: usize = 4;
const LOCALS: usize = 5;
const OFFSETS: usize = 6;
const CALLS: usize = 7;
const BLOCKS: usize = 8;
/// The sections behind the code, which is the data.
const AFTER: usize = 9;
const PARTS: usize = 10;

/// The operands of an instruction (WebAssembly, 5.4), each a number in LEB128 but for those that `code` has: how many stand among the
/// instructions, and which part has one more, where there is one.
fn operands(opcode: u8) -> Option<(usize, usize)> {
    Some(match opcode {
        // A global, a table, the memory; a type of references, a function; an instruction of two bytes.
        0x23..=0x26 | 0x3f..=0x40 | 0xd0 | 0xd2 | 0xfc => (1, 0),
        // A block, with its type.
        0x02..=0x04 => (0, BLOCKS),
        0x0c..=0x0e => (0, BRANCHES),
        0x10 => (0, CALLS),
        // A call by a table; a `select` of one type.
        0x11 | 0x1c => (2, 0),
        0x20..=0x22 => (0, LOCALS),
        // A load or a store, with its offset.
        0x28..=0x3e => (0, OFFSETS),
        0x41..=0x42 => (0, CONSTANTS),
        0x00..=0x01 | 0x05 | 0x0b | 0x0f | 0x1a..=0x1b | 0x44..=0xc4 | 0xd1 => (0, 0),
        _ => return None,
    })
}

/// The text of a module. It is ASCII, so that no wrong charset can break it.
pub fn text(wasm: &[u8]) -> Result<String> {
    let mut reader = Reader(wasm);
    let mut parts = [const { Vec::new() }; PARTS];
    parts[BEFORE].extend(reader.bytes(8)?);
    while !reader.0.is_empty() {
        let start = reader.0;
        let (id, content) = reader.section()?;
        let is_before_code = parts[INSTRUCTIONS].is_empty();
        if id == CODE {
            ensure!(is_before_code, "the module has two code sections");
            parts[BEFORE].push(id);
            code(&mut Reader(content), &mut parts)?;
        } else {
            let section = start.get(..start.len() - reader.0.len()).unwrap_or_default();
            parts[if is_before_code { BEFORE } else { AFTER }].extend(section);
        }
    }
    ensure!(!parts[INSTRUCTIONS].is_empty(), "the module has no code");
    let kind = |opcode| operands(opcode).map_or(0, |(count, part)| (count | part << 2) as u8);
    parts[OPERANDS] = (0..=0xff).map(kind).collect();
    let texts = parts.iter().enumerate().map(|(part, bytes)| alphabet(part).characters(bytes));
    Ok(texts.collect::<Vec<_>>().join("\n"))
}

fn alphabet(part: usize) -> Alphabet {
    if part == AFTER { TEXTS } else { NUMBERS }
}

/// Fails unless a module that unpack.ts made has the sections and functions of the one that it was made from. Only their lengths may be
/// written in other ways.
pub fn compare(unpacked: &[u8], wasm: &[u8]) -> Result<()> {
    ensure!(contents(unpacked)? == contents(wasm)?, "unpack.ts makes another module of the text of the WebAssembly");
    Ok(())
}

/// The header, the sections and, of the code, the functions: each thing by itself, behind the ids of sections.
fn contents(wasm: &[u8]) -> Result<Vec<&[u8]>> {
    let mut reader = Reader(wasm);
    let mut contents = vec![reader.bytes(8)?];
    while !reader.0.is_empty() {
        contents.push(reader.0.get(..1).unwrap_or_default());
        let (id, content) = reader.section()?;
        if id != CODE {
            contents.push(content);
            continue;
        }
        let mut functions = Reader(content);
        contents.push(functions.leb128()?);
        while !functions.0.is_empty() {
            let length = functions.number()?;
            contents.push(functions.bytes(length)?);
        }
    }
    Ok(contents)
}

/// Takes the code section apart, and leaves out the lengths of its functions.
fn code(code: &mut Reader, parts: &mut [Vec<u8>; PARTS]) -> Result<()> {
    parts[INSTRUCTIONS].extend(code.leb128()?);
    while !code.0.is_empty() {
        let length = code.number()?;
        let mut function = Reader(code.bytes(length)?);
        let locals = function.copy(1, &mut parts[INSTRUCTIONS])?;
        ensure!(locals < LONG, "a function has more than 127 groups of locals");
        function.copy(locals * 2, &mut parts[INSTRUCTIONS])?;
        while let [opcode, rest @ ..] = function.0 {
            function.0 = rest;
            parts[INSTRUCTIONS].push(*opcode);
            let (count, part) = operands(*opcode).with_context(|| format!("there is an instruction {opcode:#x}"))?;
            if let 0x28..=0x3e = opcode {
                ensure!(function.bytes(1)? == [0], "a load or a store has another alignment than 1");
            }
            let mut last = function.copy(count, &mut parts[INSTRUCTIONS])?;
            if part > 0 {
                last = function.copy(1, &mut parts[part])?;
            }
            match (opcode, last) {
                (0x0e | 0xfc, LONG) => bail!("an instruction {opcode:#x} begins with a number of more than one byte"),
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

/// A number of more than one byte.
const LONG: usize = 128;

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

    /// The id and the content of the next section.
    fn section(&mut self) -> Result<(u8, &'a [u8])> {
        let id = self.bytes(1)?.first().copied().unwrap_or_default();
        let length = self.number()?;
        Ok((id, self.bytes(length)?))
    }

    /// Copies numbers, and gives the last one: 0 where there is none, and [`LONG`] where it has more than one byte, of which unpack.ts
    /// sees but the last.
    fn copy(&mut self, count: usize, to: &mut Vec<u8>) -> Result<usize> {
        let from = self.0;
        let mut last = 0;
        for _ in 0..count {
            last = if let [byte] = self.leb128()? { (*byte).into() } else { LONG };
        }
        to.extend(from.get(..from.len() - self.0.len()).unwrap_or_default());
        Ok(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one function of these locals and instructions, between sections before and after the code.
    fn module(before: &[u8], function: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).ok().filter(|length| *length < 128).unwrap();
        let code = [&[1, length(function)], function].concat();
        [b"\0asm\x01\0\0\0", before, &[CODE, length(&code)], &code, &[11, 1, 0]].concat()
    }

    /// The parts of a text, which are bytes again.
    fn parts(text: &str) -> Vec<Vec<u8>> {
        let bytes = |text: &str, alphabet: Alphabet| {
            let mut characters = text.bytes();
            let mut bytes = Vec::new();
            while let Some(character) = characters.next() {
                bytes.push(if alphabet.is_escape(character) {
                    (character - alphabet.escape) * 92 + (characters.next().unwrap() - b'#')
                } else {
                    character - alphabet.shift
                });
            }
            bytes
        };
        let texts = text.split('\n').enumerate();
        texts.map(|(part, text)| bytes(text, alphabet(part))).collect()
    }

    #[test]
    fn the_operands_of_each_instruction_are_in_their_part() {
        // The function, and then what is in each part, of which the first begins with how many functions there are.
        for (function, expected) in [
            (&[0, 0x0b][..], [&[1, 0, 0x0b][..], &[], &[], &[], &[], &[], &[]]),
            // Two groups of locals, one of 200.
            (&[2, 1, 0x7f, 0xc8, 1, 0x7e, 0x0b], [&[1, 2, 1, 0x7f, 0xc8, 1, 0x7e, 0x0b], &[], &[], &[], &[], &[], &[]]),
            // Numbers that take more bytes than they have to.
            (
                &[0, 0x41, 0x80, 0x80, 0, 0x1a, 0x0b],
                [&[1, 0, 0x41, 0x1a, 0x0b], &[0x80, 0x80, 0], &[], &[], &[], &[], &[]],
            ),
            (
                &[0, 0x44, 0xff, 0, 0x0b, 0x44, 1, 2, 3, 0x80, 0x1a, 0x0b],
                [&[1, 0, 0x44, 0x1a, 0x0b], &[0xff, 0, 0x0b, 0x44, 1, 2, 3, 0x80], &[], &[], &[], &[], &[]],
            ),
            (
                &[0, 0x02, 0x40, 0x0e, 2, 0, 1, 0, 0x0c, 0, 0x0b, 0x0b],
                [&[1, 0, 0x02, 0x0e, 0x0c, 0x0b, 0x0b], &[], &[2, 0, 1, 0, 0], &[], &[], &[], &[0x40]],
            ),
            (
                &[0, 0x20, 1, 0x28, 0, 0x84, 1, 0x10, 9, 0x11, 3, 0, 0x0b],
                [&[1, 0, 0x20, 0x28, 0x10, 0x11, 3, 0, 0x0b], &[], &[], &[1], &[0x84, 1], &[9], &[]],
            ),
            (
                &[0, 0xfc, 6, 0xfc, 10, 0, 0, 0xfc, 11, 0, 0xfc, 16, 0, 0x0b],
                [&[1, 0, 0xfc, 6, 0xfc, 10, 0, 0, 0xfc, 11, 0, 0xfc, 16, 0, 0x0b], &[], &[], &[], &[], &[], &[]],
            ),
        ] {
            let parts = parts(&text(&module(&[], function)).unwrap());
            assert_eq!(parts[INSTRUCTIONS..AFTER], expected, "{function:x?}");
        }
    }

    #[test]
    fn the_sections_stay_in_their_order() {
        // A custom section of each byte, of which the last is the id of the code section.
        let every = (0..=u8::MAX).chain([CODE]).collect::<Vec<_>>();
        let custom = [&[0, 0x81, 2][..], &every].concat();
        let before = custom.repeat(2);
        let parts = parts(&text(&module(&before, &[0, 0x0b])).unwrap());
        assert_eq!(parts[BEFORE], [b"\0asm\x01\0\0\0", &before[..], &[CODE]].concat());
        assert_eq!(parts[AFTER], [11, 1, 0]);
    }

    #[test]
    fn an_instruction_that_is_not_known_fails() {
        for (function, why) in [
            (&[0, 0x43, 0, 0, 0, 0, 0x0b][..], "there is an instruction 0x43"),
            (&[0, 0x06, 0x40, 0x0b, 0x0b], "there is an instruction 0x6"),
            (&[0, 0x12, 0, 0x0b], "there is an instruction 0x12"),
            (&[0, 0xfd, 12, 0x0b], "there is an instruction 0xfd"),
            (&[0, 0xfe, 0, 0x0b], "there is an instruction 0xfe"),
            (&[0, 0xfc, 8, 0, 0, 0x0b], "there is an instruction 0xfc 8"),
            (&[0, 0xfc, 14, 0, 0, 0x0b], "there is an instruction 0xfc 14"),
            (&[0, 0xfc, 18, 0, 0x0b], "there is an instruction 0xfc 18"),
            // What unpack.ts would read another number of.
            (&[0, 0xfc, 0x86, 0, 0x0b], "an instruction 0xfc begins with a number of more than one byte"),
            (&[0, 0x0e, 0x80, 1, 0, 0, 0x0b], "an instruction 0xe begins with a number of more than one byte"),
            (&[0, 0x28, 2, 0, 0x0b], "a load or a store has another alignment than 1"),
            (&[0x81, 1, 1, 0x7f, 0x0b], "a function has more than 127 groups of locals"),
            (&[0, 0x41, 0x80], "a number has no end"),
            (&[0, 0x44, 0, 0], "the module ends too early"),
        ] {
            assert_eq!(text(&module(&[], function)).unwrap_err().to_string(), why);
        }
        assert!(text(b"\0asm\x01\0\0\0").is_err());
    }

    #[test]
    fn only_lengths_may_be_written_in_another_way() {
        let wasm = module(&[0, 1, 9], &[0, 0x0b]);
        let longer = [&wasm[..11], &[CODE, 0x87, 0x80, 0, 1, 0x82, 0x80, 0x80, 0, 0, 0x0b, 11, 1, 0]].concat();
        compare(&longer, &wasm).unwrap();
        for at in 0..wasm.len() {
            let mut other = wasm.clone();
            other[at] ^= 1;
            assert!(compare(&other, &wasm).is_err(), "{at}");
        }
    }
}
