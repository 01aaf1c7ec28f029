import * as api from "./smsworks-wasm/index.js";
import { answer } from "./answer.js";

answer(api);
