import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env["ALMERE_API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The content security policy has no font-src or script-src that allows data: addresses.
    assetsInlineLimit: 0,
    // The budget is 300 kB after gzip; this is before it.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/api": api } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
