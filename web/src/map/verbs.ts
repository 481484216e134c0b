// What the page asks of a map, whichever way it is drawn, and what a map tells the page.

import type { Bounds, LonLat, Municipality } from '../api/wire';
import type { Camera } from '../app/url';
import type { StyleChoice } from './style_choice';
import type { Target } from './target';

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface MapVerbs {
  setLabel(label: string): void;
  restyle(choice: StyleChoice): void;
  /** Asks for the tiles again. */
  refresh(places: boolean): void;
  go(camera: Camera): void;
  fit(bounds: Bounds): void;
  fly(centre: LonLat, zoom: number): void;
  /** Moves only as far as it takes to show the place. */
  reveal(place: LonLat): void;
  zoomBy(steps: number): void;
  setPadding(padding: Padding): void;
  highlight(place: LonLat | null, radius: number): void;
  /** Draws the border of a municipality, given by its place in the list of the region. */
  highlightArea(index: number | null): void;
  remove(): void;
}

export interface MapEvents {
  moved(camera: Camera, bounds: Bounds): void;
  picked(target: Target): void;
  /** Pressed where a map of pictures knows no features: whatever lies in this box is meant. */
  pressed(box: Bounds, place: LonLat): void;
  hovered(target: Target | null, x: number, y: number): void;
  /** Reached by key. */
  stepped(target: Target, x: number, y: number): void;
  /** A map of pictures has no features to step through. */
  wantsStep(by: 1 | -1): void;
  wantsOpen(): void;
  /** Everything asked for is drawn. */
  idle(): void;
  /** `status` is 0 where nobody says it. */
  failed(status: number): void;
  /** The graphics context is gone; the map stands still until it is back. */
  lost(): void;
  regained(): void;
  pressedHome(): void;
  pressedEscape(): void;
}

export interface MapOptions {
  container: HTMLElement;
  label: string;
  choice: StyleChoice;
  municipalities: readonly Municipality[];
  camera: Camera | null;
  /** What to show when no camera is given. */
  bounds: Bounds;
  padding: Padding;
  /** What to say to whoever scrolls over the map of a frame; null where the wheel zooms. */
  gestures: Record<string, string> | null;
  events: MapEvents;
}

/** Corners of a map in either engine. */
interface Corners {
  getWest(): number;
  getSouth(): number;
  getEast(): number;
  getNorth(): number;
}

/** What a map shows, as the service takes it: no further than the world and the square of Mercator reach. */
export function boxOf(corners: Corners): Bounds {
  return [
    Math.max(-180, corners.getWest()),
    Math.max(-85, corners.getSouth()),
    Math.min(180, corners.getEast()),
    Math.min(85, corners.getNorth()),
  ];
}
