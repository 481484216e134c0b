// What the search box offers for what was typed: the object of that number, places, topics and bodies.

import type { LonLat } from '../api/wire';
import { chooseMunicipality, wish } from '../app/actions';
import { region, settlements } from '../app/data';
import { change, openCard, view } from '../app/view';
import { nameOf, t } from '../app/words';
import { best } from '../domain/match';
import { anchorOf } from '../domain/place';
import type { Offer } from '../ui/Combobox';
import { bodies, bodyFilter } from './bodies';

const OF_EACH_KIND = 3;
const SETTLEMENT_ZOOM = 11;
const NUMBER_DIGITS = 6;

/** Choosing an offer says more than the text that led to it, so the text is forgotten. */
export function searchOffers(typed: string, forget: () => void): Offer[] {
  const text = typed.trim();
  if (text === '') return [];
  const place = region.state.value.data;
  const take = (offer: Offer): Offer => ({
    ...offer,
    choose: () => {
      forget();
      offer.choose();
    },
  });
  const found = <T>(all: readonly T[], name: (one: T) => string, offer: (one: T) => Offer) =>
    best(all, name, text, OF_EACH_KIND).map((one) => take(offer(one)));
  return [
    ...byNumber(text).map(take),
    ...found(place?.municipalities ?? [], nameOf, (each) => ({
      key: each.id,
      label: nameOf(each),
      kind: t.value.municipality,
      choose: () => {
        change({ q: '' });
        chooseMunicipality(each.slug);
      },
    })),
    ...found(
      settlements.state.value.data?.features ?? [],
      ({ properties }) => nameOf(properties),
      ({ id, geometry, properties }) => ({
        key: id,
        label: nameOf(properties),
        kind: t.value.settlement,
        choose: () => showPlace(anchorOf(geometry)),
      }),
    ),
    ...found(place?.categories ?? [], nameOf, (each) => ({
      key: each.code,
      label: nameOf(each),
      kind: each.parent === null ? t.value.category : t.value.categoryType,
      choose: () => change({ q: '', categories: [each.code] }),
    })),
    ...found(
      bodies.value,
      ({ name }) => name,
      ({ id, name }) => ({
        key: id,
        label: name,
        kind: t.value.responsible,
        choose: () => change({ q: '', ...bodyFilter(id) }),
      }),
    ),
  ];
}

function showPlace(place: LonLat | null): void {
  change({ q: '' });
  if (place) wish.value = { kind: 'fly', place, zoom: SETTLEMENT_ZOOM };
}

/** «4127» and «ATL-27-004127» are the same object. */
function byNumber(text: string): Offer[] {
  const code = region.state.value.data?.code;
  const digits = /^(?:ATL-\d+-|№\s*)?(\d{1,6})$/i.exec(text)?.[1];
  if (!code || !digits || view.value.mode === 'appeals') return [];
  const id = `ATL-${code}-${digits.padStart(NUMBER_DIGITS, '0')}`;
  return [{ key: id, label: id, kind: t.value.openObject, choose: () => openNumbered(id) }];
}

function openNumbered(id: string): void {
  change({ q: '' });
  openCard(id);
}
