// Gives the page the metrics of `tiles/metrics.toml`, the one place that the server's tiles take them from too.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Plugin } from 'vite';

const DATA = 'virtual:metrics';

export function metricsPlugin(file: URL): Plugin {
  return {
    name: 'metrics',
    resolveId: (id) => (id === DATA ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${DATA}`) return undefined;
      this.addWatchFile(file.pathname);
      const { least_cases, metric } = parse(readFileSync(file, 'utf8'));
      return `export const leastCases = ${JSON.stringify(least_cases)}; export const metrics = ${JSON.stringify(metric)};`;
    },
  };
}
