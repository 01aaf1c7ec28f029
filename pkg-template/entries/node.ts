// The entry by `import` in Node.
// @ts-expect-error It is there once it is built.
export * from "./index.cjs";
