// What lies around the object of the open card: appeals of residents, and open objects of the same topic.

import { askJson } from '../api/http';
import { filterOf, listUrl } from '../api/queries';
import type { AppealProperties, Bounds, Feature, LonLat, Page, ProblemProperties } from '../api/wire';
import { card } from '../app/data';
import { resource } from '../app/resource';
import { DEFAULT_VIEW, type View } from '../app/url';
import { view } from '../app/view';
import { anchorOf, distanceKm } from '../domain/place';

/** Some blocks of houses; the page of the object says the same (src/pages/card.rs). */
export const APPEALS_NEAR_KM = 0.3;
export const SIMILAR_NEAR_KM = 5;
const LOOKED_AT = 1_000;
const KM_PER_DEGREE = 111;

export interface Near<P> {
  /** Within the circle, the nearest first. */
  features: (Feature<P> & { km: number })[];
  /** There are more than were looked at. */
  cut: boolean;
}

function around([lon, lat]: LonLat, km: number): Bounds {
  const tall = km / KM_PER_DEGREE;
  const wide = tall / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return [Math.max(-180, lon - wide), lat - tall, Math.min(180, lon + wide), lat + tall];
}

async function near<P>(
  layer: 'problems' | 'appeals',
  [centre, km, conditions]: [LonLat, number, Partial<View>],
  abort: AbortSignal,
): Promise<Near<P>> {
  const mode = layer === 'appeals' ? 'appeals' : 'objects';
  const filter = filterOf({ ...DEFAULT_VIEW, mode, ...conditions, at: view.peek().at }, around(centre, km));
  const page = await askJson<Page<P>>(listUrl(layer, filter, LOOKED_AT), view.peek().language, abort);
  const features = page.features
    .map((feature) => ({ ...feature, km: distanceKm(centre, anchorOf(feature.geometry) ?? [0, 0]) }))
    .filter((feature) => feature.km <= km)
    .sort((a, b) => a.km - b.km);
  return { features, cut: page.numberMatched > LOOKED_AT };
}

/** Place, topic and day of the open card. */
function opened(): string | null {
  const problem = card.state.value.data;
  const place = problem && problem.id === view.value.object ? anchorOf(problem.geometry) : null;
  return place && JSON.stringify([problem?.id, problem?.sphere, place, view.value.at]);
}

type Opened = [id: string, sphere: string, place: LonLat];

export const appealsNear = resource<Near<AppealProperties>>(opened, (key, abort) => {
  const [, , place] = JSON.parse(key) as Opened;
  return near<AppealProperties>('appeals', [place, APPEALS_NEAR_KM, {}], abort);
});

export const similarNear = resource<Near<ProblemProperties>>(opened, async (key, abort) => {
  const [id, sphere, place] = JSON.parse(key) as Opened;
  const conditions = { categories: [sphere], statuses: ['open'] };
  const found = await near<ProblemProperties>('problems', [place, SIMILAR_NEAR_KM, conditions], abort);
  return { ...found, features: found.features.filter((feature) => feature.id !== id) };
});
