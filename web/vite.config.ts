import { transformAsync } from "@babel/core";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vitest/config";

const api = process.env["ALMERE_API"] ?? "http://127.0.0.1:8000";

/**
 * What a component of the queue made is kept until what it was made of changes, so that a key renders what it changed and
 * no more. The plugin that comes for this wants a newer Node than ours.
 */
const reactCompiler: Plugin = {
  name: "react-compiler",
  enforce: "pre",
  transform: {
    filter: { id: /\/web\/src\/(app|features\/(cameras|incident|live|queue))\/.*\.tsx?$/ },
    async handler(code, id) {
      const made = await transformAsync(code, {
        filename: id,
        babelrc: false,
        configFile: false,
        plugins: ["babel-plugin-react-compiler"],
        parserOpts: { plugins: ["typescript", ...(id.endsWith("x") ? (["jsx"] as const) : [])] },
        sourceMaps: true,
      });
      return made?.code == null ? null : { code: made.code, map: made.map ?? null };
    },
  },
};

export default defineConfig({
  plugins: [reactCompiler, react()],
  build: {
    target: "es2022",
    // The content security policy has no font-src or script-src that allows data: addresses.
    assetsInlineLimit: 0,
    // The budget is 300 kB after gzip; this is before it.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        // A few files where there would be forty: each costs a request, and the first card waits for all of them.
        codeSplitting: {
          groups: [{ name: "first", tags: ["$initial"], entriesAware: true, entriesAwareMergeThreshold: 40_000 }],
        },
      },
    },
  },
  server: { proxy: { "/api": api } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
