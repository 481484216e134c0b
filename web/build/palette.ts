// Gives the page the colours of `tiles/palette.toml`, the one place that the server draws from too:
// `virtual:palette` is the data for the map's style, `virtual:palette.css` the same as CSS variables.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Plugin } from 'vite';

interface PaletteFile {
  light: Record<string, string>;
  dark: Record<string, string>;
  status: { id: string; light: string; dark: string }[];
  heat: { at: number; colour: string; alpha: number }[];
  choropleth: { classes: string[]; no_data: string };
}

const DATA = 'virtual:palette';
const CSS = 'virtual:palette.css';

export function readPalette(file: URL): PaletteFile {
  return parse(readFileSync(file, 'utf8')) as unknown as PaletteFile;
}

function variables(palette: PaletteFile, theme: 'light' | 'dark'): string {
  const ground = Object.entries(palette[theme]).map(([name, colour]) => `--map-${name}:${colour}`);
  const groups = palette.status.map((group) => `--group-${group.id.replace('_', '-')}:${group[theme]}`);
  return [...ground, ...groups].join(';');
}

/** The dark theme holds where the system asks for it or the reader chose it, unless the reader chose the light one. */
function css(palette: PaletteFile): string {
  const [light, dark] = [variables(palette, 'light'), variables(palette, 'dark')];
  const heat = palette.heat.map((stop) => `${stop.colour}${hex(stop.alpha)} ${stop.at * 100}%`).join(',');
  return `:root{${light};--heat-ramp:linear-gradient(to right,${heat})}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}`;
}

function hex(alpha: number): string {
  return Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0');
}

export function palettePlugin(file: URL): Plugin {
  return {
    name: 'palette',
    resolveId: (id) => (id === DATA || id === CSS ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${DATA}` && id !== `\0${CSS}`) return undefined;
      this.addWatchFile(file.pathname);
      const palette = readPalette(file);
      if (id === `\0${CSS}`) return css(palette);
      return `export const palette = ${JSON.stringify(palette)};`;
    },
  };
}
