// biome-ignore-all lint/style/noNonNullAssertion: the text is of our own making, and has what it says.
// Makes WebAssembly of a text that xtask/src/embed.rs has written.

// Some of the parts of the text. Data is the last.
const BEFORE = 0;
const OPERANDS = 1;
const INSTRUCTIONS = 2;
const CONSTANTS = 3;
const BRANCHES = 4;

/** The bytes of a module. Each length in it takes five bytes, as long as it may be. */
export const unpack = (text: string): Uint8Array<ArrayBuffer> => {
  const parts = text.split("\n");
  const places = parts.map(() => 0);
  const module = new Uint8Array(text.length * 2);
  let end = 0;
  const isAtEnd = (part: number) => places[part]! >= parts[part]!.length;
  /** The next byte of a part. The first of three escapes says how often 92 is to be added to the number behind it. */
  const next = (part: number, shift = 35, firstEscape = 31) => {
    const text = parts[part]!;
    const code = text.charCodeAt(places[part]!++);
    const times = code - firstEscape;
    return times >= 0 && times < 3 ? times * 92 + text.charCodeAt(places[part]!++) - 35 : code - shift;
  };
  /** Copies numbers in LEB128, and gives the last byte of the last one. */
  const copy = (part: number, count: number) => {
    let byte = 0;
    while (count > 0) if ((module[end++] = byte = next(part)) < 128) count--;
    return byte;
  };
  const measured = (write: () => void) => {
    const start = end;
    end += 5;
    write();
    const length = end - start - 5;
    for (let at = 0; at < 5; at++) module[start + at] = ((length >> (7 * at)) & 127) | (at < 4 ? 128 : 0);
  };
  const operands: number[] = [];
  const writeFunction = () => {
    copy(INSTRUCTIONS, copy(INSTRUCTIONS, 1) * 2);
    for (let depth = 1; depth > 0; ) {
      const opcode = (module[end++] = next(INSTRUCTIONS));
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
        for (let at = 0; at < 8; at++) module[end++] = next(CONSTANTS);
      } else if (opcode === 0xfc && last > 7) {
        copy(INSTRUCTIONS, last === 10 ? 2 : 1);
      }
    }
  };
  while (!isAtEnd(BEFORE)) module[end++] = next(BEFORE);
  while (!isAtEnd(OPERANDS)) operands.push(next(OPERANDS));
  measured(() => {
    // How many functions there are.
    copy(INSTRUCTIONS, 1);
    while (!isAtEnd(INSTRUCTIONS)) measured(writeFunction);
  });
  const data = parts.length - 1;
  while (!isAtEnd(data)) module[end++] = next(data, 0, 35);
  return module.subarray(0, end);
};
