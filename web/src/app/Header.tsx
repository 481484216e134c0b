import { roomy, wide } from '../map/padding';
import { Icon, type IconName } from '../ui/Icon';
import { type DialogName, dialog } from './actions';
import { region } from './data';
import { embedded } from './embedded';
import { Menu, Pages } from './Pages';
import { poster } from './poster';
import { tone } from './theme';
import { DEFAULT_VIEW, type Mode, THEMES, type Theme } from './url';
import { addressOf, change, view } from './view';
import { language, nameOf, t } from './words';

export function Header() {
  const place = region.state.value.data;
  return (
    <header class="header">
      <a class="brand" href={addressOf({ ...DEFAULT_VIEW, language: language.value })}>
        <Mark />
        <span class="brand-words">
          <span class="brand-title">{t.value.title}</span>
          <span class="brand-place">{place ? nameOf(place) : poster.place}</span>
        </span>
      </a>
      <nav class="tabs" aria-label={t.value.sections}>
        <Tab mode="objects" label={t.value.map} />
        <Tab mode="rating" label={t.value.rating} />
      </nav>
      {roomy.value && <Pages />}
      <div class="header-tools">
        {wide.value && <ShareButton />}
        {wide.value && <ShortcutsButton />}
        <ThemeSelect />
        <LanguageSwitch />
        {(!embedded || !wide.value) && <Menu />}
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

function ShareButton() {
  return <Tool icon="share" label={t.value.shareView} press={() => openDialog('share')} />;
}

function ShortcutsButton() {
  return <Tool icon="keyboard" label={t.value.shortcuts} press={() => openDialog('shortcuts')} />;
}

function openDialog(name: DialogName): void {
  dialog.value = name;
}

function Tool({ icon, label, press }: { icon: IconName; label: string; press: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

function ThemeSelect() {
  const { theme } = view.value;
  return (
    <label class="icon-button theme" title={t.value.appearance}>
      <Icon name={theme === 'contrast' ? 'contrast' : tone.value === 'dark' ? 'moon' : 'sun'} />
      <select
        aria-label={t.value.appearance}
        value={theme}
        onChange={(event) => change({ theme: event.currentTarget.value as Theme })}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {t.value.themes[each]}
          </option>
        ))}
      </select>
    </label>
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
