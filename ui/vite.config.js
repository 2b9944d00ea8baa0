// Two entries with fixed names: Django's static files storage adds the hashes, so neither may import the other.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/static/ui/",
  logLevel: "warn",
  build: {
    outDir: "../src/xianfeng/static/ui",
    emptyOutDir: true,
    // The office browsers are built on Chromium 86 to 108.
    target: ["chrome87", "firefox78", "safari14"],
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      preserveEntrySignatures: "exports-only", // app.js asks charts.js for `draw`
      input: { app: "src/app.js", charts: "src/charts.js" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
      // htmx can evaluate expressions in attributes; app.js turns that off and the policy forbids it.
      onwarn: (warning, warn) => warning.code === "EVAL" || warn(warning),
    },
  },
});
