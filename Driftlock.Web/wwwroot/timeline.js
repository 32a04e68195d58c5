// <dl-timeline src base library styles>: how a stream compressed over time. It draws in a shadow tree: what the server renders anew leaves it
// alone. The library that draws is loaded by the first chart.
"use strict";

{
  const day = 86400;
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false });
  const date = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short" });
  const moment = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", hour12: false });
  const utc = seconds => new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";
  let library;

  function load(address) {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.uPlot);
      script.onerror = () => reject(new Error("the library that draws could not be loaded"));
      document.head.append(script);
    });
    return library;
  }

  const panels = [
    { name: "cost", title: "Cost, given the stream's past", unit: "bits of each plain bit", series: [["largest", "largest window", "bits"], ["ratio", "mean", "accent"]], height: 150, from: 0 },
    { name: "surprise", title: "Surprise", unit: "zeros after the point of the smallest p", series: [["surprise", "surprise", "bits"]], height: 110, marks: true, from: 0 },
    { name: "events", title: "Events", unit: "in each stretch", series: [["events", "events", "bits"]], height: 80, from: 0, steps: true },
  ];

  customElements.define("dl-timeline", class extends HTMLElement {
    static observedAttributes = ["src"];

    #charts = [];
    #data;
    #resized;
    #themed;

    #place;
    #styled;
    #going = false;

    connectedCallback() {
      if (!this.shadowRoot) {
        const root = this.attachShadow({ mode: "open" });
        // Nothing is drawn before its style is there: a panel without it would move under the hand that brushes it.
        this.#styled = Promise.all(this.getAttribute("styles").split(" ").map(sheet => new Promise((resolve, reject) => {
          const link = document.createElement("link");
          link.rel = "stylesheet";
          link.href = sheet;
          link.onload = resolve;
          link.onerror = () => reject(new Error("its style could not be loaded"));
          root.append(link);
        })));
        this.#place = document.createElement("div");
        root.append(this.#place);
      }
      this.#resized = new ResizeObserver(() => this.#charts.forEach(({ plot }) => plot.setSize({ width: this.#width, height: plot.height })));
      this.#resized.observe(this);
      this.#themed = new MutationObserver(() => this.#draw());
      this.#themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      this.dark = matchMedia("(prefers-color-scheme: dark)");
      this.dark.addEventListener("change", this.#redraw);
      if (!this.#data) this.#read();
    }

    disconnectedCallback() {
      this.#resized.disconnect();
      this.#themed.disconnect();
      this.dark.removeEventListener("change", this.#redraw);
      this.#clear();
      this.#data = undefined;
    }

    attributeChangedCallback(_, before) { if (before !== null && this.isConnected) this.#read(); }

    #redraw = () => this.#draw();

    get #width() { return Math.max(120, Math.floor(this.getBoundingClientRect().width)); }

    async #read() {
      const source = this.getAttribute("src");
      this.#going = false;
      this.#place.dataset.state = "reading";
      try {
        const [answer, uPlot] = await Promise.all([fetch(source, { headers: { accept: "application/json" } }), load(this.getAttribute("library")), this.#styled]);
        if (!answer.ok) throw new Error(answer.status === 401 ? "the session has ended" : `the Api answered ${answer.status}`);
        const data = await answer.json();
        if (source !== this.getAttribute("src") || !this.isConnected) return;
        this.uPlot = uPlot;
        this.#data = data;
        this.#draw();
        this.#place.dataset.state = data.time.length === 0 ? "empty" : "drawn";
      } catch (failure) {
        if (source !== this.getAttribute("src")) return;
        this.#clear();
        this.#place.dataset.state = "failed";
        this.#say(`The chart could not be drawn: ${failure.message}.`);
      }
    }

    #clear() {
      for (const { plot, figure } of this.#charts) { plot.destroy(); figure.remove(); }
      this.#charts = [];
      this.#place.querySelector("[data-said]")?.remove();
    }

    #say(text) {
      const said = document.createElement("p");
      said.className = "empty";
      said.dataset.said = "";
      said.textContent = text;
      this.#place.append(said);
    }

    #draw() {
      if (!this.#data || !this.uPlot) return;
      this.#clear();
      const data = this.#data;
      if (data.time.length === 0) {
        this.#say("No window was judged in this time.");
        return;
      }
      const times = this.#withGaps(data);
      for (const panel of panels) {
        if (panel.series.every(([name]) => data[name].every(value => value === null))) continue;
        this.#panel(panel, times, data);
      }
    }

    // A stretch without any window is a gap, not a slope from one side to the other.
    #withGaps({ time, step }) {
      const at = [];
      for (let i = 0; i < time.length; i++) {
        if (i > 0 && time[i] - time[i - 1] > step * 1.5) at.push(i);
      }
      return at;
    }

    #panel(panel, gaps, data) {
      const colour = name => getComputedStyle(this).getPropertyValue(`--${name}`).trim();
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      const title = document.createElement("strong");
      title.textContent = panel.title;
      const unit = document.createElement("span");
      unit.className = "quiet";
      unit.textContent = ` ${panel.unit}`;
      const value = document.createElement("output");
      caption.append(title, unit, value);
      figure.append(caption);
      this.#place.append(figure);
      const column = values => {
        const result = [];
        let from = 0;
        for (const gap of gaps) { result.push(...values.slice(from, gap), null); from = gap; }
        for (let i = from; i < values.length; i++) result.push(values[i]);
        return result;
      };
      const time = [];
      let from = 0;
      for (const gap of gaps) {
        for (let i = from; i < gap; i++) time.push(data.time[i]);
        time.push(data.time[gap - 1] + data.step);
        from = gap;
      }
      for (let i = from; i < data.time.length; i++) time.push(data.time[i]);
      const anomalies = column(data.anomalies);
      const rows = [time, ...panel.series.map(([name]) => column(data[name]))];
      const series = panel.series.map(([, label, tone]) => ({
        label, stroke: colour(tone), width: tone === "accent" ? 1.75 : 1, spanGaps: false, points: { show: time.length < 60, size: 4, fill: colour(tone) },
        fill: panel.steps ? colour("sunken") : undefined, paths: panel.steps ? this.uPlot.paths.stepped({ align: 1 }) : undefined,
      }));
      if (panel.marks) {
        rows.push(rows[1].map((number, i) => anomalies[i] > 0 ? number : null));
        series.push({ label: "anomaly", stroke: colour("bits-hot"), paths: () => null, points: { show: true, size: 9, fill: colour("bits-hot"), stroke: colour("ground"), width: 1.5 } });
      }
      const long = data.to - data.from > 2 * day;
      const plot = new this.uPlot({
        width: this.#width, height: panel.height, legend: { show: false },
        cursor: { sync: { key: "timeline" }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        select: { show: true },
        scales: {
          x: { time: true, range: () => [data.from, data.to] },
          y: { range: (_, low, high) => [Math.min(panel.from, low ?? 0), Math.max((high ?? 1) * 1.05, 0.1)] },
        },
        axes: [
          { stroke: colour("ink-quiet"), font: "11px system-ui", grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, space: 70, size: 24,
            values: (_, ticks) => ticks.map(tick => (long ? date : clock).format(tick * 1000)) },
          { stroke: colour("ink-quiet"), font: "11px system-ui", grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, size: 44, space: 34 },
        ],
        series: [{}, ...series],
        hooks: {
          setCursor: [u => {
            const i = u.cursor.idx;
            value.textContent = i === null || i === undefined || u.data[1][i] === null ? "" :
              `${moment.format(u.data[0][i] * 1000)}: ${panel.series.map(([, label], s) => `${label} ${u.data[s + 1][i]}`).join(", ")}${anomalies[i] > 0 ? `, ${anomalies[i]} anomal${anomalies[i] === 1 ? "y" : "ies"}` : ""}`;
          }],
          setSelect: [u => {
            if (u.select.width < 6) return;
            const begin = u.posToVal(u.select.left, "x"), end = u.posToVal(u.select.left + u.select.width, "x");
            u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            this.#go(begin, end);
          }],
        },
      }, rows, figure);
      plot.root.querySelector("canvas").setAttribute("aria-hidden", "true");
      this.#charts.push({ plot, figure, title: panel.title });
    }

    // What is brushed becomes the address: the list under the chart follows, and so does whoever gets the link. The panels follow one another
    // and all of them tell, so the first that does is heard.
    #go(begin, end) {
      if (this.#going) return;
      this.#going = true;
      const address = `${this.getAttribute("base")}?from=${encodeURIComponent(utc(begin))}&to=${encodeURIComponent(utc(end))}`;
      if (window.Blazor) Blazor.navigateTo(address);
      else location.assign(address);
    }

    /** Every panel under one another, as a PNG file with the stream's name on it. */
    save(name) {
      if (this.#charts.length === 0) return;
      const gap = 26, scale = devicePixelRatio || 1;
      const canvases = this.#charts.map(({ plot }) => plot.ctx.canvas);
      const picture = document.createElement("canvas");
      picture.width = Math.max(...canvases.map(canvas => canvas.width));
      picture.height = canvases.reduce((sum, canvas) => sum + canvas.height + gap * scale, gap * scale);
      const context = picture.getContext("2d");
      const style = getComputedStyle(this);
      context.fillStyle = style.getPropertyValue("--ground");
      context.fillRect(0, 0, picture.width, picture.height);
      context.fillStyle = style.getPropertyValue("--ink");
      context.font = `${13 * scale}px system-ui`;
      context.fillText(`${name}, ${utc(this.#data.from)} to ${utc(this.#data.to)}`, 6 * scale, 17 * scale);
      let y = gap * scale;
      canvases.forEach((canvas, i) => {
        context.fillText(this.#charts[i].title, 6 * scale, y + 15 * scale);
        y += gap * scale * 0.8;
        context.drawImage(canvas, 0, y);
        y += canvas.height + gap * scale * 0.2;
      });
      picture.toBlob(blob => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = "timeline.png";
        link.click();
        URL.revokeObjectURL(link.href);
      }, "image/png");
    }
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-save-chart]");
    if (button) document.querySelector("dl-timeline")?.save(button.dataset.saveChart);
  });
}
