// Holds files against RFC 7946: check.mjs FILE... The structure is judged by check-geojson; it leaves the right-hand rule
// (3.1.6) and the range of positions to us.
import { readFileSync } from 'node:fs'
import { getIssues } from '@placemarkio/check-geojson'

const turns = ring => ring.slice(1).reduce((sum, [x, y], k) => {
  const [px, py] = ring[k], [ox, oy] = ring[0]
  return sum + (px - ox) * (y - oy) - (x - ox) * (py - oy)
}, 0)

function* ringFaults(rings) {
  for (const [k, ring] of rings.entries()) {
    if (ring.some(([lon, lat]) => Math.abs(lon) > 180 || Math.abs(lat) > 90)) yield `ring ${k} leaves the globe`
    if ((turns(ring) > 0) !== (k === 0)) yield `ring ${k} winds the wrong way`
  }
}

function* faults(text) {
  for (const issue of getIssues(text)) yield issue.message
  const { features } = JSON.parse(text)
  if (!features?.length) yield 'no features'
  for (const [k, { geometry }] of (features ?? []).entries()) {
    const polygons = { Polygon: [geometry?.coordinates], MultiPolygon: geometry?.coordinates }[geometry?.type] ?? []
    for (const [i, rings] of polygons.entries()) {
      for (const fault of ringFaults(rings)) yield `feature ${k}, polygon ${i}: ${fault}`
    }
  }
}

const files = process.argv.slice(2)
for (const file of files) {
  for (const fault of faults(readFileSync(file, 'utf8'))) {
    console.error(`${file}: ${fault}`)
    process.exitCode = 1
  }
}
console.log(`${files.length} files ${process.exitCode ? 'read, with faults' : 'are GeoJSON'}`)
