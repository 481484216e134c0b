/** Whether the browser can draw the live map. */
export const hasWebgl = ((): boolean => {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
})();
