// The editor of queries: colours, completion, Ctrl+Enter to ask, and a way to stop. Without scripts the plain field does the same.
"use strict";

{
  const field = document.getElementById("query");
  const form = field.form;
  const known = JSON.parse(document.getElementById("terms").textContent);

  // What may stand where the cursor is: variables of the query, keywords aside; prefixed names; prefixes.
  const complete = (editor) => {
    const cursor = editor.getCursor();
    const line = editor.getLine(cursor.line).slice(0, cursor.ch);
    const typed = /[?$]?[\w-]*(?::[\w.-]*)?$/.exec(line)[0];
    const variables = [...new Set(editor.getValue().match(/[?$]\w+/g) ?? [])].filter((each) => each !== typed);
    const lower = typed.toLowerCase();
    const fits = [...variables, ...known].filter((each) => each.toLowerCase().includes(lower));
    const begins = (each) => (each.toLowerCase().startsWith(lower) ? 0 : 1);
    fits.sort((one, other) => begins(one) - begins(other) || one.localeCompare(other));
    return {
      list: fits.slice(0, 40),
      from: { line: cursor.line, ch: cursor.ch - typed.length },
      to: cursor,
    };
  };
  const show = (editor) => editor.showHint({ hint: complete, completeSingle: false, closeOnUnfocus: true });

  const place = document.createElement("div");
  place.className = "editor";
  field.before(place);
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    autocompleters: [],
    editorHeight: "18rem",
    // Tab leads on, as in any other field.
    extraKeys: {
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Space": show,
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
      "Ctrl-/": "toggleComment",
    },
  });
  // Prefixes that need no declaration here are no mistake to the editor either.
  const mode = editor.getMode();
  const start = mode.startState;
  const prefixes = known.filter((each) => each.endsWith(":")).map((each) => [each.slice(0, -1), each]);
  mode.startState = (...given) => {
    const state = start(...given);
    return { ...state, prefixes: { ...Object.fromEntries(prefixes), ...state.prefixes } };
  };
  editor.setValue(field.value);
  const input = editor.getInputField();
  for (const each of form.querySelectorAll("label[for=query]")) {
    each.id = "query-label";
    each.addEventListener("click", () => editor.focus());
  }
  input.setAttribute("aria-labelledby", "query-label");
  input.setAttribute("aria-describedby", "query-keys");
  field.hidden = true;
  field.required = false;
  document.getElementById("query-keys").hidden = false;
  const keep = () => (field.value = editor.getValue());
  editor.on("change", keep);
  // What was read is drawn first.
  editor.on("inputRead", (_, change) => change.text[0] === ":" && setTimeout(show, 0, editor));
  form.addEventListener("submit", keep);

  // While an answer is waited for, it can be stopped: whoever does not wait any more is not computed for.
  const stop = document.getElementById("stop");
  form.addEventListener("submit", () => (stop.hidden = false));
  stop.addEventListener("click", () => {
    window.stop();
    stop.hidden = true;
    editor.focus();
  });
  window.addEventListener("pageshow", () => (stop.hidden = true));
}
