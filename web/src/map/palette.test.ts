// The palette can be told apart on its ground, by those too who see colours otherwise.

import { palette } from 'virtual:palette';
import { describe, expect, test } from 'vitest';
import { turned } from '../../build/palette';
import { contrast, inkOn, luminance } from './contrast';

type Triple = [number, number, number];

function linear(colour: string): Triple {
  const channel = (at: number) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: readonly Triple[], [x, y, z]: Triple): Triple {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as Triple;
}

/** Machado, Oliveira and Fernandes (2009), severity 1. */
const VISIONS: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const TO_XYZ: readonly Triple[] = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];

/** CIE L*a*b* under D65. */
function lab(rgb: Triple): Triple {
  const [x, y, z] = times(TO_XYZ, rgb.map((value) => Math.max(0, Math.min(1, value))) as Triple);
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function difference(a: string, b: string, vision: readonly Triple[]): number {
  const [one, other] = [lab(times(vision, linear(a))), lab(times(vision, linear(b)))];
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

describe.each(['light', 'dark', 'contrast'] as const)('the %s palette', (tone) => {
  const ground = palette[tone];

  test('groups stand out from the land (E14)', () => {
    for (const group of palette.status) expect(contrast(group[tone], ground.land), group.id).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.entries(VISIONS))('groups can be told apart with %s (E14)', (_, vision) => {
    palette.status.forEach((one, n) => {
      for (const other of palette.status.slice(n + 1)) {
        expect(difference(one[tone], other[tone], vision), `${one.id} and ${other.id}`).toBeGreaterThanOrEqual(20);
      }
    });
  });

  test('names can be read on land and sea', () => {
    expect(contrast(ground.text, ground.land)).toBeGreaterThanOrEqual(7);
    expect(contrast(ground.text, ground.sea)).toBeGreaterThanOrEqual(7);
    expect(contrast(ground.text, ground.halo)).toBeGreaterThanOrEqual(7);
  });
});

test('classes grow darker step by step, and letters can be read on each', () => {
  const { classes } = palette.choropleth;
  const lights = classes.map(luminance);
  expect(lights).toEqual([...lights].sort((a, b) => b - a));
  const { text, halo } = palette.light;
  for (const fill of classes) expect(contrast(fill, inkOn(fill, text, halo)), fill).toBeGreaterThanOrEqual(4);
});

test('in great contrast classes grow lighter step by step, and letters can be read on each', () => {
  const lights = palette.choropleth.contrast.map(luminance);
  expect(lights).toEqual([...lights].sort((a, b) => a - b));
  const { text, halo } = palette.light;
  for (const fill of palette.choropleth.contrast) {
    expect(contrast(fill, palette.contrast.land), fill).toBeGreaterThanOrEqual(3);
    expect(contrast(fill, inkOn(fill, text, halo)), fill).toBeGreaterThanOrEqual(4);
  }
});

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test('heat begins with nothing and grows denser', () => {
  const alphas = palette.heat.map(({ alpha }) => alpha);
  expect(alphas[0]).toBe(0);
  expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
});

test('density stands out the more the denser it is, on light ground and on dark', () => {
  const colours = palette.heat.slice(1).map(({ colour }) => colour);
  const dark = colours.map(turned).map(luminance);
  expect(dark).toEqual([...dark].sort((a, b) => a - b));
  expect(contrast(turned(colours.at(-1) ?? ''), palette.dark.land)).toBeGreaterThanOrEqual(7);
  expect(colours.map(luminance)).toEqual(colours.map(luminance).sort((a, b) => b - a));
});
