// The JavaScript peers of a scene: overlay.mjs clipper2-ts|polygon-clipping SCENE. It answers as protocol.go says.
import { createInterface } from 'node:readline'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const [, , engine, file] = process.argv
const levels = 4

// eachLine reads a file of any size, line by line.
function eachLine(name, visit) {
  const from = openSync(name), piece = Buffer.alloc(1 << 22)
  let rest = ''
  for (let n; (n = readSync(from, piece)) > 0;) {
    const lines = (rest + piece.latin1Slice(0, n)).split('\n')
    rest = lines.pop()
    lines.forEach(visit)
  }
  closeSync(from)
}

function readScene(name) {
  const scene = { perimeter: [], footprints: Array.from({ length: levels }, () => []) }
  const ring = numbers => numbers.flatMap((x, k) => (k % 2 ? [] : [[+x, +numbers[k + 1]]]))
  eachLine(name, line => {
    const [word, ...numbers] = line.split(' ')
    if (word === 'perimeter') scene.perimeter = ring(numbers)
    if (word === 'footprint') scene.footprints[+numbers[0]].push(ring(numbers.slice(1)))
  })
  return scene
}

const ringArea = ring => ring.reduce((sum, [x, y], k) => {
  const [px, py] = ring[(k + ring.length - 1) % ring.length]
  return sum + (px * y - x * py) / 2
}, 0)

// Each engine makes ready what is not timed, and gives back what finds the gaps of a level: their surface and rings.
const engines = {
  async 'clipper2-ts'(scene) { // on integers: millimetres
    const clipper = await import('clipper2-ts')
    const toPath = ring => ring.map(([x, y]) => ({ x: Math.round(x * 1000), y: Math.round(y * 1000) }))
    const perimeter = [toPath(scene.perimeter)], footprints = scene.footprints.map(level => level.map(toPath))
    return level => {
      const union = clipper.union(footprints[level], clipper.FillRule.NonZero)
      const gaps = clipper.difference(perimeter, union, clipper.FillRule.NonZero)
      return { area: gaps.reduce((sum, path) => sum + clipper.area(path), 0) / 1e6, rings: gaps.length }
    }
  },
  async 'polygon-clipping'(scene) {
    const clipping = (await import('polygon-clipping')).default
    return level => {
      const gaps = clipping.difference([scene.perimeter], clipping.union(...scene.footprints[level].map(ring => [ring])))
      const area = gaps.reduce((sum, rings) => sum + rings.reduce((part, ring, k) => part + (k ? -1 : 1) * Math.abs(ringArea(ring)), 0), 0)
      return { area, rings: gaps.reduce((n, rings) => n + rings.length, 0) }
    }
  },
}

const scene = readScene(file)
const gaps = await engines[engine](scene)
const ground = Math.abs(ringArea(scene.perimeter))

function run() {
  const answer = { seenM2: [], rings: [] }
  const start = performance.now(), before = process.cpuUsage()
  try {
    for (let level = 0; level < levels; level++) {
      const { area, rings } = gaps(level)
      answer.seenM2.push(ground - area)
      answer.rings.push(rings)
    }
  } catch (fault) {
    answer.fault = String(fault).slice(0, 200)
  }
  answer.seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  answer.cpu = (user + system) / 1e6
  answer.peakMB = process.resourceUsage().maxRSS / 1024
  return answer
}

const versions = JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies
console.log(JSON.stringify({ engine: `${engine} ${versions[engine]}` }))
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(run()))
