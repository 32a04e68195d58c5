// Pages stay in step: what somebody else decides shows here without a reload. Every few seconds a page in sight asks how what it shows
// stands now (data-anomaly or data-incident, data-stands), and comes in again when that is something else.
"use strict";

{
  const every = 4000, patience = 10000, most = 100, readable = 10000;
  let asking = false, typed = false, seen = "", page = location.pathname, version = 0, decided = -Infinity, said;

  const shown = () => [...document.querySelectorAll("main [data-stands]")].filter(idOf).slice(0, most);

  const idOf = element => element.dataset.anomaly ?? element.dataset.incident;

  const idsOf = (elements, kind) => [...new Set(elements.map(element => element.dataset[kind]).filter(Boolean))].join(",");

  // What only tells goes again by itself; what is offered stays.
  function say(text, offer) {
    const place = document.getElementById("in-step");
    if (!place) return;
    clearTimeout(said);
    place.replaceChildren();
    if (!text) return;
    if (!offer) said = setTimeout(() => say(""), readable);
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = `${text} `;
    if (offer) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = "Show it";
      button.addEventListener("click", () => comeIn());
      line.append(button);
    }
    place.append(line);
  }

  function comeIn() {
    typed = false;
    say("Somebody else has decided meanwhile: this page shows it now.");
    Blazor.navigateTo(location.pathname + location.search, { replaceHistoryEntry: true });
  }

  // Nobody's words are taken away: while somebody types, chooses or reads in a dialog, the news is offered.
  const busy = () => typed || document.querySelector("dialog[open]") || !getSelection().isCollapsed;

  async function look() {
    const elements = shown();
    if (asking || document.visibilityState !== "visible" || elements.length === 0 || !window.Blazor) return;
    asking = true;
    try {
      const asked = version;
      const query = new URLSearchParams({ anomalies: idsOf(elements, "anomaly"), incidents: idsOf(elements, "incident") });
      const answer = await fetch(`/in-step?${query}`, { headers: { accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(patience) });
      if (!answer.ok) return;
      const now = await answer.json();
      // An answer is about the page that it was asked for; and what this page has just decided itself is on its way here.
      if (asked !== version || performance.now() - decided < patience) return;
      const news = shown().filter(element => {
        const stands = now[idOf(element)];
        return stands !== undefined && stands !== element.dataset.stands;
      });
      const key = `${location.href} ${news.map(element => `${idOf(element)} ${now[idOf(element)]}`).join()}`;
      // What did not become visible by coming in again will not by doing it once more.
      if (news.length === 0 || key === seen) return;
      seen = key;
      if (busy()) say("Somebody else has decided meanwhile.", true);
      else comeIn();
    } catch {
      // The server is away, or the session has ended: the next click says so.
    } finally {
      asking = false;
    }
  }

  document.addEventListener("input", event => { if (event.target.closest("main")) typed = true; });
  document.addEventListener("submit", () => {
    typed = false;
    version++;
    decided = performance.now();
    say("");
  });
  document.addEventListener("visibilitychange", look);
  document.addEventListener("DOMContentLoaded", () => {
    globalThis.Blazor?.addEventListener("enhancedload", () => {
      version++;
      decided = -Infinity;
      if (page === location.pathname) return;
      page = location.pathname;
      typed = false;
      say("");
    });
  });
  setInterval(look, every);

  // The server was restarted and what it kept of this page is gone: the page comes in anew by itself, unless somebody has typed into it.
  const broken = document.getElementById("components-reconnect-modal");
  new MutationObserver(() => {
    if (broken.classList.contains("components-reconnect-rejected") && !typed) location.reload();
  }).observe(broken, { attributes: true, attributeFilter: ["class"] });
}
