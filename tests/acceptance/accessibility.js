// What keeps somebody from reading or using a page: one line a fault, none when all is well.
() => {
  const faults = [];
  const name = (element) => {
    const text = (element.innerText || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()}${element.className ? ` class="${element.getAttribute("class")}"` : ""}> ${text}`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  for (const closed of document.querySelectorAll("details")) closed.open = true;

  // Contrast, WCAG 2.2, 1.4.3: colours are laid over each other up to the page itself.
  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (above, below) => {
    const alpha = above[3] + below[3] * (1 - above[3]);
    if (!alpha) return [0, 0, 0, 0];
    const mix = [0, 1, 2].map((i) => (above[i] * above[3] + below[i] * below[3] * (1 - above[3])) / alpha);
    return [...mix, alpha];
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const behind = (element) => {
    let found = [0, 0, 0, 0];
    for (let at = element; at && found[3] < 1; at = at.parentElement) {
      found = over(found, colour(getComputedStyle(at).backgroundColor));
    }
    return over(found, dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  };
  const light = (rgb) => {
    const [red, green, blue] = rgb.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const faded = (element) => {
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };
  const legible = (element, style, what) => {
    const ground = behind(element);
    const own = colour(style.color);
    own[3] *= style.opacity === undefined ? 1 : Number(style.opacity);
    own[3] *= what === "placeholder" ? 1 : faded(element) / Number(style.opacity || 1);
    const found = contrast(over(own, ground), ground);
    if (found < 4.5) faults.push(`contrast ${found.toFixed(2)} of ${what}: ${name(element)}`);
  };
  let read = 0;
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("option, script, style, noscript, [disabled]") || !shown(element)) continue;
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (words && !element.closest("svg")) {
      read += 1;
      legible(element, getComputedStyle(element), "text");
    }
    if (element.matches("input[placeholder]") && !element.value) {
      legible(element, getComputedStyle(element, "::placeholder"), "placeholder");
    } else if (element.matches("input:not([type=checkbox], [type=radio]), select")) {
      legible(element, getComputedStyle(element), "field");
    }
  }
  if (read < 5) faults.push(`only ${read} texts were looked at`);

  // Headings: one h1, first, and no level left out on the way down.
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((each) => Number(each.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`headings: ${levels}, not one h1`);
  levels.forEach((level, i) => {
    if (level > (levels[i - 1] || 0) + 1) faults.push(`heading h${level} after ${i ? `h${levels[i - 1]}` : "nothing"}`);
  });

  // Names: of controls, links, pictures and frames.
  const said = (element) =>
    (element.getAttribute("aria-label") || element.textContent || element.title || "").trim()
    || (element.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id));
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea, progress")) {
    const labels = [...(control.labels || [])].some((label) => label.textContent.trim());
    if (!labels && !control.getAttribute("aria-label")) faults.push(`no label: ${name(control)} ${control.name}`);
  }
  for (const control of document.querySelectorAll("button, a[href], summary")) {
    if (!said(control)) faults.push(`no name: ${control.outerHTML.slice(0, 80)}`);
  }
  for (const picture of document.querySelectorAll("img")) {
    if (!picture.hasAttribute("alt")) faults.push(`no alt: ${picture.outerHTML.slice(0, 80)}`);
  }
  for (const picture of document.querySelectorAll("svg, canvas")) {
    if (!picture.closest("[aria-hidden=true], [role=img], [role=region], [role=application], [aria-label]")) {
      faults.push(`neither hidden nor named: ${picture.outerHTML.slice(0, 80)}`);
    }
  }
  for (const frame of document.querySelectorAll("iframe")) {
    if (!frame.title.trim()) faults.push("a frame without a title");
  }
  for (const heading of document.querySelectorAll("th")) {
    if (!heading.scope) faults.push(`th without scope: ${name(heading)}`);
  }

  // What refers to something refers to what is there, once.
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push(`id twice: ${id}`);
  for (const way of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const element of document.querySelectorAll(`[${way}]`)) {
      for (const id of element.getAttribute(way).split(/\s+/)) {
        if (!document.getElementById(id)) faults.push(`${way} leads nowhere: ${id}`);
      }
    }
  }
  if (document.documentElement.lang !== "en") faults.push("the language is not said");
  if (!document.querySelector("main, [role=main]")) faults.push("no main part");
  return [...new Set(faults)];
}
