// Ctrl+K: one field that leads everywhere. Pages stand in the page; anomalies and streams are asked for while one types.
"use strict";

{
  const most = 12, pause = 150;
  let dialog, field, list, said, asking, timer;

  function bind() {
    dialog = document.querySelector("[data-palette-dialog]");
    if (!dialog || dialog.dataset.bound) return Boolean(dialog);
    dialog.dataset.bound = "yes";
    field = dialog.querySelector("input");
    list = dialog.querySelector("ul");
    said = dialog.querySelector("[role=status]");
    field.addEventListener("input", () => { filter(); clearTimeout(timer); timer = setTimeout(ask, pause); });
    field.addEventListener("keydown", move);
    list.addEventListener("click", event => { const option = event.target.closest("li"); if (option) go(option); });
    dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
    return true;
  }

  const shown = () => [...list.children].filter(option => !option.hidden);

  function choose(option) {
    for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function filter() {
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const option of [...list.children]) {
      if (!("fixed" in option.dataset)) { option.remove(); continue; }
      const text = option.textContent.toLowerCase();
      option.hidden = !words.every(word => text.includes(word));
    }
    choose(shown()[0]);
  }

  async function ask() {
    const text = field.value.trim();
    asking?.abort();
    if (text.length < 2) return;
    asking = new AbortController();
    try {
      const answer = await fetch(`/places?text=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      for (const option of [...list.children]) if (!("fixed" in option.dataset)) option.remove();
      found.slice(0, most).forEach((place, i) => {
        const option = document.createElement("li");
        option.role = "option";
        option.id = `found-${i}`;
        option.dataset.place = place.address;
        const name = document.createElement("span"), kind = document.createElement("span");
        name.textContent = place.name;
        kind.textContent = place.kind;
        kind.className = "quiet";
        option.append(name, kind);
        list.append(option);
      });
      const count = shown().length;
      said.textContent = count === 0 ? "Nothing fits." : `${count} ${count === 1 ? "place" : "places"}. Enter opens, Esc closes.`;
      if (!list.querySelector("[aria-selected=true]:not([hidden])")) choose(shown()[0]);
    } catch (failure) {
      if (failure.name !== "AbortError") said.textContent = "Streams and anomalies could not be asked for; pages are here all the same.";
    }
  }

  function move(event) {
    const options = shown();
    const at = options.findIndex(option => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options[at]) go(options[at]);
    }
  }

  function go(option) {
    dialog.close();
    Blazor.navigateTo(option.dataset.place);
  }

  function open() {
    if (!bind()) return;
    if (!dialog.open) dialog.showModal();
    field.value = "";
    said.textContent = "Enter opens, Esc closes.";
    filter();
    field.focus();
  }

  document.addEventListener("click", event => { if (event.target.closest("[data-palette]")) open(); });
  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
}
