// What `cargo xtask build` puts beside these files, but for the glue, which it declares itself.
declare module "*.wasm.txt" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const wasm: string & WebAssembly.Module;
  export default wasm;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
// The chunks that the entries load, by their names in the package.
declare module "*/core.js" {
  export const start: typeof import("./browser.js").start;
}
declare module "*/core-edge.js" {
  export const start: typeof import("./edge.js").start;
}
declare module "*/core-workerd.js" {
  export const start: typeof import("./workerd.js").start;
}
