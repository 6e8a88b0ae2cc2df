// Reads the vector tiles of a server with a decoder that is not ours and holds them against the features of its OGC API:
// check.mjs ADDRESS. Cameras must be in the tiles where they stand, once each, and be counted together where they are not drawn one by
// one; the ground of a study must be the same but near its edges.
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'

const server = process.argv[2]
const close = 16 // a level at which cameras stand alone and a tile is some 400 m wide
const extent = 4096
const near = 3 // units: what a surface may be drawn beside its place, some 0.3 m
const steps = 32 // points looked at along each side of a tile

let faults = 0
const fault = text => { faults++; console.error(`tiles: ${text}`) }
const same = (what, has, want) => { if (has !== want) fault(`${what}: ${has}, not ${want}`) }

const asked = async path => {
  const answer = await fetch(server + path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer
}
const items = async collection => {
  const page = await (await asked(`/ogc/collections/${collection}/items?limit=1000`)).json()
  if (page.links.some(link => link.rel === 'next')) throw new Error(`${collection} has more than a page`)
  return page.features.filter(({ geometry }) => geometry)
}
const tile = async (collection, { z, x, y }, query = '') => {
  const bytes = await (await asked(`/tiles/${collection}/${z}/${x}/${y}.mvt${query}`)).arrayBuffer()
  const layer = new VectorTile(new PbfReader(new Uint8Array(bytes))).layers[collection]
  return Array.from({ length: layer?.length ?? 0 }, (_, k) => layer.feature(k))
}

// onMap is a place in tiles of a level, Web Mercator.
const onMap = ([lon, lat], z) => {
  const sine = Math.sin(lat * Math.PI / 180)
  return [(lon + 180) / 360 * 2 ** z, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** z]
}
// tilesOf are the tiles of a level from the westernmost and northernmost of some places to the last.
const tilesOf = (places, z) => {
  const [xs, ys] = [0, 1].map(axis => places.map(place => Math.floor(onMap(place, z)[axis])))
  const [west, north] = [xs, ys].map(all => all.reduce((a, b) => Math.min(a, b)))
  const [east, south] = [xs, ys].map(all => all.reduce((a, b) => Math.max(a, b)))
  const all = []
  for (let x = west; x <= east; x++) for (let y = north; y <= south; y++) all.push({ z, x, y })
  return all
}
const inTile = (place, { z, x, y }) => {
  const [column, row] = onMap(place, z)
  return [(column - x) * extent, (row - y) * extent]
}
const within = ([x, y]) => x >= 0 && y >= 0 && x < extent && y < extent

async function checkAlone(cameras) {
  let found = 0
  for (const at of tilesOf(cameras.map(camera => camera.geometry.coordinates), close)) {
    const name = `cameras/${at.z}/${at.x}/${at.y}`
    const here = cameras.filter(camera => within(inTile(camera.geometry.coordinates, at)))
    const drawn = new Map((await tile('cameras', at)).map(one => [one.properties.id, one]))
    same(`${name}, cameras`, drawn.size, here.length)
    for (const { id, geometry, properties } of here) {
      const one = drawn.get(id)
      if (!one) { fault(`${name}: ${id} is missing`); continue }
      found++
      const [[point]] = one.loadGeometry()
      const [x, y] = inTile(geometry.coordinates, at)
      if (Math.abs(point.x - x) > 1 || Math.abs(point.y - y) > 1) fault(`${name}: ${id} is at ${point.x}, ${point.y}, not ${x}, ${y}`)
      for (const member of ['name', 'holder', 'status']) same(`${name}, ${id}, ${member}`, one.properties[member], properties[member])
    }
  }
  same('cameras alone', found, cameras.length)
}

async function checkTogether(cameras, z) {
  const places = cameras.map(camera => camera.geometry.coordinates)
  const [west, south, east, north] = [0, 1].map(axis => Math.min(...places.map(place => place[axis])))
    .concat([0, 1].map(axis => Math.max(...places.map(place => place[axis]))))
  const cell = 360 / 2 ** z / 64 // they are drawn in the middle of where they are, to some pixels
  let counted = 0
  let together = 0
  for (const at of tilesOf(places, z)) {
    for (const one of await tile('cameras', at)) {
      counted += one.properties.cluster ? one.properties.count : 1
      together += one.properties.cluster ? 1 : 0
      const [lon, lat] = one.toGeoJSON(at.x, at.y, at.z).geometry.coordinates
      if (lon < west - cell || lon > east + cell || lat < south - cell || lat > north + cell) fault(`cameras are together at ${lon}, ${lat}`)
    }
  }
  same(`cameras of level ${z}`, counted, cameras.length)
  if (together === 0) fault(`no cameras are together at level ${z}`)
}

const sidesOf = rings => rings.flatMap(ring => ring.map((corner, k) => [corner, ring[(k + 1) % ring.length]]))
const holds = (sides, [x, y]) => sides.reduce((inside, [[ax, ay], [bx, by]]) =>
  (ay > y) !== (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax) ? !inside : inside, false)
const besides = (sides, [x, y]) => sides.some(([[ax, ay], [bx, by]]) => {
  const [dx, dy] = [bx - ax, by - ay]
  const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - ax - part * dx, y - ay - part * dy) <= near
})

// onGrid gives the points of a tile that are looked at, with the sides that cross the row of each.
function* onGrid(sides) {
  for (let row = 0; row < steps; row++) {
    const y = (row + 0.5) * extent / steps
    const crossing = sides.map(all => all.filter(([[, ay], [, by]]) => (ay > y) !== (by > y)))
    for (let column = 0; column < steps; column++) yield [[(column + 0.5) * extent / steps, y], ...crossing]
  }
}

// checkGround compares the surfaces that have the same value of a property; it gives how many points are inside.
async function checkGround(collection, property) {
  const surfaces = (await items(collection)).map(({ geometry: { type, coordinates }, properties }) => ({
    study: properties.assessment, value: properties[property], rings: type === 'Polygon' ? coordinates : coordinates.flat(),
  }))
  let inside = 0
  for (const at of tilesOf(surfaces.flatMap(({ rings }) => rings.flat()), close)) {
    const drawn = await tile(collection, at, `?assessment=${surfaces[0].study}`)
    for (const { value, rings } of surfaces) {
      const want = sidesOf(rings.map(ring => ring.map(place => inTile(place, at))))
      const has = sidesOf(drawn.filter(one => one.properties[property] === value)
        .flatMap(one => one.loadGeometry().map(ring => ring.map(({ x, y }) => [x, y]))))
      for (const [point, wanted, had] of onGrid([want, has])) {
        const seen = holds(wanted, point)
        inside += seen
        if (seen !== holds(had, point) && !besides(want, point)) fault(`${collection}/${at.z}/${at.x}/${at.y}, ${property} ${value}: at ${point}`)
      }
    }
  }
  if (inside === 0) fault(`${collection}: no point is inside`)
  return inside
}

const cameras = await items('cameras')
await checkAlone(cameras)
for (const z of [5, 9, 12]) await checkTogether(cameras, z)
const seen = await checkGround('coverage', 'level')
const gaps = await checkGround('gaps', 'rank')
if (faults > 0) process.exitCode = 1
console.log(`${cameras.length} cameras alone and together, ${seen} points of coverage and ${gaps} of gaps looked at: ${faults} faults`)
