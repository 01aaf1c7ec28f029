// What `cargo xtask build` puts beside these files.
declare module "*/glue.js" {
  const glue: (guard: (exports: WebAssembly.Exports) => WebAssembly.Exports) => {
    initSync(options: { module: WebAssembly.Module }): void;
    keySecret(...call: unknown[]): Promise<unknown> | undefined;
    login(...call: unknown[]): Promise<unknown> | undefined;
  };
  export default glue;
}
declare module "*.deflate" {
  const base64: string;
  export default base64;
}
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
