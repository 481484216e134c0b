// Names: municipalities at their seat or at their label point, settlements, and values of a choropleth.

import { palette } from 'virtual:palette';
import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FormattedSpecification,
  LayerSpecification,
} from 'maplibre-gl';
import { shortName } from '../i18n/place';
import { inkOn } from './contrast';
import { colouredUpTo, LEADERS, PLACES, SEAT_LABEL_PX, SEATS, type StyleChoice } from './style_choice';

export const FONT = ['Golos Text Regular'];
export const FONT_STRONG = ['Golos Text Semibold'];

const HALO_PX = 1.6;

export function labelLayers(choice: StyleChoice): LayerSpecification[] {
  const upTo = colouredUpTo(choice);
  return [
    ...settlements(choice),
    areaNames(choice, upTo ?? (choice.density ? 0 : choice.cellsFrom)),
    ...(upTo === null ? [] : [values(choice, upTo)]),
    ...(choice.comparison || choice.density ? [] : seatNames(choice)),
  ];
}

function name({ language }: StyleChoice): ExpressionSpecification {
  return ['get', language === 'ru' ? 'name_ru' : 'name_en'];
}

function paint({ tone }: StyleChoice) {
  const { text, halo } = palette[tone];
  return { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': HALO_PX };
}

function settlements(choice: StyleChoice): LayerSpecification[] {
  const { text, halo } = palette[choice.tone];
  const common = { source: PLACES, 'source-layer': 'settlements', minzoom: choice.cellsFrom } as const;
  return [
    {
      id: 'settlement-dots',
      type: 'circle',
      ...common,
      maxzoom: choice.pointsFrom,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'population']], 0, 1.6, 800, 3.4],
        'circle-color': halo,
        'circle-stroke-color': text,
        'circle-stroke-width': 1,
        'circle-stroke-opacity': 0.7,
      },
    },
    {
      id: 'settlement-names',
      type: 'symbol',
      ...common,
      layout: {
        'text-field': name(choice),
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['sqrt', ['get', 'population']], 0, 11.5, 300, 13, 800, 16],
        // Far anchors let a name step out from under a donut.
        'text-variable-anchor-offset': [
          'top',
          [0, 0.5],
          'bottom',
          [0, -0.5],
          'left',
          [0.6, 0],
          'right',
          [-0.6, 0],
          'top',
          [0, 2.6],
          'bottom',
          [0, -2.6],
          'left',
          [2.8, 0],
          'right',
          [-2.8, 0],
          'top',
          [0, 5],
          'bottom',
          [0, -5],
        ],
        'text-justify': 'auto',
        'text-max-width': 9,
        'symbol-sort-key': ['-', 0, ['get', 'population']],
      },
      paint: paint(choice),
    },
  ];
}

/** Names of territories where single objects are looked at: quiet, wide, in the middle of the polygon. */
function areaNames(choice: StyleChoice, from: number): LayerSpecification {
  return {
    id: 'area-names',
    type: 'symbol',
    source: PLACES,
    'source-layer': 'labels',
    minzoom: from,
    filter: ['!', ['in', ['get', 'id'], ['literal', [...choice.cities]]]],
    layout: {
      'text-field': name(choice),
      'text-font': FONT_STRONG,
      'text-size': 12.5,
      'text-letter-spacing': 0.06,
      'text-max-width': 8,
      'symbol-sort-key': ['-', 0, ['get', 'population']],
    },
    // Over pictures they must not fade.
    paint: { ...paint(choice), 'text-opacity': choice.basemap?.kind === 'raster' ? 1 : 0.72 },
  };
}

/** Name and value on the polygon. */
function values(choice: StyleChoice, upTo: number): LayerSpecification {
  const labels = [...(choice.colouring ?? [])].filter(([, { label }]) => label !== '');
  const value =
    labels.length > 0
      ? (['match', ['get', 'id'], ...labels.flatMap(([id, { label }]) => [id, label]), ''] as unknown)
      : '';
  // Most names are longer than their polygon is wide.
  const nameOf = (each: (typeof choice.municipalities)[number]) =>
    shortName(choice.language === 'ru' ? each.name_ru : each.name_en);
  const names = choice.municipalities.flatMap((each) => [each.id, nameOf(each)]);
  const short = names.length > 0 ? ['match', ['get', 'id'], ...names, name(choice)] : name(choice);
  const text = [
    'format',
    short,
    { 'font-scale': 0.88 },
    '\n',
    {},
    value,
    { 'text-font': ['literal', FONT_STRONG], 'font-scale': 1.1 },
  ] as unknown as DataDrivenPropertyValueSpecification<FormattedSpecification>;
  return {
    id: 'area-values',
    type: 'symbol',
    source: PLACES,
    'source-layer': 'labels',
    maxzoom: upTo,
    layout: {
      'text-field': text,
      'text-font': FONT,
      'text-size': ['interpolate', ['linear'], ['zoom'], 4, 12.5, 8, 14],
      'text-max-width': 7,
      'text-line-height': 1.15,
      'text-padding': 1,
      'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
      'text-justify': 'auto',
      'symbol-sort-key': ['-', 0, ['get', 'population']],
    },
    paint: { ...paint(choice), ...inkOfFills(choice) },
  };
}

/** Letters stand out from the colour of their polygon; light ones take it along as their halo where they leave it. */
function inkOfFills({ colouring }: StyleChoice): Record<string, unknown> {
  if (!colouring || colouring.size === 0) return {};
  const branch = (of: (fill: string) => string) => [...colouring].flatMap(([id, { colour }]) => [id, of(colour)]);
  const { text: dark, halo: light } = palette.light;
  const ink = (fill: string) => inkOn(fill, dark, light);
  const halo = (fill: string) => (ink(fill) === dark ? light : fill);
  return {
    'text-color': ['match', ['get', 'id'], ...branch(ink), dark],
    'text-halo-color': ['match', ['get', 'id'], ...branch(halo), light],
  };
}

/** Names beside the donuts of municipalities, and the lines that tie a donut to its seat. */
function seatNames(choice: StyleChoice): LayerSpecification[] {
  const { text } = palette[choice.tone];
  const far = { maxzoom: choice.cellsFrom } as const;
  const clustered = { maxzoom: choice.pointsFrom } as const;
  return [
    {
      id: 'leaders',
      type: 'line',
      source: LEADERS,
      ...clustered,
      paint: { 'line-color': text, 'line-opacity': 0.5, 'line-width': 1 },
    },
    {
      id: 'leader-ends',
      type: 'circle',
      source: LEADERS,
      ...clustered,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 2, 'circle-color': text, 'circle-opacity': 0.7 },
    },
    {
      id: 'seat-names',
      type: 'symbol',
      source: SEATS,
      ...far,
      layout: {
        // Lines are broken and sides chosen already (names.ts).
        'text-field': ['coalesce', ['get', 'label'], ''],
        'text-font': FONT_STRONG,
        'text-size': ['coalesce', ['get', 'label_px'], SEAT_LABEL_PX],
        'text-anchor': ['coalesce', ['get', 'anchor'], 'center'] as never,
        'text-offset': ['coalesce', ['get', 'offset'], ['literal', [0, 0]]] as never,
        'text-justify': 'auto',
        'text-max-width': 20,
        'text-line-height': 1.1,
        'text-allow-overlap': true,
      },
      paint: paint(choice),
    },
  ];
}
