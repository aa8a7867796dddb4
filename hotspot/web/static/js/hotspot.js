// What pages do better with a script; each of them works without it.
"use strict";

// An upload shows how far it is; the answer is the page a plain form would have led to.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const box = form.querySelector("[data-progress]");
    const bar = box.querySelector("progress");
    const words = box.querySelector("p");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (moved) => {
      if (!moved.lengthComputable) return;
      const share = Math.round((100 * moved.loaded) / moved.total);
      bar.value = share;
      words.textContent = `Sending the file: ${share} %`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      words.textContent = "Reading, checking and placing the rows …";
    });
    request.addEventListener("load", () => {
      if (request.status < 400 && request.responseURL) {
        window.location.assign(request.responseURL);
        return;
      }
      // An error is a whole page of ours: show it, with its heading in view.
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(answer.querySelector("main"));
      window.scrollTo(0, 0);
      document.querySelector("main").focus();
    });
    request.addEventListener("error", () => {
      words.textContent = "The file could not be sent. Is the service still running? Nothing was stored.";
      bar.value = 0;
      button.disabled = false;
    });
    button.disabled = true;
    box.hidden = false;
    request.send(new FormData(form));
  });
}

// A question in an address is short: what was left empty is left out.
for (const form of document.querySelectorAll("form[data-short]")) {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("input, textarea")) {
      if (field.value === "") field.disabled = true;
    }
  });
}

// A form that takes a while says so and is sent once.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.textContent = form.dataset.busy;
    setTimeout(() => { button.disabled = true; }, 0);
    const box = form.querySelector("[data-working]");
    if (!box) return;
    box.hidden = false;
    const began = Date.now();
    const seconds = box.querySelector("[data-seconds]");
    setInterval(() => { seconds.textContent = `${Math.round((Date.now() - began) / 1000)} s so far.`; }, 1000);
  });
}

// Coming back with the browser's arrow finds the form ready again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

// Only the chosen method's parameters are shown.
for (const chooser of document.querySelectorAll("[data-methods]")) {
  const show = () => {
    const chosen = chooser.querySelector("input[name=method]:checked").value;
    for (const part of document.querySelectorAll("[data-method]")) {
      const inside = part.dataset.method === chosen;
      part.hidden = !inside;
      part.disabled = !inside;
    }
  };
  chooser.addEventListener("change", show);
  show();
}

for (const box of document.querySelectorAll(".copy")) {
  const [field, button] = [box.querySelector("input, textarea"), box.querySelector("button")];
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.firstChild.data = "Copied";
    setTimeout(() => { button.firstChild.data = "Copy"; }, 2000);
  });
}

// A long list of layers can be narrowed; without a script it is simply whole.
for (const box of document.querySelectorAll("[data-filter]")) {
  const field = box.querySelector("input");
  const entries = [...document.querySelectorAll(`#${field.getAttribute("aria-controls")} > li`)];
  box.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const entry of entries) {
      const text = entry.textContent.toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
    }
  });
}
