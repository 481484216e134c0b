// The mark of a status group: its form repeats what its colour says.

import type { GroupId } from '../api/wire';

export function Glyph({ group }: { group: GroupId }) {
  return (
    <svg class={`glyph glyph-${group}`} viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
      <Form group={group} />
    </svg>
  );
}

function Form({ group }: { group: GroupId }) {
  switch (group) {
    case 'new':
      return <circle cx="7" cy="7" r="5.5" fill="currentColor" />;
    case 'in_work':
      return (
        <>
          <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" stroke-width="1.8" />
          <path d="M7 1.5a5.5 5.5 0 0 0 0 11Z" fill="currentColor" />
        </>
      );
    case 'overdue':
      return <rect x="1.75" y="1.75" width="10.5" height="10.5" rx="1.5" fill="currentColor" />;
    case 'resolved':
      return <circle cx="7" cy="7" r="4.3" fill="none" stroke="currentColor" stroke-width="2.4" />;
  }
}
