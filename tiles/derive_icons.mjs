#!/usr/bin/env node
// Writes icons.toml: the icons that data/*/categories.csv names, from Maki and Temaki, as paths on a grid of 150.
//
//     cd "$(mktemp -d)" && npm i @mapbox/maki@8.2.0 @rapideditor/temaki@5.13.0 svgpath@2.6.0 &&
//       node <project>/tiles/derive_icons.mjs

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const HERE = new URL('.', import.meta.url);
const PACKAGES = join(process.cwd(), 'node_modules');
const GRID = 150;
const svgpath = createRequire(`${process.cwd()}/`)('svgpath');

/** The last column of a table of categories is the icon. */
function wanted() {
  const data = new URL('../data/', HERE).pathname;
  const tables = readdirSync(data).map((pack) => join(data, pack, 'categories.csv')).filter(existsSync);
  const names = tables.flatMap((table) => readFileSync(table, 'utf8').trim().split('\n').slice(1));
  return [...new Set(names.map((row) => row.split(',').at(-1)))].sort();
}

function fileOf(name) {
  const places = ['@mapbox/maki', '@rapideditor/temaki'].map((set) => join(PACKAGES, set, 'icons', `${name}.svg`));
  const found = places.find(existsSync);
  if (!found) throw new Error(`neither Maki nor Temaki has ${name}: draw it`);
  return readFileSync(found, 'utf8');
}

/** Every outline of a drawing as one path of `M m l h v c z`, whole numbers only. */
function pathOf(svg) {
  const side = Number(/viewBox="\S+ \S+ (\S+)/.exec(svg)[1]);
  const outlines = [...svg.matchAll(/<path[^>]*?\sd="([^"]*)"/gs)].map(([, d]) => {
    // Line breaks and tabs may stand as entities.
    const path = svgpath(d.replace(/&#x[9AD];/g, ' '));
    if (path.err) throw new Error(path.err);
    return path.unarc().unshort().abs().scale(GRID / side).round(0).rel().round(0).toString();
  });
  return outlines.join('').replace(/ (?=[a-zA-Z])/g, '');
}

const head = `# Icons of categories: name = path on a grid of ${GRID}, filled by the nonzero rule. Of its commands there are M m l h v c z.
# Made by derive_icons.mjs from Maki 8.2.0 and Temaki 5.13.0, both CC0 1.0; see SOURCES.md.

`;
const rows = wanted().map((name) => `${name} = "${pathOf(fileOf(name))}"\n`);
writeFileSync(new URL('icons.toml', HERE), head + rows.join(''));
