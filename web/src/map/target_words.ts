// What something on the map is, in a sentence: for the tooltip, and said aloud.

import { region } from '../app/data';
import { view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { GROUPS } from '../domain/groups';
import type { Hotspot, Target } from './target';

export function targetWords(target: Target): string {
  if (target.kind === 'object')
    return `${target.title || categoryName(target.category)}, ${t.value.groupOne[target.group]}`;
  if (target.kind === 'municipality') {
    const found = region.state.value.data?.municipalities.find(({ id }) => id === target.id);
    return found ? nameOf(found) : target.id;
  }
  if (target.kind === 'hex') return hexWords(target);
  if (target.kind === 'hotspot') return hotspotWords(target.spot);
  const head = clusterHead(target);
  const groups = GROUPS.filter((group) => target.groups[group] > 0);
  const parts = groups.map(
    (group) => `${t.value.groups[group].toLocaleLowerCase()} — ${f.value.number(target.groups[group])}`,
  );
  return `${target.name ? `${nameOf(target.name)}: ` : ''}${head}. ${parts.join(', ')}`;
}

function hexWords({ count, open, overdue }: Extract<Target, { kind: 'hex' }>): string {
  const [all, pending, late] = [count, open, overdue].map(f.value.number) as [string, string, string];
  return t.value.hex(all, count, pending, late);
}

export function hotspotWords(spot: Hotspot): string {
  const [words, count] = [t.value.hotspots, f.value.number(spot.count)];
  if (spot.kind === 'cell') return words.cell(words.categories[spot.category] ?? '', count, spot.count);
  const sphere = categoryName(spot.sphere);
  if (spot.kind === 'crowd') return words.crowd(sphere, count, spot.count, f.value.distance(spot.radiusM / 1_000));
  const head = words.bundle(sphere, count, spot.count, f.value.distance(spot.lengthM / 1_000));
  const [patch, replace] = [spot.patchRub, spot.replaceRub];
  if (patch === null || replace === null) return `${head}.`;
  return `${head}. ${words.costs(f.value.money(patch), f.value.money(replace))}`;
}

export function clusterHead(target: Extract<Target, { kind: 'cluster' }>): string {
  const ofAppeals = view.value.mode === 'appeals';
  const count = f.value.number(target.count);
  if (target.fallback)
    return (ofAppeals ? t.value.tooltipFallbackAppeals : t.value.tooltipFallback)(count, target.count);
  return (ofAppeals ? t.value.clusterAppeals : t.value.cluster)(count, target.count);
}

export function categoryName(code: string): string {
  const found = region.state.value.data?.categories.find((category) => category.code === code);
  return found ? nameOf(found) : code;
}
