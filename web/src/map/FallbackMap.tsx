// The map where nothing can draw in three dimensions: the municipalities as a drawing, each with its count.

import { palette } from 'virtual:palette';
import { useEffect, useState } from 'preact/hooks';
import { askJson } from '../api/http';
import type { Feature, Geometry, LonLat, Municipality, Page } from '../api/wire';
import { chooseMunicipality, municipalityOf, pointedArea } from '../app/actions';
import { groupsByMunicipality, region } from '../app/data';
import { tone } from '../app/theme';
import { view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { GROUPS, type GroupCounts, total } from '../domain/groups';
import { comparisonColours } from '../rating/metric';
import { arcsOf, groupColour, RADII, sizeOf } from './donut';
import { mapState } from './live';
import { spread } from './spread';

const WIDTH = 800;
const HEIGHT = 800;
const MARGIN = 20;
const RING = 5.5;

type Outline = Feature<{ id: string }>;
type Project = (place: LonLat) => { x: number; y: number };

export function FallbackMap() {
  const [outlines, setOutlines] = useState<Outline[]>([]);
  useEffect(() => {
    askJson<Page<{ id: string }>>('/ogc/collections/municipalities/items', view.peek().language).then(
      ({ features }) => setOutlines(features),
      // The list says that the service does not answer; the drawing has nothing to add.
      () => undefined,
    );
  }, []);
  const place = region.state.value.data;
  if (!place) return null;
  const project = projection(place.bounds);
  return (
    <div class="flat-map">
      <Because />
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing groups what is drawn */}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={t.value.simpleMap}>
        <defs>
          <pattern id="flat-hatch" width="8" height="8" patternUnits="userSpaceOnUse">
            <path d="M0 0h8v8H0z" fill={palette[tone.value].land} />
            <path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke={palette[tone.value].border} stroke-opacity="0.6" />
          </pattern>
        </defs>
        {outlines.map((outline) => (
          <Area key={outline.id} outline={outline} project={project} municipalities={place.municipalities} />
        ))}
        {view.value.mode === 'objects' && <Donuts project={project} municipalities={place.municipalities} />}
      </svg>
    </div>
  );
}

function Because() {
  const { flatBecause } = mapState.value;
  if (flatBecause === 'unwanted') return null;
  const failed = flatBecause === 'failed';
  const words = { no_webgl: t.value.noWebgl, lost: t.value.lostWebgl, failed: t.value.failedEngine };
  return (
    <div class="map-hint" role={flatBecause === 'no_webgl' ? undefined : 'alert'}>
      <p>{words[flatBecause ?? 'no_webgl']}</p>
      {failed && (
        // What a browser failed to load as a module it asks for again only with the page.
        <button type="button" class="button" onClick={() => location.reload()}>
          {t.value.retry}
        </button>
      )}
    </div>
  );
}

/** Mercator, fitted to the drawing. */
function projection([west, south, east, north]: [number, number, number, number]): Project {
  const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const rad = Math.PI / 180;
  const [top, bottom] = [mercator(north), mercator(south)];
  const scale = Math.min((WIDTH - 2 * MARGIN) / ((east - west) * rad), (HEIGHT - 2 * MARGIN) / (top - bottom));
  const left = (WIDTH - (east - west) * rad * scale) / 2;
  return ([lon, lat]) => ({ x: left + (lon - west) * rad * scale, y: MARGIN + (top - mercator(lat)) * scale });
}

function Area({
  outline,
  project,
  municipalities,
}: {
  outline: Outline;
  project: Project;
  municipalities: readonly Municipality[];
}) {
  const id = outline.properties.id;
  const municipality = municipalities.find((each) => each.id === id);
  if (!municipality) return null;
  const compared = comparisonColours.value.get(id)?.colour ?? 'url(#flat-hatch)';
  const fill = view.value.mode === 'rating' ? compared : palette[tone.value].land;
  const chosen = municipalityOf(view.value.municipality)?.id === id;
  const choose = () => chooseMunicipality(chosen ? null : municipality.slug);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
    <path
      class="flat-area"
      d={pathOf(outline.geometry, project)}
      fill={fill}
      data-pointed={pointedArea.value === id || chosen}
      role="button"
      // Attributes of drawings keep their case.
      tabindex={0}
      aria-label={t.value.showMunicipality(nameOf(municipality))}
      aria-pressed={chosen}
      onClick={choose}
      onKeyDown={(event) => event.key === 'Enter' && choose()}
    />
  );
}

function pathOf(geometry: Geometry | null, project: Project): string {
  if (geometry?.type !== 'Polygon' && geometry?.type !== 'MultiPolygon') return '';
  const polygons: LonLat[][][] = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const ring = (points: readonly LonLat[]) =>
    `M${points
      .map(project)
      .map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`)
      .join('L')}Z`;
  return polygons.flatMap((rings) => rings.map(ring)).join('');
}

function Donuts({ project, municipalities }: { project: Project; municipalities: readonly Municipality[] }) {
  const counted = municipalities.flatMap((municipality) => {
    const counts = groupsByMunicipality.value?.get(municipality.id);
    return counts && total(counts) > 0 ? [{ municipality, counts }] : [];
  });
  counted.sort((a, b) => total(b.counts) - total(a.counts));
  const places = spread(
    counted.map(({ municipality, counts }) => ({
      ...project(municipality.centre),
      radius: RADII[sizeOf(total(counts))] ?? RADII[0],
      weight: total(counts),
    })),
  );
  return (
    <>
      {counted.map(({ municipality, counts }, n) => (
        <Donut key={municipality.id} counts={counts} {...(places[n] ?? { x: 0, y: 0 })} />
      ))}
    </>
  );
}

function Donut({ counts, x, y }: { counts: GroupCounts; x: number; y: number }) {
  const radius = RADII[sizeOf(total(counts))] ?? RADII[0];
  const ground = palette[tone.value];
  const shown = { ...counts };
  for (const group of GROUPS) if (view.value.hidden.includes(group)) shown[group] = 0;
  return (
    <g transform={`translate(${x} ${y})`} class="flat-donut">
      <circle r={radius + 1.5} fill={ground.halo} />
      {arcsOf(shown).map(({ group, from, to }) => (
        <path
          key={group}
          d={arc(radius - RING / 2, from, to)}
          stroke={groupColour(group, tone.value)}
          stroke-width={RING}
          fill="none"
        />
      ))}
      <text fill={ground.text} text-anchor="middle" dominant-baseline="central">
        {f.value.compact(total(shown))}
      </text>
    </g>
  );
}

function arc(radius: number, from: number, to: number): string {
  // A whole circle has no arc between two equal points.
  const end = Math.min(to, from + 2 * Math.PI - 0.001);
  const at = (angle: number) => `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
  return `M${at(from)}A${radius} ${radius} 0 ${end - from > Math.PI ? 1 : 0} 1 ${at(end)}`;
}
