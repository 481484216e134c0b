// supercluster over the rows of a CSV: loading, all tiles that hold something, as objects and as vector tiles (vt-pbf), and the
// same under a filter, which it can only do by loading again. Prints one JSON object. Times are processor milliseconds of this
// process.
//
// node supercluster.mjs rows.csv FIRST_MONTH LAST_MONTH      (months as YYYY-MM, both inclusive)
// node supercluster.mjs rows.csv                             (only loading)

import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import Supercluster from 'supercluster'
import vtpbf from 'vt-pbf'

const [file, firstMonth, lastMonth] = process.argv.slice(2)
const DEEPEST = 14

async function readPoints() {
  const points = []
  let columns
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const cells = line.split(',')
    if (columns === undefined) {
      columns = { lon: cells.indexOf('lon'), lat: cells.indexOf('lat'), month: cells.indexOf('received_at') }
      continue
    }
    points.push({
      type: 'Feature',
      properties: { month: cells[columns.month].slice(0, 7) },
      geometry: { type: 'Point', coordinates: [Number(cells[columns.lon]), Number(cells[columns.lat])] },
    })
  }
  return points
}

function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

function timed(work) {
  const before = cpuMs()
  const result = work()
  return [cpuMs() - before, result]
}

function tilesOf(points) {
  const seen = new Map()
  for (const { geometry } of points) {
    const [lon, lat] = geometry.coordinates
    const x = (lon + 180) / 360
    const sin = Math.sin((lat * Math.PI) / 180)
    const y = 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI
    for (let z = 0; z <= DEEPEST; z++) {
      const tile = [z, Math.floor(x * 2 ** z), Math.floor(y * 2 ** z)]
      seen.set(tile.join('/'), tile)
    }
  }
  return [...seen.values()]
}

function load(points) {
  const index = new Supercluster()
  index.load(points)
  return index
}

function allTiles(tiles, cut) {
  const each = tiles.map(([z, x, y]) => timed(() => cut(z, x, y))[0]).sort((a, b) => a - b)
  const at = (share) => each[Math.min(each.length - 1, Math.floor(each.length * share))] ?? 0
  return {
    tiles: each.length,
    total_ms: each.reduce((a, b) => a + b, 0),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
  }
}

function encoded(index, z, x, y) {
  const tile = index.getTile(z, x, y)
  return tile && vtpbf.fromGeojsonVt({ appeals: tile }, { version: 2 })
}

function measured(index, tiles) {
  return {
    objects: allTiles(tiles, (z, x, y) => index.getTile(z, x, y)),
    encoded: allTiles(tiles, (z, x, y) => encoded(index, z, x, y)),
  }
}

const points = await readPoints()
const [load_ms, index] = timed(() => load(points))
if (firstMonth === undefined) {
  console.log(JSON.stringify({ load_ms }))
  process.exit()
}
const all = measured(index, tilesOf(points))
const keeps = ({ properties: { month } }) => month >= firstMonth && month <= lastMonth
const [reload_ms, [kept, filtered]] = timed(() => {
  const kept = points.filter(keeps)
  return [kept, load(kept)]
})
const under_filter = measured(filtered, tilesOf(kept))
// The package does not export its own description.
const { version } = JSON.parse(readFileSync(new URL('node_modules/supercluster/package.json', import.meta.url)))
console.log(
  JSON.stringify({
    version,
    runtime: `Node.js ${process.versions.node}`,
    points: points.length,
    kept: kept.length,
    load_ms,
    all,
    reload_ms,
    under_filter,
  }),
)
