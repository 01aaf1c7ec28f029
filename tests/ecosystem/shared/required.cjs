exports.required = require("smsworks-wasm");
