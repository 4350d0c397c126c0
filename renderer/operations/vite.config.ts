import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/operations/',
  plugins: [react()],
  build: {
    outDir: '../../dist/operations',
    emptyOutDir: true,
    // The page is served with a policy that allows no `data:` addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
  },
});
