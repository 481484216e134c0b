// What the service answers, by hand until the API is described in OpenAPI. Names are those of the wire.

export type GroupId = 'new' | 'in_work' | 'overdue' | 'resolved';
export type LonLat = [number, number];
/** West, south, east, north. */
export type Bounds = [number, number, number, number];

export interface Municipality {
  id: string;
  slug: string;
  name_ru: string;
  name_en: string;
  population: number | null;
  area_km2: number | null;
  approximate: boolean;
  centre: LonLat;
  label_point: LonLat;
  bounds: Bounds | null;
}

export interface Category {
  code: string;
  parent: string | null;
  name_ru: string;
  name_en: string;
  icon: string;
}

/** What the administrator put under the map. */
export interface Basemap {
  kind: 'raster' | 'vector';
  /** A template of addresses: a path is of the service itself, anything else of a server elsewhere. */
  tiles: string;
  minzoom: number;
  maxzoom: number;
  attribution: string;
}

export interface Region {
  code: string;
  slug: string;
  name_ru: string;
  name_en: string;
  time_zone: string;
  bounds: Bounds;
  invented: { ru: string; en: string } | null;
  municipalities: Municipality[];
  categories: Category[];
  statuses: string[];
  appeal_statuses: string[];
  zooms: { cells_from: number; points_from: number };
  basemap: Basemap | null;
}

export interface ProblemProperties {
  id: string;
  title: string;
  category: string;
  sphere: string;
  status: string;
  overdue: boolean;
  severity: number | null;
  municipality: string | null;
  municipality_name: string | null;
  responsible: string | null;
  responsible_name: string | null;
  level: string | null;
  registered_at: string | null;
  baseline_due: string | null;
  current_due: string | null;
  resolved_at: string | null;
  slip_days: number | null;
  cost_rub: number | null;
  cost_class: string;
  n_appeals: number;
  n_supporters: number;
  updated_at: string;
}

export interface AppealProperties {
  id: string;
  category: string;
  status: string;
  municipality: string | null;
  received_at: string | null;
  due_at: string | null;
  answered_at: string | null;
  problem: string | null;
}

export type Geometry =
  | { type: 'Point'; coordinates: LonLat }
  | { type: 'LineString'; coordinates: LonLat[] }
  | { type: 'MultiLineString'; coordinates: LonLat[][] }
  | { type: 'Polygon'; coordinates: LonLat[][] }
  | { type: 'MultiPolygon'; coordinates: LonLat[][][] };

export interface Feature<P> {
  id: string;
  geometry: Geometry | null;
  properties: P;
}

export interface Page<P> {
  features: Feature<P>[];
  numberMatched: number;
}

export interface ProblemEvent {
  seq: number;
  kind: string;
  at: string;
  effective_at: string;
  from?: string;
  to?: string;
  reason?: string;
  evidence?: string;
}

export interface Photo {
  url: string;
  /** What it shows, in words. */
  alt: string;
  taken_at: string | null;
}

export interface ProblemCard extends ProblemProperties {
  description: string | null;
  geometry: Geometry;
  address: string | null;
  precision_m: number | null;
  danger: boolean;
  people_affected: number | null;
  funding: { purse: string; rub: number }[];
  holder: { name: string; since: string; days: number } | null;
  /** Who held the ball for how long, in order. */
  ball_in_court: { body: string; name: string; days: number }[];
  extension_count: number;
  reopened: number;
  review_at: string | null;
  status_since: string;
  duplicate_of: string | null;
  recurrence_of: string | null;
  quality: string[];
  photos: Photo[];
  events: ProblemEvent[];
}

export interface Counts {
  count: number;
  open: number;
  overdue: number;
  resolved: number;
  /** Appeals have no costs. */
  cost_rub?: number | null;
  cost_known?: number;
}

export interface StatsGroup extends Counts {
  category?: string | null;
  sphere?: string | null;
  status?: string | null;
  municipality?: string | null;
  month?: string | null;
  month_due?: string | null;
}

export interface Settlement {
  id: string;
  name_ru: string;
  name_en: string;
  municipality: string | null;
  population: number | null;
}

export interface Stats {
  groups: StatsGroup[];
  total: Counts;
}

export type IndicatorId =
  | 'on_time_share'
  | 'pace'
  | 'overdue_share'
  | 'reopened_share'
  | 'answered_share'
  | 'marks'
  | 'extended_share'
  | 'median_days'
  | 'open_per_10k'
  | 'years_to_clear';

export interface Indicator {
  id: IndicatorId;
  raw: number | null;
  n: number;
  shrunken: number | null;
  normalised: number | null;
  weight: number;
  contribution: number;
}

export interface Rating {
  id: string;
  name: string;
  size_group: string | null;
  score: number | null;
  level: number | null;
  /** A year ago, by the same method. */
  level_before: number | null;
  trend: number | null;
  /** Chance that the level has risen within the year. */
  p_improved: number | null;
  score_interval: [number, number] | null;
  tier: string | null;
  rank: number | null;
  rank_interval: [number, number] | null;
  p_top3: number | null;
  p_bottom3: number | null;
  indicators: Indicator[];
}

export interface Ratings {
  as_of: string;
  method_version: string;
  seed: string | number;
  inputs_hash: string;
  municipalities: Rating[];
}

export interface BurdenRow {
  id: string;
  name: string;
  open: number;
  overdue: number;
  open_per_10k: number | null;
  years_to_clear: number | null;
}

export interface Burden {
  as_of: string;
  municipalities: BurdenRow[];
}

export interface Change {
  version: number;
  counts: Partial<Record<string, number>>;
  ids: string[];
}

export interface HeatStop {
  /** Per km², and for a difference per year too; negative for less than before. */
  value: number;
  colour: string;
  alpha: number;
}

export interface HeatLegend {
  unit: string;
  zooms: { z: number; bandwidth_m: number; stops: HeatStop[] }[];
}
