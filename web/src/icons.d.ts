declare module 'virtual:icons' {
  /** Outlines on a grid of 150 by name, as paths of SVG. */
  export const icons: Readonly<Record<string, string>>;
}
