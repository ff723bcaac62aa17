// The peer of bench/slides_filling.py: fills templates with docxtemplater's core.
// Usage: node slides_filler.cjs MODULES FOLDER '["case", ...]' '{values}'; FOLDER/case.pptx gives FOLDER/case.out.pptx.
const fs = require('fs')
const path = require('path')
const [modules, folder, cases, values] = process.argv.slice(2)
const Docxtemplater = require(path.join(modules, 'node_modules', 'docxtemplater'))
const PizZip = require(path.join(modules, 'node_modules', 'pizzip'))

for (const name of JSON.parse(cases)) {
  try {
    const deck = new Docxtemplater(new PizZip(fs.readFileSync(path.join(folder, `${name}.pptx`))), { paragraphLoop: true })
    deck.render(JSON.parse(values))
    fs.writeFileSync(path.join(folder, `${name}.out.pptx`), deck.getZip().generate({ type: 'nodebuffer' }))
  } catch (error) {
    console.error(`${name}: ${error.message}`)
  }
}
