import { answer } from "./answer.js";
import * as api from "./smsworks-wasm/eager.js";

answer(api);
