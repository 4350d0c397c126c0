import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The page is served with a policy that allows no `data:` addresses.
    assetsInlineLimit: 0,
    // Served from this machine: one file is quicker than several.
    chunkSizeWarningLimit: 1_000,
  },
});
