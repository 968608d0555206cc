// Suggestions under a search field, by the ARIA combobox pattern. Without scripts the field works as it is.
"use strict";

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
