// What `cargo xtask build` puts beside these files.
declare module "*/glue.js" {
  const glue: (
    guard: (exports: WebAssembly.Exports) => WebAssembly.Exports,
    setTimeout: (callback: () => void, ms: number) => unknown,
    clearTimeout: (timer: unknown) => void,
  ) => { initSync(options: { module: WebAssembly.Module }): void } & Record<
    string,
    (...call: unknown[]) => Partial<Promise<unknown>>
  >;
  export default glue;
}
declare module "*.deflate" {
  const base64: string;
  export default base64;
}
declare module "*.wasm" {
  const wasm: Uint8Array<ArrayBuffer> & WebAssembly.Module;
  export default wasm;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
