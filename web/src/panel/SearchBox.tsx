// One box for titles, numbers, places, topics and bodies.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { searching } from '../app/data';
import { adjust, view } from '../app/view';
import { t } from '../app/words';
import { Combobox } from '../ui/Combobox';
import { Icon } from '../ui/Icon';
import { searchOffers } from './offers';

const TYPED_AFTER_MS = 300;
/** Where the key of the search leads. */
export const SEARCH_ID = 'search';

export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  // What stands in the box; null when that is what is searched for.
  const [typed, setTyped] = useState<string | null>(null);
  const { q, mode } = view.value;
  const hint = mode === 'appeals' ? t.value.searchAppeals : t.value.searchProblems;
  const search = (text: string, wait: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => adjust({ q: text.trim() }), wait);
  };
  const forget = () => {
    clearTimeout(timer.current);
    setTyped(null);
  };
  // Of the layout: after the paint, what was typed since would be forgotten with what was typed before.
  useLayoutEffect(() => {
    // Somebody else changed what is searched for: a condition was taken off, or history went back. While only the box
    // changes, it is ahead of the search.
    if (typed !== null && typed.trim() !== q) forget();
  }, [q]);
  return (
    <search class="search">
      <Icon name="search" />
      <Combobox
        id={SEARCH_ID}
        input={input}
        label={`${t.value.search}: ${hint}`}
        placeholder={hint}
        value={typed ?? q}
        offers={searchOffers(typed ?? '', forget)}
        offersLabel={t.value.offers}
        onFocus={() => {
          searching.value = true;
        }}
        onType={(text) => {
          setTyped(text);
          search(text, TYPED_AFTER_MS);
        }}
        onEnter={(text) => search(text, 0)}
      >
        {(typed ?? q) !== '' && (
          <button
            type="button"
            class="search-clear"
            aria-label={t.value.clearSearch}
            onClick={() => {
              forget();
              adjust({ q: '' });
              input.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </Combobox>
    </search>
  );
}
