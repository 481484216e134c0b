import { defineConfig } from 'vitest/config';
import { iconsPlugin } from './build/icons.ts';
import { metricsPlugin } from './build/metrics.ts';
import { packedPlugin } from './build/packed.ts';
import { palettePlugin } from './build/palette.ts';

// The development server answers for the page; everything else goes to a running atlas.
const atlas = process.env.ATLAS_URL ?? 'http://127.0.0.1:8027';

export default defineConfig({
  plugins: [
    palettePlugin(new URL('../tiles/palette.toml', import.meta.url)),
    metricsPlugin(new URL('../tiles/metrics.toml', import.meta.url)),
    iconsPlugin(new URL('../tiles/icons.toml', import.meta.url)),
    packedPlugin(),
  ],
  build: {
    target: 'es2022',
    // The content security policy allows no inline code, and fonts do not get smaller as base64.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The map engine is as large as it is: tests/browser watches the bytes of a first visit.
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/tiles', '/basemap', '/ogc', '/photos'].map((path) => [path, { target: atlas, changeOrigin: true }]),
    ),
  },
  test: { include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
});
