export default {
  compatibilityDate: "2026-10-01",
  preset: "cloudflare_module",
  buildDir: "../.nitro",
  output: { dir: "../dist" },
  experimental: { wasm: true },
};
