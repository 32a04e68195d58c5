// The playground's file: dropped, chosen or pasted. It goes to the dashboard as a stream when it is judged or kept.
"use strict";

let file;

const area = root => root.querySelector("textarea");
const say = (root, text) => { root.querySelector("[data-file]").textContent = text; };

function take(root, chosen) {
  file = chosen;
  area(root).value = "";
  say(root, `${chosen.name}, ${(chosen.size / 1e6).toFixed(chosen.size < 1e5 ? 3 : 1)} MB`);
}

export function bind(root) {
  root.addEventListener("dragover", event => { event.preventDefault(); root.classList.add("over"); });
  root.addEventListener("dragleave", () => root.classList.remove("over"));
  root.addEventListener("drop", event => {
    event.preventDefault();
    root.classList.remove("over");
    if (event.dataTransfer.files.length > 0) take(root, event.dataTransfer.files[0]);
  });
  root.querySelector("input[type=file]").addEventListener("change", event => { if (event.target.files.length > 0) take(root, event.target.files[0]); });
  area(root).addEventListener("input", () => { file = undefined; say(root, ""); });
}

export function name(root) { return file && area(root).value === "" ? file.name : "pasted"; }

export function content(root) {
  return file && area(root).value === "" ? file : new Blob([area(root).value]);
}

export function size(root) { return content(root).size; }

// An ordinary shop and, near its end, a failure that it never had: something to try the page with.
export function example(root) {
  let state = 11;
  const random = most => { state = (state * 1103515245 + 12345) % 2147483648; return Math.floor(state / 65536) % most; };
  const kinds = [
    () => `INFO order ${1000 + random(9000)} accepted for customer ${random(500)}`,
    () => `INFO payment of ${random(300)}.${10 + random(89)} EUR settled in ${40 + random(160)} ms`,
    () => `DEBUG stock of sku ${random(800)} is ${random(60)}`,
    () => `WARN provider answered after ${200 + random(300)} ms, attempt ${1 + random(2)} of 3`,
  ];
  const lines = [];
  for (let i = 0; i < 1500; i++) {
    const second = Math.floor(i / 3);
    const clock = `03:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}`;
    const broken = i >= 1260 && i < 1290 && i % 3 !== 0;
    lines.push(`2026-01-15T${clock}Z ${broken ? `ERROR ledger replica lagging ${random(90)} s, write rejected: UPSTREAM_LEDGER_UNREACHABLE shard=${random(8)}` : kinds[random(kinds.length)]()}`);
  }
  area(root).value = lines.join("\n");
  file = undefined;
  say(root, "An example: 1,500 lines of a shop, with a failure near the end.");
}
