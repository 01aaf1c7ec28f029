// biome-ignore-all lint/style/noNonNullAssertion: the text is of our own making, and has what it says.
// Makes WebAssembly of a text that xtask/src/embed.rs has written.

// Some of the parts of the text behind the first sections and the table of operands.
const INSTRUCTIONS = 0;
const CONSTANTS = 1;
const BRANCHES = 2;

type Bytes = [before: Uint8Array, operands: Uint8Array, ...parts: Uint8Array[]];

/** The bytes of a module. Each length in it takes five bytes, as long as it may be. */
export const unpack = (text: string): Uint8Array<ArrayBuffer> => {
  const texts = text.split("\n");
  const after = bytesOf(texts.pop()!, 0, 35);
  const [before, operands, ...parts] = texts.map((text) => bytesOf(text, 35, 31)) as Bytes;
  const instructions = parts[INSTRUCTIONS]!;
  const places = parts.map(() => 0);
  const module = new Uint8Array(text.length * 2);
  let end = 0;
  const add = (bytes: Uint8Array) => {
    module.set(bytes, end);
    end += bytes.length;
  };
  /** Copies numbers in LEB128, and gives the last byte of the last one. */
  const copy = (part: number, count: number) => {
    const bytes = parts[part]!;
    let place = places[part]!;
    let byte = 0;
    while (count > 0) if ((module[end++] = byte = bytes[place++]!) < 128) count--;
    places[part] = place;
    return byte;
  };
  const measured = (write: () => void) => {
    const start = end;
    end += 5;
    write();
    const length = end - start - 5;
    for (let at = 0; at < 5; at++) module[start + at] = ((length >> (7 * at)) & 127) | (at < 4 ? 128 : 0);
  };
  const writeFunction = () => {
    copy(INSTRUCTIONS, copy(INSTRUCTIONS, 1) * 2);
    for (let depth = 1; depth > 0; ) {
      const opcode = instructions[places[INSTRUCTIONS]!++]!;
      module[end++] = opcode;
      const kind = operands[opcode]!;
      // A load or a store, whose alignment is 0.
      if (opcode > 0x27 && opcode < 0x3f) end++;
      let last = copy(INSTRUCTIONS, kind & 3);
      if (kind > 3) last = copy(kind >> 2, 1);
      if (opcode < 0x0f) {
        if (opcode === 0x0b) depth--;
        else if (opcode === 0x0e) copy(BRANCHES, last + 1);
        else if (opcode >= 0x02 && opcode <= 0x04) depth++;
      } else if (opcode === 0x44) {
        add(parts[CONSTANTS]!.subarray(places[CONSTANTS]!, (places[CONSTANTS]! += 8)));
      } else if (opcode === 0xfc && last > 7) {
        copy(INSTRUCTIONS, last === 10 ? 2 : 1);
      }
    }
  };
  add(before);
  measured(() => {
    // How many functions there are.
    copy(INSTRUCTIONS, 1);
    while (places[INSTRUCTIONS]! < instructions.length) measured(writeFunction);
  });
  add(after);
  return module.subarray(0, end);
};

/** @param firstEscape of three characters that say how often 92 is to be added to the number behind them */
const bytesOf = (text: string, shift: number, firstEscape: number): Uint8Array => {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const times = code - firstEscape;
    bytes[length++] = times >= 0 && times < 3 ? times * 92 + text.charCodeAt(++at) - 35 : code - shift;
  }
  return bytes.subarray(0, length);
};
