import { frame } from '../app/embedded';

/** Whether the browser can draw the live map, and may. */
export const hasWebgl = ((): boolean => {
  if (frame.engine === 'raster' || frame.engine === 'static') return false;
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
})();
