// Gives the page the icons of `tiles/icons.toml`, the one place that the server's pictures take them from too.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Plugin } from 'vite';

/** They come with the engine of the map, or after it. */
const DATA = 'virtual:icons';

export function iconsPlugin(file: URL): Plugin {
  return {
    name: 'icons',
    resolveId: (id) => (id === DATA ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${DATA}`) return undefined;
      this.addWatchFile(file.pathname);
      return `export const icons = ${JSON.stringify(parse(readFileSync(file, 'utf8')))};`;
    },
  };
}
