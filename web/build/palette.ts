// Gives the page the colours of `tiles/palette.toml`, the one place that the server draws from too:
// `virtual:palette` is the data for the map's style, `virtual:palette.css` the same as CSS variables.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Plugin } from 'vite';

/** `at` is a share of the full scale, of a difference −1 … 1. */
interface Stop {
  at: number;
  colour: string;
  alpha: number;
}

interface PaletteFile {
  light: Record<string, string>;
  dark: Record<string, string>;
  contrast: Record<string, string>;
  status: { id: string; light: string; dark: string; contrast: string }[];
  heat: Stop[];
  difference: Stop[];
  choropleth: { classes: string[]; contrast: string[]; no_data: string };
}

const DATA = 'virtual:palette';
const CSS = 'virtual:palette.css';

export function readPalette(file: URL): PaletteFile {
  return parse(readFileSync(file, 'utf8')) as unknown as PaletteFile;
}

function variables(palette: PaletteFile, theme: 'light' | 'dark' | 'contrast'): string {
  const ground = Object.entries(palette[theme]).map(([name, colour]) => `--map-${name}:${colour}`);
  const groups = palette.status.map((group) => `--group-${group.id.replace('_', '-')}:${group[theme]}`);
  return [...ground, ...groups].join(';');
}

/** The page names the theme on its root: what the reader chose, else what the system asks for. */
function css(palette: PaletteFile): string {
  const [light, dark, contrast] = (['light', 'dark', 'contrast'] as const).map((theme) => variables(palette, theme));
  return `:root{${light};${ramps(palette, (colour) => colour)}}
:root[data-theme=dark]{${dark};${ramps(palette, turned)}}
:root[data-theme=contrast]{${contrast};${ramps(palette, turned)}}`;
}

function ramps({ heat, difference }: PaletteFile, onGround: (colour: string) => string): string {
  const halved = difference.map((stop) => ({ ...stop, at: (stop.at + 1) / 2 }));
  return `--heat-ramp:${ramp(heat, onGround)};--difference-ramp:${ramp(halved, onGround)}`;
}

function ramp(all: readonly Stop[], onGround: (colour: string) => string): string {
  const stops = all.map(({ at, colour, alpha }) => `${onGround(colour)}${hex(alpha * 255)} ${at * 100}%`);
  return `linear-gradient(to right,${stops.join(',')})`;
}

/**
 * Light for dark and dark for light in the same hue: what the map does to the picture of density on dark ground, where what
 * is dense must not be what is dark (`raster-hue-rotate` and `raster-brightness` of style_ground.ts).
 */
export function turned(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => 255 - Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  const twoThirds = (2 / 3) * (red + green + blue);
  return `#${[red, green, blue].map((channel) => hex(Math.max(0, Math.min(255, twoThirds - channel)))).join('')}`;
}

function hex(byte: number): string {
  return Math.round(byte).toString(16).padStart(2, '0');
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
