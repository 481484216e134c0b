// A box to type in that offers what may be meant. Arrows move through the offers while the focus stays in the box.

import type { ComponentChildren, Ref } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

export interface Offer {
  key: string;
  label: string;
  /** What kind of thing it is. */
  kind?: string;
  choose(): void;
}

export interface ComboboxProps {
  id?: string;
  input?: Ref<HTMLInputElement>;
  label: string;
  placeholder?: string;
  value: string;
  offers: readonly Offer[];
  /** What the list of offers is called. */
  offersLabel: string;
  onType(text: string): void;
  /** Enter without an offer chosen. */
  onEnter?(text: string): void;
  onFocus?(): void;
  onLeave?(): void;
  children?: ComponentChildren;
}

export function Combobox(props: ComboboxProps) {
  const { offers, value, children } = props;
  const list = useId();
  const own = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const shown = open && offers.length > 0;
  const active = shown ? offers[at] : undefined;
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const choose = (offer: Offer) => {
    close();
    offer.choose();
  };
  const move = (by: 1 | -1) => {
    setOpen(true);
    // One place more than there are offers: the box itself.
    setAt(((at + 1 + by + offers.length + 1) % (offers.length + 1)) - 1);
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      if (active) choose(active);
      else {
        close();
        props.onEnter?.(event.currentTarget.value);
      }
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="combobox">
      <input
        ref={props.input ?? own}
        id={props.id}
        type="search"
        // biome-ignore lint/a11y/noRedundantRoles: without a list of the browser's own it is not yet one
        role="combobox"
        list={undefined}
        aria-label={props.label}
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? list : undefined}
        aria-activedescendant={active ? `${list}-${at}` : undefined}
        placeholder={props.placeholder}
        maxLength={200}
        autoComplete="off"
        value={value}
        onFocus={props.onFocus}
        onInput={(event) => {
          setOpen(true);
          setAt(-1);
          props.onType(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          close();
          props.onLeave?.();
        }}
      />
      {children}
      {shown && (
        <div class="offers" id={list} role="listbox" aria-label={props.offersLabel}>
          {offers.map((offer, n) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box, which says what is active
            // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys
            <div
              key={offer.key}
              id={`${list}-${n}`}
              class="offer"
              role="option"
              aria-selected={n === at}
              ref={(element) => (n === at ? element?.scrollIntoView?.({ block: 'nearest' }) : undefined)}
              // The box must not lose the focus before the click is there.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(offer)}
            >
              <span>{offer.label}</span>
              {offer.kind && <span class="offer-kind">{offer.kind}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
