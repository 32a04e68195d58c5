// What pages cannot do without a script: the viewer's time zone, the choice of theme, moving in lists by keyboard.
"use strict";

// <dl-time datetime="..Z">: the viewer's own zone in a shadow tree. The UTC inside belongs to the server and is left alone.
customElements.define("dl-time", class extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() { this.show(); }

  attributeChangedCallback() { if (this.shadowRoot) this.show(); }

  show() {
    const iso = this.getAttribute("datetime");
    const time = new Date(iso);
    if (Number.isNaN(time.getTime())) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const element = document.createElement("time");
    const year = time.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
    element.dateTime = iso;
    element.title = iso.replace("T", " ").replace("Z", " UTC");
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
    const format = this.getAttribute("precision") === "clock"
      ? { ...clock, fractionalSecondDigits: 3 }
      : { ...clock, day: "2-digit", month: "short", year };
    element.textContent = new Intl.DateTimeFormat("en-GB", format).format(time).replace(",", "");
    root.replaceChildren(element);
  }
});

const themes = ["auto", "light", "dark"];

function chooseTheme(button) {
  const next = themes[(themes.indexOf(button.dataset.themeChoice) + 1) % themes.length];
  const root = document.documentElement;
  if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
  const age = next === "auto" ? 0 : 31536000;
  document.cookie = `driftlock-theme=${next}; path=/; max-age=${age}; samesite=lax`;
  button.dataset.themeChoice = next;
  button.querySelector("[data-theme-name]").textContent = next;
}

document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.themeChoice) chooseTheme(button);
  if ("reload" in button.dataset) location.reload();
  if ("reconnect" in button.dataset) Blazor.reconnect().then(found => { if (!found) location.reload(); });
});

// A filter that is not set stays out of the address.
document.addEventListener("formdata", event => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// j and k move through a list; Enter on the focused link is the browser's own. Other letters press what carries them (data-key), in the
// chosen row first; g and a letter lead to a page; ? shows all of them.
let wentTo = -Infinity;

function press(key) {
  const row = document.activeElement?.closest("[data-row]");
  const target = row?.querySelector(`[data-key="${key}"]`) ?? [...document.querySelectorAll(`main [data-key="${key}"]`)].find(element => !element.closest("[data-row]"));
  if (!target || target.disabled) return false;
  target.click();
  return true;
}

function step(forward) {
  const rows = [...document.querySelectorAll("main [data-row]")].filter(row => row.querySelector("a"));
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement?.closest("[data-row]"));
  rows[forward ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)].querySelector("a").focus();
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key)) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const went = performance.now() - wentTo < 1500;
  wentTo = -Infinity;
  if (went) {
    const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); place.click(); }
  } else if (event.key === "g") wentTo = performance.now();
  else if (event.key === "?") document.querySelector("[data-keys-dialog]")?.showModal();
  else if (event.key === "j" || event.key === "k") step(event.key === "j");
  else if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (/^[a-z]$/.test(event.key) && press(event.key)) event.preventDefault();
});

// <button data-copy="id">: what stands in that element goes to the clipboard.
document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    button.textContent = "Selected: press Ctrl C";
  }
  setTimeout(() => { button.textContent = label; }, 2000);
});

// Tabs: the server chooses the next one on an arrow key, the focus goes along.
document.addEventListener("keydown", event => {
  const tab = event.target.closest("[data-tab]");
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (!tab || step === 0) return;
  event.preventDefault();
  const tabs = [...tab.parentElement.querySelectorAll("[data-tab]")];
  tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length].focus();
});

// On a narrow window the bar is longer than it: the place where one is has to be in sight, after every page that comes in.
function showPlace() {
  for (const bar of document.querySelectorAll(".bar nav, .sub")) {
    const active = bar.querySelector(".active");
    if (active) bar.scrollLeft = active.offsetLeft - bar.offsetLeft - (bar.clientWidth - active.offsetWidth) / 2;
  }
}

showPlace();
document.addEventListener("DOMContentLoaded", () => globalThis.Blazor?.addEventListener("enhancedload", showPlace));
