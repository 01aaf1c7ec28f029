import { copyFields } from "./input.js";
import type { LoginFields } from "./types.js";

/** {@link LoginFields} as an object to fill in. */
export class Login implements LoginFields {
  declare customerid: string | undefined;
  declare key: string | undefined;
  declare secret: string | undefined;

  constructor(fields?: LoginFields) {
    Object.assign(this, copyFields(fields));
  }
}
