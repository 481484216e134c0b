// Where the engine's worker is: a file of its own, for the content security policy allows no code from strings.

import url from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';

export const workerUrl: string = url;
