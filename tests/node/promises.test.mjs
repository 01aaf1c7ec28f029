import { describe, test } from "node:test";
import * as api from "smsworks-wasm";
import { promises } from "../ecosystem/shared/promises/index.mjs";

for (const [subject, table] of Object.entries(promises)) {
  describe(subject, () => {
    for (const [name, holds] of Object.entries(table)) test(name, () => holds(api));
  });
}
