// Hot spots: places where problems crowd.

/** The zoom from which each kind is drawn: cells can be seen from afar, crowds and streets would be dots. */
export const HOTSPOTS_FROM = { cell: 6, crowd: 12, bundle: 11 } as const;
export type HotspotKind = keyof typeof HOTSPOTS_FROM;
