export default { buildDirectory: "dist" };
