const { join } = require("node:path");

// As in React Native's configuration, whose dependencies are ten times as many.
module.exports = {
  watchFolders: [join(__dirname, "../shared")],
  resolver: { unstable_conditionNames: ["react-native"] },
  transformer: { getTransformOptions: async () => ({ transform: { experimentalImportSupport: true } }) },
};
