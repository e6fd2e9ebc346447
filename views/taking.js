// Copies rows that Python made ready. The copy event works without a permission and also on an
// address that the browser does not take for secure, where navigator.clipboard is missing.

const drawn = new WeakMap();

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".take");
  if (!drawn.has(box)) {
    drawn.set(box, build(box));
  }
  drawn.get(box).data = data;
}

function build(box) {
  const state = { data: null };
  const table = button("复制为表格", () => put({ "text/html": state.data.html, "text/plain": state.data.cells }));
  const lines = button("复制为文字", () => put({ "text/plain": state.data.lines }));
  box.replaceChildren(table, lines);
  return state;
}

function button(label, copy) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", () => {
    made.textContent = copy() ? "已复制 ✓" : "没有复制成，请下载";
    setTimeout(() => { made.textContent = label; }, 2000);
  });
  return made;
}

function put(kinds) {
  let done = false;
  const fill = (event) => {
    for (const [kind, said] of Object.entries(kinds)) event.clipboardData.setData(kind, said);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  document.addEventListener("copy", fill, { capture: true, once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", fill, { capture: true });
  return done;
}
