// The peer of bench/slides.py: composes the same picks with pptx-automizer, in one warm process.
// Usage: node slides_peer.cjs MODULES JOBS.json RESULTS.json REPEATS
// A job is {out, picks: [[path, number], ...]}; its result {out, error, seconds: [...], cpu: [...], peak: bytes above start}.
const fs = require('fs')
const path = require('path')
const [modules, jobsFile, resultsFile, repeats] = process.argv.slice(2)
const Automizer = require(path.join(modules, 'node_modules', 'pptx-automizer')).default
const quiet = () => {}
console.log = console.warn = console.info = quiet
const atStart = process.memoryUsage().rss

async function compose(job, bytes) {
  const automizer = new Automizer({ removeExistingSlides: true, autoImportSlideMasters: true, verbosity: 0 })
  const first = job.picks[0][0]
  let presentation = automizer.loadRoot(bytes.get(first))
  for (const [file, data] of bytes) presentation = presentation.load(data, file)
  for (const [file, number] of job.picks) presentation.addSlide(file, number)
  const zip = await presentation.getJSZip()
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' })
}

async function main() {
  const results = []
  for (const job of JSON.parse(fs.readFileSync(jobsFile, 'utf8'))) {
    const result = { out: job.out, error: null, seconds: [], cpu: [], peak: 0 }
    try {
      const bytes = new Map(job.picks.map(([file]) => [file, fs.readFileSync(file)]))
      for (let turn = 0; turn < Number(repeats); turn++) {
        const before = process.hrtime.bigint()
        const used = process.cpuUsage()
        const made = await compose(job, bytes)
        result.seconds.push(Number(process.hrtime.bigint() - before) / 1e9)
        const spent = process.cpuUsage(used)
        result.cpu.push((spent.user + spent.system) / 1e6)
        if (turn === 0) fs.writeFileSync(job.out, made)
      }
    } catch (error) {
      result.error = String(error).slice(0, 200)
    }
    result.peak = process.resourceUsage().maxRSS * 1024 - atStart
    results.push(result)
  }
  fs.writeFileSync(resultsFile, JSON.stringify(results))
}

process.on('unhandledRejection', quiet)
main().then(() => process.exit(0))
