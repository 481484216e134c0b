import { useLayoutEffect, useRef } from 'preact/hooks';
import { f, nameOf, t } from '../app/words';
import { GROUPS } from '../domain/groups';
import { comparisonColours, metricName } from '../rating/metric';
import { Glyph } from '../ui/Glyph';
import { hovered } from './live';
import { wide } from './padding';
import type { Target } from './target';
import { categoryName, clusterHead, targetWords } from './target_words';

const OFFSET_PX = 16;

export function Tooltip() {
  const element = useRef<HTMLDivElement>(null);
  const now = hovered.value;
  useLayoutEffect(() => {
    const box = element.current;
    if (!box || !now) return;
    const pane = box.offsetParent;
    if (!pane) return;
    const right = now.x + OFFSET_PX + box.offsetWidth > pane.clientWidth;
    const below = now.y + OFFSET_PX + box.offsetHeight > pane.clientHeight;
    box.style.left = `${right ? Math.max(0, now.x - OFFSET_PX - box.offsetWidth) : now.x + OFFSET_PX}px`;
    box.style.top = `${below ? Math.max(0, now.y - OFFSET_PX - box.offsetHeight) : now.y + OFFSET_PX}px`;
  });
  if (!now || !wide.value) return null;
  return (
    <div class="tooltip" ref={element} aria-hidden="true">
      <Content target={now.target} />
    </div>
  );
}

function Content({ target }: { target: Target }) {
  if (target.kind === 'municipality') {
    const value = comparisonColours.value.get(target.id)?.label;
    return (
      <>
        <strong>{targetWords(target)}</strong>
        <span>
          {metricName.value}: {value ?? t.value.noData}
        </span>
      </>
    );
  }
  if (target.kind === 'hex' || target.kind === 'hotspot') return <span>{targetWords(target)}</span>;
  if (target.kind === 'object') {
    return (
      <>
        <strong lang={target.title ? 'ru' : undefined}>{target.title || categoryName(target.category)}</strong>
        <span class="tooltip-group">
          <Glyph group={target.group} />
          {t.value.groupOne[target.group]}
        </span>
      </>
    );
  }
  return (
    <>
      {target.name && <strong>{nameOf(target.name)}</strong>}
      <span>{clusterHead(target)}</span>
      {GROUPS.filter((group) => target.groups[group] > 0).map((group) => (
        <span key={group} class="tooltip-group">
          <Glyph group={group} />
          {t.value.groups[group]}
          <b>{f.value.number(target.groups[group])}</b>
        </span>
      ))}
    </>
  );
}
