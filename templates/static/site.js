// What pages can do beyond being read. Each of them is complete without this.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.currentScript.dataset;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const store = (value) => { try { localStorage.setItem("theme", value); } catch { /* then not remembered */ } };
  // Before anything is painted.
  if (/^(light|dark)$/.test(stored() ?? "")) root.dataset.theme = stored();

  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const toggle = () => {
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const button = make("button", { type: "button", className: "toggle", title: words.toggle });
    button.setAttribute("aria-label", words.toggle);
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      store(root.dataset.theme);
    });
    document.querySelector(".top nav ul")?.append(make("li", {}, button));
  };

  const copying = () => {
    if (!navigator.clipboard) return;
    for (const block of document.querySelectorAll(".prose pre")) {
      const button = make("button", { type: "button", className: "copy", textContent: words.copy });
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.textContent.replace(/\n$/, ""));
        button.textContent = words.copied;
        setTimeout(() => { button.textContent = words.copy; }, 2000);
      });
      const box = make("div", { className: "code" });
      block.replaceWith(box);
      box.append(block, button);
    }
  };

  const search = () => {
    const form = document.querySelector("form.search");
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (form) form.elements.q.focus(); else if (words.search) location.href = words.search;
    });
    if (!form) return;
    const box = form.elements.q;
    const list = document.getElementById("results");
    const status = document.getElementById("found");
    // "#" and "+" count within a word (c#, c++), not before one (#Day3).
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/(^|[^\p{L}\p{N}])#+/gu, "$1");
    let index;
    const load = () => index ??= fetch(form.dataset.index).then((answer) => answer.json()).then((entries) =>
      entries.map((entry) => ({ ...entry, in: [[entry.t, 8], [`${entry.l} ${entry.g}`, 4], [entry.s, 2], [entry.w, 1]].map(
        ([text, weight]) => [` ${plain(text).replace(/[^\p{L}\p{N}#+]+/gu, " ")}`, weight]) })));
    const score = (entry, terms) => {
      let sum = 0;
      for (const term of terms) {
        const best = entry.in.filter(([text]) => text.includes(` ${term}`) || (/[^\x00-\u02ff]/.test(term) && text.includes(term)));
        if (!best.length) return 0;
        sum += Math.max(...best.map(([, weight]) => weight));
      }
      return sum;
    };
    const show = async () => {
      const terms = plain(box.value).split(/[^\p{L}\p{N}#+]+/u).filter(Boolean);
      const entries = await load();
      const found = terms.length ? entries.map((entry) => [score(entry, terms), entry]).filter(([sum]) => sum)
        .sort(([a], [b]) => b - a).map(([, entry]) => entry) : [];
      list.replaceChildren(...found.slice(0, 50).map((entry) => make("li", { className: "card" },
        make("p", { className: "when" }, make("span", { className: "label", textContent: entry.l }), ` ${entry.d}`),
        make("h2", { dir: "auto" }, make("a", { href: entry.u, textContent: entry.t })),
        make("p", { dir: "auto", textContent: entry.s }))));
      status.textContent = !terms.length ? "" : found.length ? form.dataset.found.replace("{count}", found.length) : form.dataset.none;
      history.replaceState(null, "", box.value ? `?q=${encodeURIComponent(box.value)}` : location.pathname);
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
    box.addEventListener("focus", load, { once: true });
    box.addEventListener("input", show);
    document.addEventListener("keydown", (event) => {
      const links = [...list.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { box.value = ""; box.focus(); show(); return; }
      if (!links.length || (at < 0 && document.activeElement !== box)) return;
      if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)].focus();
      else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : box).focus();
      else return;
      event.preventDefault();
    });
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    if (box.value) show();
  };

  document.addEventListener("DOMContentLoaded", () => { toggle(); copying(); search(); });
})();
