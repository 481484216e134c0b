// What the signs mean, how many there are, and which of them are shown.

import { useState } from 'preact/hooks';
import type { GroupId } from '../api/wire';
import { density, groupsInView, tooFarForHotspots } from '../app/data';
import { change, view } from '../app/view';
import { f, t } from '../app/words';
import { GROUPS } from '../domain/groups';
import type { HotspotKind } from '../domain/hotspots';
import { metricName, scheme } from '../rating/metric';
import { Glyph } from '../ui/Glyph';
import { Icon } from '../ui/Icon';
import { offeredBasemap } from './basemap';
import { Classes } from './Classes';
import { DensityLegend, densityTitle } from './DensityLegend';
import { mapState } from './live';
import { roomy } from './padding';

export function Legend() {
  const [open, setOpen] = useState<boolean | null>(null);
  const shown = open ?? roomy.value;
  const label = shown ? t.value.hideLegend : t.value.showLegend;
  return (
    <section class="legend" aria-label={t.value.legend}>
      <button type="button" class="legend-head" aria-expanded={shown} title={label} onClick={() => setOpen(!shown)}>
        <span>{title()}</span>
        <Icon name={shown ? 'down' : 'up'} />
      </button>
      {shown && <Body />}
    </section>
  );
}

function title(): string {
  const { mode } = view.value;
  if (mode === 'rating') return metricName.value;
  if (density.value) return densityTitle(density.value);
  return mode === 'appeals' ? t.value.legendAppeals : t.value.legendProblems;
}

function Body() {
  const { mode } = view.value;
  return (
    <>
      {mode === 'rating' ? <Classes scheme={scheme.value} /> : <Signs />}
      {mode === 'objects' && <Hotspots />}
      {offeredBasemap.value && mapState.value.stage !== 'flat' && <BasemapSwitch />}
    </>
  );
}

function Signs() {
  return density.value ? <DensityLegend shown={density.value} /> : <Groups />;
}

/** What lies under everything else. */
function BasemapSwitch() {
  return (
    <div class="legend-switch">
      <label class="legend-row">
        <input
          type="checkbox"
          checked={view.value.basemap}
          onChange={(event) => change({ basemap: event.currentTarget.checked })}
        />
        {t.value.basemap}
      </label>
    </div>
  );
}

/** Where problems crowd, drawn over everything else that is flat. */
function Hotspots() {
  const { hotspots } = view.value;
  const words = t.value.hotspots;
  return (
    <div class="legend-switch">
      <label class="legend-row">
        <input
          type="checkbox"
          checked={hotspots}
          onChange={(event) => change({ hotspots: event.currentTarget.checked })}
        />
        {words.title}
      </label>
      {hotspots && (
        <ul>
          {(['cell', 'crowd', 'bundle'] as const).map((kind) => (
            <li key={kind} class="legend-note">
              <HotspotSign kind={kind} />
              {words.signs[kind]}
            </li>
          ))}
          {tooFarForHotspots.value && <li class="legend-note">{words.far}</li>}
        </ul>
      )}
    </div>
  );
}

/** The sign as the map draws it. */
function HotspotSign({ kind }: { kind: HotspotKind }) {
  const lines = { cell: 'M3 1h8l3 6-3 6H3L0 7z', crowd: 'M2 3l8-2 3 6-4 6-7-2z', bundle: 'M1 12L13 2' } as const;
  return (
    <svg class={`sign sign-${kind}`} viewBox="-1 -1 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={lines[kind]} />
    </svg>
  );
}

function GroupRow({ group }: { group: GroupId }) {
  return (
    <>
      <Glyph group={group} />
      <span>{t.value.groups[group]}</span>
      <b class="legend-count" data-group={group}>
        {groupsInView.value ? f.value.number(groupsInView.value[group]) : ''}
      </b>
    </>
  );
}

function Groups() {
  const { hidden } = view.value;
  const toggle = (group: GroupId) => {
    const next = hidden.includes(group) ? hidden.filter((each) => each !== group) : [...hidden, group];
    // With everything switched off there would be nothing to look at.
    change({ hidden: next.length === GROUPS.length ? [] : next });
  };
  return (
    <ul class="legend-rows">
      {GROUPS.map((group) => (
        <li key={group}>
          <button type="button" class="legend-row" aria-pressed={!hidden.includes(group)} onClick={() => toggle(group)}>
            <GroupRow group={group} />
          </button>
        </li>
      ))}
      <li class="legend-note">
        <svg class="glyph" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
          <circle
            cx="7"
            cy="7"
            r="5.5"
            fill="none"
            stroke="currentColor"
            stroke-width="1.3"
            stroke-dasharray="2.6 1.8"
          />
        </svg>
        {t.value.fallbackLegend}
      </li>
    </ul>
  );
}
