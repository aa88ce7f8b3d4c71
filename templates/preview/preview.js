// Follow what is saved, and copy exact texts. Every page is complete without this.
(() => {
  "use strict";
  const live = document.getElementById("live");
  const say = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); };

  const copying = () => {
    for (const button of document.querySelectorAll(".copy")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", async () => {
        const answer = await fetch(button.dataset.from);
        const text = (await answer.text()).replace(/\n$/, "");
        await navigator.clipboard.writeText(text);
        say(`Copied ${text.length} units`);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy the text"; }, 2000);
      });
    }
  };

  const place = (element) => {
    if (!element || element === document.body || element.id === "main") return null;
    const same = [...document.querySelectorAll(element.tagName)];
    return { tag: element.tagName, at: same.indexOf(element) };
  };

  let asked = false;
  const refresh = async () => {
    // Somebody is typing: what they type is worth more than what is new.
    if (document.activeElement?.matches("input[type=text], textarea") && document.activeElement.value) { asked = true; return; }
    asked = false;
    let page;
    try { page = await (await fetch(location.pathname, { headers: { accept: "text/html" } })).text(); } catch { return; }
    const made = new DOMParser().parseFromString(page, "text/html");
    const fresh = made.getElementById("main"), old = document.getElementById("main");
    if (!fresh || fresh.innerHTML === old.innerHTML) { reload(); return; }
    const spot = { x: scrollX, y: scrollY }, focus = place(document.activeElement);
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    document.title = made.title;
    old.replaceWith(document.adoptNode(fresh));
    [...fresh.querySelectorAll("details")].forEach((one, at) => { one.open = open[at] ?? false; });
    if (focus) document.querySelectorAll(focus.tag)[focus.at]?.focus({ preventScroll: true });
    scrollTo(spot.x, spot.y);
    copying();
    say("Updated");
  };
  // What stands in frames may be new although the page around them is not.
  const reload = () => { for (const frame of document.querySelectorAll("iframe")) frame.src = frame.getAttribute("src"); };

  // The preview has ended, or does not answer: what is shown stays, and nothing on it works.
  const over = document.getElementById("over");
  let missed = 0;
  const lost = (sentence) => { if (!over.textContent) over.textContent = sentence; };
  const found = () => { missed = 0; if (over.textContent) { over.textContent = ""; refresh(); } };

  let source;
  const listen = () => {
    source?.close();
    const mine = source = new EventSource("/events");
    mine.addEventListener("changed", refresh);
    mine.addEventListener("ended", () => lost("The preview has ended. This page is as it was then; start daycast preview again, and it goes on."));
    mine.addEventListener("open", found);
    mine.addEventListener("error", () => {
      if (++missed > 3) lost("The preview does not answer. This page is as it was; start daycast preview again, and it goes on.");
      if (mine.readyState === EventSource.CLOSED) setTimeout(() => { if (source === mine && !document.hidden) listen(); }, 2000);
    });
  };
  // A browser allows few connections to one host: a page that nobody sees needs none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source?.close(); else { listen(); refresh(); }
  });
  document.addEventListener("focusout", () => { if (asked) setTimeout(refresh, 0); });
  addEventListener("pagehide", () => source?.close());
  // What came of a form is said once; the address need not go on naming it.
  if (location.search.startsWith("?told=")) history.replaceState(null, "", location.pathname);
  copying();
  listen();
})();
