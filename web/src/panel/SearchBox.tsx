import { useRef } from 'preact/hooks';
import { adjust, view } from '../app/view';
import { t } from '../app/words';
import { Icon } from '../ui/Icon';

const TYPED_AFTER_MS = 300;

export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef(0);
  const { q, mode } = view.value;
  const hint = mode === 'appeals' ? t.value.searchAppeals : t.value.searchProblems;
  const search = (text: string, wait: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => adjust({ q: text.trim() }), wait);
  };
  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="search"
        aria-label={`${t.value.search}: ${hint}`}
        placeholder={hint}
        maxLength={200}
        autoComplete="off"
        value={q}
        onInput={(event) => search(event.currentTarget.value, TYPED_AFTER_MS)}
        onKeyDown={(event) => event.key === 'Enter' && search(event.currentTarget.value, 0)}
      />
      {q !== '' && (
        <button
          type="button"
          class="search-clear"
          aria-label={t.value.clearSearch}
          onClick={() => {
            adjust({ q: '' });
            input.current?.focus();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </search>
  );
}
