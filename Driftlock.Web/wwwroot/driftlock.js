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

// j and k move through a list, / goes to its search field; Enter on the focused link is the browser's own.
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  if (event.key !== "j" && event.key !== "k") return;
  const links = [...document.querySelectorAll("[data-row] a")];
  if (links.length === 0) return;
  const current = links.indexOf(document.activeElement);
  const next = event.key === "j" ? Math.min(current + 1, links.length - 1) : Math.max(current - 1, 0);
  links[next].focus();
});
