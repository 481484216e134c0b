// Donuts, fallback points, single objects and what is highlighted.

import { palette } from 'virtual:palette';
import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FilterSpecification,
  FormattedSpecification,
  LayerSpecification,
} from 'maplibre-gl';
import type { GroupId } from '../api/wire';
import { GROUPS } from '../domain/groups';
import { SCALE_FROM, SCALE_TO, SIZE_STEPS } from './donut';
import { HIGHLIGHT, OBJECTS, SEATS, type StyleChoice } from './style_choice';
import { FONT_STRONG } from './style_labels';

type Text = DataDrivenPropertyValueSpecification<FormattedSpecification>;

const IS_CLUSTER: ExpressionSpecification = ['boolean', ['get', 'cluster'], false];
const IS_FALLBACK: ExpressionSpecification = ['boolean', ['get', 'fallback'], false];

export function symbolLayers(choice: StyleChoice): LayerSpecification[] {
  if (choice.comparison) return [highlight(choice)];
  return [
    // Clusters are drawn from these tiles after they were moved apart; this layer keeps them loaded and shows nothing.
    {
      id: 'cluster-tiles',
      type: 'circle',
      source: OBJECTS,
      'source-layer': choice.layer,
      maxzoom: choice.pointsFrom,
      paint: { 'circle-radius': 1, 'circle-opacity': 0 },
    },
    ...points(choice),
    ...clusters(choice),
    ...seats(choice),
    highlight(choice),
  ];
}

function points(choice: StyleChoice): LayerSpecification[] {
  const { layer, tone, hidden, density, cellsFrom, pointsFrom } = choice;
  const plain: ExpressionSpecification = ['concat', `point|${tone}|`, ['get', 'group']];
  return [
    {
      id: 'points',
      type: 'symbol',
      source: OBJECTS,
      'source-layer': layer,
      ...(density ? { minzoom: pointsFrom } : {}),
      filter: ['all', ['!', IS_CLUSTER], ['!', ['in', ['get', 'group'], ['literal', [...hidden]]]]],
      layout: {
        // Where single objects stand alone there is room for the icon of their category.
        'icon-image': ['step', ['zoom'], plain, pointsFrom, ['concat', plain, '|', ['get', 'category']]] as never,
        'icon-size': ['interpolate', ['linear'], ['zoom'], cellsFrom, 0.85, pointsFrom, 1, 16, 1.3],
        'icon-allow-overlap': true,
        // What presses lies on top.
        'symbol-sort-key': ['match', ['get', 'group'], 'overdue', 3, 'new', 2, 'in_work', 1, 0],
      },
    },
  ];
}

/** Number of a cluster's objects in a group; what the groups leave over is closed in another way than solved. */
function inGroup(group: GroupId): ExpressionSpecification {
  const field = (name: string): ExpressionSpecification => ['coalesce', ['get', `${name}_count`], 0];
  if (group !== 'resolved') return field(group);
  return ['-', ['get', 'point_count'], ['+', field('new'), field('in_work'), field('overdue')]];
}

function shownGroups({ hidden }: StyleChoice): GroupId[] {
  return GROUPS.filter((group) => !hidden.includes(group));
}

function shownCount(choice: StyleChoice): ExpressionSpecification {
  const shown = shownGroups(choice);
  if (shown.length === GROUPS.length) return ['get', 'point_count'];
  return ['+', 0, ...shown.map(inGroup)];
}

/** 0 … 4, see `donut.ts`. */
function sizeStep(count: ExpressionSpecification): ExpressionSpecification {
  return ['step', count, 0, ...SIZE_STEPS.flatMap((step, n) => [step, n + 1])] as unknown as ExpressionSpecification;
}

function donut(choice: StyleChoice): ExpressionSpecification {
  const count = shownCount(choice);
  // A group that is there at all gets a tenth at least: one overdue object must be seen.
  const tenths = (group: GroupId): ExpressionSpecification => {
    if (choice.hidden.includes(group)) return ['to-string', 0];
    const n = inGroup(group);
    return ['to-string', ['case', ['==', n, 0], 0, ['max', 1, ['round', ['/', ['*', 10, n], ['max', 1, count]]]]]];
  };
  const [first, ...rest] = GROUPS.map(tenths) as [ExpressionSpecification, ...ExpressionSpecification[]];
  return [
    'concat',
    `donut|${choice.tone}|`,
    ['to-string', sizeStep(count)],
    '|',
    first,
    ...rest.flatMap((tenth) => [',', tenth]),
  ] as unknown as ExpressionSpecification;
}

