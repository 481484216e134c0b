import { Icon } from '../ui/Icon';
import { region } from './data';
import { tone } from './theme';
import type { Mode } from './url';
import { change, view } from './view';
import { nameOf, t } from './words';

export function Header() {
  const place = region.state.value.data;
  return (
    <header class="header">
      <a class="brand" href="./">
        <Mark />
        <span class="brand-words">
          <span class="brand-title">{t.value.title}</span>
          {place && <span class="brand-place">{nameOf(place)}</span>}
        </span>
      </a>
      <nav class="tabs" aria-label={t.value.sections}>
        <Tab mode="objects" label={t.value.map} />
        <Tab mode="rating" label={t.value.rating} />
      </nav>
      <div class="header-tools">
        <ThemeSwitch />
        <LanguageSwitch />
      </div>
    </header>
  );
}

/** A donut, as on the map: a quarter of it presses. */
function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="11.5" fill="none" stroke="var(--group-in-work)" stroke-width="6" />
      <path d="M16 4.5A11.5 11.5 0 0 1 27.5 16" fill="none" stroke="var(--group-overdue)" stroke-width="6" />
      <path d="M27.5 16A11.5 11.5 0 0 1 11 26.4" fill="none" stroke="var(--group-new)" stroke-width="6" />
    </svg>
  );
}

function Tab({ mode, label }: { mode: Mode; label: string }) {
  const current = (view.value.mode === 'rating') === (mode === 'rating');
  return (
    <button
      type="button"
      class="tab"
      aria-current={current ? 'page' : undefined}
      onClick={() => !current && change({ mode, object: null })}
    >
      {label}
    </button>
  );
}

function ThemeSwitch() {
  const other = tone.value === 'dark' ? 'light' : 'dark';
  const label = other === 'dark' ? t.value.darkTheme : t.value.lightTheme;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={() => change({ theme: other })}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}

function LanguageSwitch() {
  const russian = view.value.language === 'ru';
  return (
    <button
      type="button"
      class="icon-button language"
      lang={russian ? 'en' : 'ru'}
      aria-label={russian ? 'EN, English' : 'RU, русский'}
      title={russian ? 'English' : 'Русский'}
      onClick={() => change({ language: russian ? 'en' : 'ru' })}
    >
      {russian ? 'EN' : 'RU'}
    </button>
  );
}
