// What pages do more with a script than without one; without it everything works as it is.
"use strict";

// Suggestions under a search field, by the ARIA combobox pattern.
for (const form of document.querySelectorAll("form.search[data-suggest]")) {
  const field = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  const language = form.querySelector("input[name=lang]").value;
  let active = -1;
  let asked = "";
  let waiting;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (index) => {
    const options = list.children;
    for (const option of options) option.setAttribute("aria-selected", "false");
    active = options.length ? (index + options.length) % options.length : -1;
    if (active < 0) return;
    options[active].setAttribute("aria-selected", "true");
    options[active].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[active].id);
  };

  const show = (results) => {
    list.replaceChildren(
      ...results.map((result, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.uri = result.uri;
        const name = document.createElement("span");
        name.textContent = result.matched;
        if (result.lang) name.lang = result.lang;
        option.append(name);
        const preferred = result.label[language];
        if (preferred && preferred !== result.matched) {
          const also = document.createElement("span");
          also.className = "tag";
          also.textContent = ` ${preferred}`;
          also.lang = language;
          option.append(also);
        }
        return option;
      })
    );
    list.hidden = results.length === 0;
    field.setAttribute("aria-expanded", String(results.length > 0));
    status.textContent = form.dataset.found.replace("{number}", results.length);
  };

  const suggest = async () => {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    close();
    if (words.length < 2) return;
    const query = new URLSearchParams({ q: words, lang: language, limit: "8" });
    try {
      const answer = await fetch(`${form.dataset.suggest}?${query}`);
      if (answer.ok && words === asked) show((await answer.json()).results);
    } catch {
      close();
    }
  };

  const open = (option) => {
    location.assign(`${form.dataset.open}?${new URLSearchParams({ uri: option.dataset.uri, lang: language })}`);
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.children.length) {
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      open(list.children[active]);
      event.preventDefault();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });
  field.addEventListener("blur", close);
}

// Buttons that copy, where the browser lets a page do so.
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  const name = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = name), 2000);
  });
}

// Nested lists as trees, by the ARIA tree pattern: one tab stop, arrow keys, type-ahead; open to the second level,
// and what is not there is fetched.
for (const tree of document.querySelectorAll("[data-tree]")) {
  const top = tree.querySelector("ul");
  let typed = "";
  let pause;

  const items = () => [...tree.querySelectorAll("[role=treeitem]")].filter((item) => item.offsetParent !== null);
  const group = (item) => item.parentElement.querySelector(":scope > ul");

  const prepare = (list) => {
    list.setAttribute("role", list === top ? "tree" : "group");
    for (const place of list.children) {
      const item = place.querySelector(":scope > a");
      place.setAttribute("role", "none");
      place.querySelector(":scope > .more")?.remove();
      item.setAttribute("role", "treeitem");
      item.tabIndex = -1;
      const under = group(item);
      if (under || place.dataset.more) item.setAttribute("aria-expanded", String(Boolean(under) && list === top));
      if (under) prepare(under);
    }
  };

  const focus = (item) => {
    if (!item) return;
    for (const other of tree.querySelectorAll("[role=treeitem][tabindex='0']")) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  };

  const open = async (item) => {
    const place = item.parentElement;
    const more = place.dataset.more;
    if (more) {
      delete place.dataset.more;
      try {
        const answer = await fetch(`${more}&part=1`);
        if (!answer.ok) throw new Error(answer.statusText);
        const fetched = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ul");
        place.append(fetched);
        prepare(fetched);
      } catch {
        place.dataset.more = more;
        return;
      }
    }
    item.setAttribute("aria-expanded", "true");
  };

  const close = (item) => item.setAttribute("aria-expanded", "false");
  const parent = (item) => item.parentElement.parentElement.closest("li")?.querySelector(":scope > a");

  const find = (letter) => {
    clearTimeout(pause);
    pause = setTimeout(() => (typed = ""), 500);
    typed += letter.toLocaleLowerCase();
    const shown = items();
    const here = shown.indexOf(document.activeElement) + (typed.length === 1 ? 1 : 0);
    focus([...shown.slice(here), ...shown.slice(0, here)].find((item) =>
      item.textContent.trim().toLocaleLowerCase().startsWith(typed)));
  };

  tree.addEventListener("keydown", async (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const shown = items();
    const here = shown.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const keys = {
      ArrowDown: () => focus(shown[here + 1]),
      ArrowUp: () => focus(shown[here - 1]),
      Home: () => focus(shown[0]),
      End: () => focus(shown.at(-1)),
      ArrowRight: () => (expanded === "false" ? open(item) : expanded && focus(group(item)?.querySelector("a"))),
      ArrowLeft: () => (expanded === "true" ? close(item) : focus(parent(item))),
      "*": () => {
        for (const each of item.closest("ul").querySelectorAll(":scope > li > [aria-expanded=false]")) open(each);
      },
    };
    const act = keys[event.key] ?? (/^\p{L}$/u.test(event.key) ? () => find(event.key) : null);
    if (!act) return;
    event.preventDefault();
    await act();
  });
  tree.addEventListener("click", (event) => {
    const item = event.target.closest("[aria-expanded]");
    if (!item || event.detail === 0 || event.clientX > item.getBoundingClientRect().left + 24) return;
    event.preventDefault();
    if (item.getAttribute("aria-expanded") === "true") close(item);
    else open(item);
  });

  prepare(top);
  top.setAttribute("aria-labelledby", tree.dataset.tree);
  const first = items()[0];
  if (first) first.tabIndex = 0;
}

// Addresses to copy begin with where this page was found, where the service does not know it.
for (const code of document.querySelectorAll("[data-snippet] code")) {
  code.textContent = code.textContent.replaceAll("http://127.0.0.1:8000", location.origin);
}