/** «950», «4,9» over «тыс.». */
function abbreviated(choice: StyleChoice): Text {
  const n = shownCount(choice);
  const locale = choice.language;
  const whole: ExpressionSpecification = ['number-format', n, { locale }];
  const thousands: ExpressionSpecification = [
    'number-format',
    ['/', n, 1000],
    { locale, 'max-fraction-digits': ['case', ['<', n, 9950], 1, 0] as unknown as number },
  ];
  const unit = choice.language === 'ru' ? `\n${choice.thousand}` : choice.thousand;
  return [
    'case',
    ['<', n, 1000],
    ['format', whole, {}],
    ['format', thousands, {}, unit, { 'font-scale': choice.language === 'ru' ? 0.72 : 1 }],
  ] as unknown as Text;
}

function numberLayout(choice: StyleChoice) {
  const count = shownCount(choice);
  const scale = ['interpolate', ['linear'], ['zoom'], SCALE_FROM.zoom, SCALE_FROM.scale, SCALE_TO.zoom, SCALE_TO.scale];
  return {
    'text-field': abbreviated(choice),
    'text-font': FONT_STRONG,
    'text-size': ['step', count, 12, SIZE_STEPS[1], 12.5, SIZE_STEPS[2], 13.5, SIZE_STEPS[3], 15] as never,
    'text-line-height': 0.95,
    'text-allow-overlap': true,
    'icon-allow-overlap': true,
    'icon-size': scale as never,
    // Names stand close to a donut; its picture has its own margin.
    'icon-padding': 0,
    'text-padding': 0,
    'symbol-sort-key': ['-', 0, count] as ExpressionSpecification,
  };
}

function clusterLayers(
  choice: StyleChoice,
  prefix: string,
  place: { source: string; 'source-layer'?: string; minzoom?: number; maxzoom?: number },
): LayerSpecification[] {
  const { text } = palette[choice.tone];
  const some: ExpressionSpecification = ['>', shownCount(choice), 0];
  const size: ExpressionSpecification = ['to-string', sizeStep(shownCount(choice))];
  const filter = (fallback: ExpressionSpecification): FilterSpecification => ['all', IS_CLUSTER, fallback, some];
  return [
    {
      id: `${prefix}-fallback`,
      type: 'symbol',
      ...place,
      filter: filter(IS_FALLBACK),
      layout: { ...numberLayout(choice), 'icon-image': ['concat', `fallback|${choice.tone}|`, size] },
      paint: { 'text-color': text, 'text-opacity': 0.8 },
    },
    {
      id: prefix,
      type: 'symbol',
      ...place,
      filter: filter(['!', IS_FALLBACK]),
      layout: { ...numberLayout(choice), 'icon-image': donut(choice) },
      paint: { 'text-color': text },
    },
  ];
}

function clusters(choice: StyleChoice): LayerSpecification[] {
  const minzoom = choice.pointsFrom;
  return clusterLayers(choice, 'clusters', { source: OBJECTS, 'source-layer': choice.layer, minzoom });
}

function seats(choice: StyleChoice): LayerSpecification[] {
  if (choice.density) return [];
  return clusterLayers(choice, 'seats', { source: SEATS, maxzoom: choice.pointsFrom });
}

function highlight({ tone }: StyleChoice): LayerSpecification {
  return {
    id: 'highlight',
    type: 'circle',
    source: HIGHLIGHT,
    paint: {
      'circle-radius': ['get', 'radius'],
      'circle-color': 'rgba(0,0,0,0)',
      'circle-stroke-color': palette[tone].text,
      'circle-stroke-width': 2.5,
    },
  };
}

/** Layers that can be pressed, hovered and stepped through. */
export const PICKABLE = [
  'seats',
  'seats-fallback',
  'clusters',
  'clusters-fallback',
  'points',
  'hotspot-bundles',
  'hotspot-crowds',
  'hotspot-cells',
  'hexes',
  'shape-lines',
  'shape-areas',
];
