"use strict";
const byId = (id) => document.getElementById(id);

// Pictures stand once in the page and are put in where they come into view.
const pictures = JSON.parse(byId("pictures").textContent);
const place = (element) => {
  const address = pictures[element.dataset.picture];
  if (element.tagName === "IMG") element.src = address;
  else element.setAttribute("href", address);
};
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    entry.target.querySelectorAll("[data-picture]").forEach(place);
    seen.unobserve(entry.target);
  }
}, { rootMargin: "600px" });
document.querySelectorAll("article").forEach((article) => seen.observe(article));
addEventListener("beforeprint", () => document.querySelectorAll("[data-picture]").forEach(place));

// The table: a heading sorts, what is missing comes last either way.
const body = document.querySelector("#table tbody");
document.querySelectorAll("#table thead button").forEach((button, column) => {
  button.addEventListener("click", () => {
    const heading = button.parentElement;
    const numeric = button.dataset.sort === "number";
    const before = heading.getAttribute("aria-sort");
    const down = before === "none" ? numeric : before === "ascending";
    document.querySelectorAll("#table thead th").forEach((each) => each.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => {
      const cell = row.cells[column];
      if (!numeric) return cell.textContent.trim();
      const text = cell.dataset.value;
      return text === "" ? null : text === "inf" ? Infinity : Number(text);
    };
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      const order = numeric ? (x < y ? -1 : x > y ? 1 : 0) : x.localeCompare(y, undefined, { numeric: true });
      return down ? -order : order;
    };
    body.append(...[...body.rows].sort(compare));
  });
});
const filter = byId("filter");
const count = () => {
  const wanted = filter.value.trim().toLowerCase();
  let shown = 0;
  for (const row of body.rows) {
    row.hidden = !(row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase().includes(wanted);
    shown += !row.hidden;
  }
  byId("shown").textContent = `${shown} of ${body.rows.length} arms`;
};
filter.addEventListener("input", count);
count();

// The gallery: how strong the heat map is, and a large picture.
const root = document.documentElement;
byId("heat")?.addEventListener("input", (event) => root.style.setProperty("--heat", event.target.value / 100));
const dialog = byId("large");
document.querySelectorAll(".view").forEach((view) => {
  view.addEventListener("click", () => {
    view.querySelectorAll("[data-picture]").forEach(place);
    const large = document.createElement("div");
    large.className = view.className;
    const slider = byId("heat").parentElement.cloneNode(true);
    slider.firstElementChild.removeAttribute("id");
    slider.firstElementChild.value = byId("heat").value;
    slider.firstElementChild.addEventListener("input", (event) => {
      byId("heat").value = event.target.value;
      byId("heat").dispatchEvent(new Event("input"));
    });
    large.append(view.firstElementChild.cloneNode(true));
    const caption = document.createElement("p");
    caption.append(...[...view.nextElementSibling.cloneNode(true).childNodes]);
    dialog.lastElementChild.replaceChildren(slider, large, caption);
    dialog.showModal();
  });
});
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

// Light and dark: the system's choice until somebody chooses.
const theme = byId("theme");
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const tell = () => { theme.setAttribute("aria-pressed", isDark()); };
theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; tell(); });
tell();

// All trials: packed in the page, unpacked when somebody asks.
byId("download")?.addEventListener("click", async () => {
  const packed = Uint8Array.from(atob(JSON.parse(byId("csv").textContent)), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await new Response(stream).blob());
  link.download = "trials.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
