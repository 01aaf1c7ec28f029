import * as api from "./smsworks-wasm/eager.js";
import { answer } from "./answer.js";

answer(api);
