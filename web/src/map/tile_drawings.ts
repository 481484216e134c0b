// Vector tiles for a map of pictures: what the service does not draw is drawn here, tile by tile.

import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import L from 'leaflet';
import { PbfReader } from 'pbf';

/** A vector tile is as wide as two pictures of the next zoom. */
const SIDE_PX = 512;
const LAST_TILES = 16;

/** How a feature is drawn: `outline` is in pixels of the tile. */
export type Brush = (context: CanvasRenderingContext2D, feature: VectorTileFeature, outline: Path2D) => void;

export class TileDrawings extends L.GridLayer {
  private readonly asked = new Map<HTMLElement, AbortController>();

  constructor(
    private readonly address: string,
    private readonly layer: string,
    private readonly brush: Brush,
    options: L.GridLayerOptions,
  ) {
    super({ ...options, tileSize: SIDE_PX, maxNativeZoom: LAST_TILES + 1 });
    this.on('tileunload', ({ tile }: L.TileEvent) => this.asked.get(tile)?.abort());
  }

  override createTile({ x, y, z }: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    const ratio = Math.min(window.devicePixelRatio, 2);
    canvas.width = canvas.height = SIDE_PX * ratio;
    const stop = new AbortController();
    this.asked.set(canvas, stop);
    const place = { z: String(z - 1), x: String(x), y: String(y) };
    fetch(L.Util.template(this.address, place), { signal: stop.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(String(response.status));
        this.paint(canvas, new Uint8Array(await response.arrayBuffer()), ratio);
        done(undefined, canvas);
      })
      .catch((error: Error) => done(stop.signal.aborted ? undefined : error, canvas))
      .finally(() => this.asked.delete(canvas));
    return canvas;
  }

  private paint(canvas: HTMLCanvasElement, bytes: Uint8Array, ratio: number): void {
    const features = new VectorTile(new PbfReader(bytes)).layers[this.layer];
    const context = canvas.getContext('2d');
    if (!features || !context) return;
    context.scale(ratio, ratio);
    for (let n = 0; n < features.length; n += 1) {
      const feature = features.feature(n);
      this.brush(context, feature, outlineOf(feature, SIDE_PX / features.extent));
    }
  }
}

const POLYGON = 3;

function outlineOf(feature: VectorTileFeature, scale: number): Path2D {
  const path = new Path2D();
  for (const line of feature.loadGeometry()) {
    line.forEach(({ x, y }, n) => {
      if (n === 0) path.moveTo(x * scale, y * scale);
      else path.lineTo(x * scale, y * scale);
    });
    if (feature.type === POLYGON) path.closePath();
  }
  return path;
}
