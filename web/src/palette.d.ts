declare module 'virtual:palette' {
  export interface Ground {
    sea: string;
    land: string;
    border: string;
    text: string;
    halo: string;
    /** Rivers and shores of a base map, which are lines. */
    water: string;
  }
  export interface GroupColour {
    id: 'new' | 'in_work' | 'overdue' | 'resolved';
    light: string;
    dark: string;
    contrast: string;
    glyph: 'disc' | 'half' | 'square' | 'ring';
    name_ru: string;
    name_en: string;
  }
  export const palette: {
    light: Ground;
    dark: Ground;
    contrast: Ground;
    status: GroupColour[];
    heat: { at: number; colour: string; alpha: number }[];
    difference: { at: number; colour: string; alpha: number }[];
    choropleth: { classes: string[]; contrast: string[]; no_data: string };
  };
}

declare module 'virtual:palette.css' {}
