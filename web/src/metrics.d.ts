declare module 'virtual:metrics' {
  export interface MetricRow {
    id:
      | 'score'
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
    kind: 'score' | 'share' | 'days' | 'rate' | 'years' | 'ratio' | 'mark';
    bounds: [number, number, number, number];
    more_is_better: boolean;
  }
  /** Fewer cases than this say nothing. */
  export const leastCases: number;
  export const metrics: MetricRow[];
}
