// Solves mixed-integer programs: solve.mjs FILE... prints the optimum of each file in the LP format, one a line, or why
// there is none. Exact: no gap is left open.
import { readFileSync } from 'node:fs'
import load from 'highs'

const highs = await load()
for (const file of process.argv.slice(2)) {
  const { Status, ObjectiveValue } = highs.solve(readFileSync(file, 'utf8'), { mip_rel_gap: 0, mip_abs_gap: 0, time_limit: 120 })
  console.log(Status === 'Optimal' ? ObjectiveValue : Status.replaceAll(' ', '-'))
}
