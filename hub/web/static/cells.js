// A table of cells: a block copied in a spreadsheet and pasted into a cell fills the cells from there on, as far as rows go;
// what is left over goes into the field for pasting. Without this file that field does it all.
"use strict";
(() => {
  const split = (text) => {
    const rows = [[]];
    let cell = "", quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
        else if (c === '"') quoted = false;
        else cell += c;
      } else if (c === '"' && cell === "") quoted = true;
      else if (c === "\t" || c === "\n") {
        rows[rows.length - 1].push(cell);
        cell = "";
        if (c === "\n") rows.push([]);
      } else if (c !== "\r") cell += c;
    }
    rows[rows.length - 1].push(cell);
    return rows.filter((row) => row.some((each) => each.trim()));
  };
  const fields = (row) => [...row.querySelectorAll("td > input:not([type=hidden]), td > textarea, td > select")];
  const put = (field, text) => {
    if (field.type === "date" && text && !/^\d{4}-\d{2}-\d{2}$/.test(text.trim())) field.type = "text";
    if (field.tagName === "SELECT") {
      const option = [...field.options].find((each) => [each.value, each.text].includes(text.trim()));
      if (option) field.value = option.value;
    } else field.value = text;
  };
  document.addEventListener("paste", (event) => {
    const field = event.target.closest("[data-cells] td > input, [data-cells] td > textarea");
    const text = field && event.clipboardData.getData("text/plain");
    if (!text || !(text.includes("\t") || /\n./.test(text.trim()))) return;
    if (field.tagName === "TEXTAREA" && !text.includes("\t")) return; // lines into a field of lines
    event.preventDefault();
    const rows = [...field.closest("tbody").rows];
    const at = rows.indexOf(field.closest("tr")), first = fields(rows[at]).indexOf(field);
    const lines = split(text);
    lines.slice(0, rows.length - at).forEach((cells, n) => {
      const there = fields(rows[at + n]);
      cells.forEach((cell, m) => { if (there[first + m]) put(there[first + m], cell); });
    });
    const rest = lines.slice(rows.length - at);
    const more = document.querySelector("#paste textarea");
    if (rest.length && more && first === 0) {
      more.value = rest.map((cells) => cells.map((c) => (/["\n\t]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join("\t")).join("\n");
      more.closest("form").querySelector("[name=act][value=paste]").click();
    }
  });
})();
