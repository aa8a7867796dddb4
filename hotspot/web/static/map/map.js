/* Draws Hotspot's maps. Every text goes into the page as text, never as HTML. */
(function () {
  "use strict";

  var INK = "#1d2733";
  var ASIDE = [[0, 0], [28, 0], [-28, 0], [0, -28], [0, 28], [28, -28], [-28, -28], [28, 28], [-28, 28], [56, 0], [-56, 0]];
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var hovers = window.matchMedia("(hover: hover)").matches;
  var narrow = window.matchMedia("(max-width: 719px)");

  var framed = window.self !== window.top;
  /* In a page of ours heading and list stand beside the frame; pages of others have only the frame. */
  var shared = document.documentElement.classList.contains("hs-shared");
  if (framed && !shared) document.documentElement.classList.add("hs-embedded");

  function said(value, digits) {
    return new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits === undefined ? 1 : digits }).format(value);
  }
  function known(value) { return value !== null && value !== undefined && value !== ""; }
  function many(value, one, more) { return said(value) + " " + (value === 1 ? one : more); }
  function inKm2(value) {
    return new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 }).format(value);
  }
  function probability(value) {
    return value < 0.001 ? "less than 0.001" : new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 }).format(value);
  }

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (known(text)) node.textContent = text;
    return node;
  }
  function swatch(colour, opacity) {
    var node = make("span", "hs-swatch");
    var inside = make("span");
    inside.style.backgroundColor = colour;
    inside.style.opacity = opacity;
    node.appendChild(inside);
    return node;
  }

  /* Data: fetched once from the same server, or read from the page itself. */
  function source(map, where) {
    var key = where.url || where.element;
    var kept = map.hs.sources;
    if (!kept[key]) {
      kept[key] = where.element
        ? Promise.resolve().then(function () { return JSON.parse(document.getElementById(where.element).textContent); })
        : fetch(where.url, { credentials: "same-origin" }).then(function (answer) {
            if (!answer.ok) throw new Error("status " + answer.status);
            return answer.json();
          });
    }
    return kept[key];
  }
  function loaded(map, where, use, what) {
    map.hs.waiting.push(source(map, where).then(use).catch(function () {
      tell(map, what + " could not be loaded. Reload the page to try again.", true);
    }));
  }

  function tell(map, text, problem) {
    var box = map.hs.message;
    if (!box) {
      box = map.hs.message = make("div", "hs-message");
      map.getContainer().appendChild(box);
    }
    if (box.classList.contains("hs-problem") && !problem) return;
    box.setAttribute("role", problem ? "alert" : "status");
    box.classList.toggle("hs-problem", Boolean(problem));
    box.textContent = text;
    box.hidden = !text;
  }

  function pane(map, name, z, passive) {
    if (!map.getPane(name)) {
      var made = map.createPane(name);
      made.style.zIndex = z;
      if (passive) made.style.pointerEvents = "none";
    }
    return name;
  }

  /* Maps that were stored by version 0.1 say by method, not by scale, how they are coloured. */
  function brought(settings) {
    if (settings.scale || !settings.features) return settings;
    var cells = Boolean(settings.classes);
    var old = [["share", "Share of incidents", "share"], ["area_km2", "Area", "km²"], ["cells", "Cells", "cells"],
      ["neighbour_incidents", "Around it", "incidents"], ["density", "Density", "incidents per km²"], ["z", "Gi* (z)", "standard deviations"],
      ["p_adjusted", "p, adjusted", ""], ["locations", "Locations", "points"], ["top_offences", "Top offences", ""],
      ["top_offence", "Top offence", ""], ["last_incident", "Last incident", ""], ["district_name", "District", ""]];
    var fields = old.map(function (f) { return { name: f[0], title: f[1], unit: f[2], type: "number" }; });
    return Object.assign({}, settings, {
      scale: cells
        ? { field: "class", breaks: null, looks: Object.keys(settings.classes).map(function (value) {
            return Object.assign({ value: Number(value), quiet: value === "0" }, settings.classes[value]);
          }) }
        : { field: "density", breaks: settings.breaks, looks: settings.colours.map(function (colour) {
            return { colour: colour, opacity: settings.opacity };
          }) },
      noun: cells ? "cells" : "hotspots", rank: cells ? "hotspot" : "rank", fields: fields, hotspot_fields: fields
    });
  }

  function begin(map, settings) {
    settings = brought(settings);
    map.hs = { settings: settings, sources: {}, waiting: [], byHotspot: {}, restyle: [], chosen: [] };
    map.attributionControl.setPrefix(false);
    if (settings.credit) map.attributionControl.addAttribution(escaped(settings.credit));
    var container = map.getContainer();
    ["pointerdown", "wheel", "keydown"].forEach(function (name) {
      container.addEventListener(name, function () { map.hs.moved = true; }, { passive: true });
    });
    /* Leaflet hears Escape only while the map itself has the focus, not one of its hotspots. */
    container.addEventListener("keydown", function (event) { if (event.key === "Escape") map.closePopup(); });
    if (framed && shared) {
      /* The wheel turns the page around the map, until the map is pressed or has the focus. */
      map.scrollWheelZoom.disable();
      map.on("focus", function () { map.scrollWheelZoom.enable(); });
      map.on("blur", function () { map.scrollWheelZoom.disable(); });
    }
    fit(map);
    if (window.ResizeObserver) {
      new ResizeObserver(function () {
        map.invalidateSize({ animate: false });
        if (!map.hs.moved) fit(map);
      }).observe(container);
    }
  }

  function escaped(text) { return make("span", "", text).innerHTML; }

  function fit(map) {
    var box = map.hs.settings.fit || map.hs.around;
    if (!box) return;
    var small = map.getSize().x < 500;
    map.fitBounds([[box[1], box[0]], [box[3], box[2]]], {
      paddingTopLeft: [small ? 24 : 48, 40], paddingBottomRight: [small ? 24 : 48, small ? 56 : 40], maxZoom: 15, animate: false
    });
  }

  /* Basemap */
  function tiles(map, options) {
    return L.tileLayer(options.url, { attribution: escaped(options.attribution), maxZoom: 19, pane: pane(map, "hs-tiles", 150) });
  }

  function districts(map, options) {
    var name = pane(map, "hs-districts", 380, true);
    var over = options.outline_only;
    var layer = L.geoJSON(null, {
      pane: name, renderer: L.canvas({ pane: name, padding: 0.4 }), interactive: false,
      style: { color: "#7d8791", weight: 1, opacity: 1, fill: !over, fillColor: "#f8f7f3", fillOpacity: 1 },
      pointToLayer: function () { return L.layerGroup(); }
    });
    options.sources.forEach(function (where) {
      loaded(map, where, function (data) {
        layer.addData(data);
        var all = layer.getBounds();
        map.hs.around = [all.getWest(), all.getSouth(), all.getEast(), all.getNorth()];
        if (!map.hs.settings.fit && !map.hs.moved) fit(map);
      }, "The district outlines");
    });
    return layer;
  }

  function names(map, options) {
    var name = pane(map, "hs-names", 450, true);
    var group = L.layerGroup();
    var labels = [];
    function place() {
      labels.forEach(function (label) {
        var corner = map.latLngToLayerPoint(label.bounds.getNorthWest());
        var other = map.latLngToLayerPoint(label.bounds.getSouthEast());
        var room = other.x - corner.x > label.width * 1.15 && other.y - corner.y > 26;
        if (room) group.addLayer(label.marker); else group.removeLayer(label.marker);
      });
    }
    options.sources.forEach(function (where) {
      loaded(map, where, function (data) {
        data.features.forEach(function (feature) {
          var text = feature.properties.name;
          if (!text || !feature.geometry) return;
          var ring = largestRing(feature.geometry);
          if (!ring) return;
          var point = labelPoint(ring);
          var inside = make("span", "", text);
          var icon = L.divIcon({ className: "hs-name", html: inside, iconSize: [0, 0] });
          labels.push({
            width: 7 * text.length + 12,
            bounds: L.latLngBounds(ring.map(function (p) { return [p[1], p[0]]; })),
            marker: L.marker([point[1], point[0]], { icon: icon, pane: name, interactive: false, keyboard: false })
          });
        });
        place();
      }, "The district names");
    });
    map.on("zoomend", place);
    return group;
  }

  function ringArea(ring) {
    var sum = 0;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
    return Math.abs(sum / 2);
  }
  function largestRing(geometry) {
    var rings = geometry.type === "Polygon" ? [geometry.coordinates[0]]
      : geometry.type === "MultiPolygon" ? geometry.coordinates.map(function (part) { return part[0]; }) : [];
    return rings.reduce(function (best, ring) { return !best || ringArea(ring) > ringArea(best) ? ring : best; }, null);
  }
  /* The point of a coarse lattice that lies deepest inside the ring: a label there stays on its district. */
  function labelPoint(ring) {
    var xs = ring.map(function (p) { return p[0]; }), ys = ring.map(function (p) { return p[1]; });
    var west = Math.min.apply(null, xs), south = Math.min.apply(null, ys);
    var width = Math.max.apply(null, xs) - west, height = Math.max.apply(null, ys) - south;
    var best = ring[0], depth = -Infinity;
    for (var i = 1; i < 16; i++) {
      for (var j = 1; j < 16; j++) {
        var point = [west + width * i / 16, south + height * j / 16];
        var here = depthInside(ring, point);
        if (here > depth) { depth = here; best = point; }
      }
    }
    return best;
  }
  function depthInside(ring, p) {
    var inside = false, nearest = Infinity;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      var a = ring[i], b = ring[j];
      if ((a[1] > p[1]) !== (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
      var dx = b[0] - a[0], dy = b[1] - a[1], span = dx * dx + dy * dy;
      var t = span ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / span)) : 0;
      nearest = Math.min(nearest, Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy));
    }
    return inside ? nearest : -nearest;
  }

  /* A layer's features */
  function shapes(map, options, look, keep) {
    var name = pane(map, options.pane, options.z);
    var layer = L.geoJSON(null, {
      pane: name, renderer: L.canvas({ pane: name, padding: 0.3, tolerance: hovers ? 2 : 8 }),
      filter: function (feature) { return Boolean(feature.geometry) && keep(feature.properties); },
      style: function (feature) { return look(feature.properties); },
      onEachFeature: function (feature, shape) { introduce(map, feature, shape); }
    });
    loaded(map, map.hs.settings.features, function (data) {
      /* Hotspots may overlap: the first ones are drawn last, above the others. */
      var features = data.features.slice();
      if (map.hs.settings.noun === "hotspots") features.reverse();
      layer.addData(features);
      var size = 0;
      layer.eachLayer(function (shape) {
        if (!size) {
          var box = shape.getBounds();
          size = map.distance(box.getSouthWest(), box.getSouthEast());
        }
      });
      function thicken() { layer.setStyle({ weight: lineWidth(map, size) }); }
      map.hs.restyle.push(thicken);
      map.on("zoomend", thicken);
      thicken();
    }, "The hotspots");
    return layer;
  }
  /* A cell smaller than a few pixels gets a wider line of its own colour, so that it is still seen. */
  function lineWidth(map, metres) {
    var perPixel = 40075016.7 * Math.cos(map.getCenter().lat * Math.PI / 180) / Math.pow(2, map.getZoom() + 8);
    var pixels = metres / perPixel;
    return pixels < 2 ? 2.5 : pixels < 5 ? 1.5 : 0.7;
  }

  /* How a feature looks: by the word it has, or by the range its number lies in. */
  var UNKNOWN = { colour: "#8c929b", opacity: 0.22, label: "Not known", sentence: "Not known", quiet: true };
  function lookOf(map, p) {
    var scale = map.hs.settings.scale, value = p[scale.field];
    if (!known(value)) return UNKNOWN;
    if (!scale.breaks) {
      return scale.looks.find(function (look) { return look.value === value; }) || UNKNOWN;
    }
    var i = 0;
    while (i < scale.breaks.length && value >= scale.breaks[i]) i++;
    return scale.looks[i];
  }
  function painted(map, pane, z, keep) {
    var whole = map.hs.settings.noun === "hotspots";
    return shapes(map, { pane: pane, z: z },
      function (p) {
        var look = lookOf(map, p);
        var edge = whole ? { color: "#6b0f1f", opacity: 0.9, weight: 1 } : { color: look.colour, opacity: look.opacity, weight: 0.7 };
        return Object.assign(edge, { fillColor: look.colour, fillOpacity: look.opacity });
      },
      function (p) { return keep(lookOf(map, p)); });
  }
  function hotcells(map) { return painted(map, "hs-hot", 420, function (look) { return !look.quiet; }); }
  function restcells(map) { return painted(map, "hs-rest", 400, function (look) { return look.quiet; }); }
  function clusters(map) { return painted(map, "hs-hot", 420, function () { return true; }); }

  function introduce(map, feature, shape) {
    var rank = feature.properties[map.hs.settings.rank];
    if (rank) (map.hs.byHotspot[rank] = map.hs.byHotspot[rank] || []).push(shape);
    if (hovers) shape.bindTooltip(function () { return brief(map, feature); }, { sticky: true, direction: "top", offset: [0, -6] });
    shape.bindPopup(function () { return full(map, feature); }, roomFor(map));
    shape.on("popupopen", function () { outline(map, [shape]); });
    shape.on("popupclose", function () { outline(map, []); });
  }
  function roomFor(map) {
    var size = map.getSize();
    return { maxWidth: size.x < 500 ? 236 : 300, minWidth: 200, maxHeight: Math.max(160, size.y - 90), autoPanPadding: [12, 12] };
  }

  /* The outer edge of some shapes: an edge that two of them share is inside. */
  function outline(map, chosen) {
    if (map.hs.outline) map.hs.outline.remove();
    var edges = {};
    function add(points) {
      if (Array.isArray(points[0])) { points.forEach(add); return; }
      points.forEach(function (from, i) {
        var to = points[(i + 1) % points.length];
        var ends = [from.lat + "," + from.lng, to.lat + "," + to.lng].sort().join(" ");
        if (edges[ends]) delete edges[ends]; else edges[ends] = [from, to];
      });
    }
    chosen.forEach(function (shape) { add(shape.getLatLngs()); });
    var lines = Object.keys(edges).map(function (ends) { return edges[ends]; });
    map.hs.outline = L.polyline(lines, {
      pane: pane(map, "hs-outline", 440, true), interactive: false, color: INK, weight: 2.5, lineCap: "square"
    }).addTo(map);
  }

  function brief(map, feature) {
    var p = feature.properties;
    var box = make("div", "hs-brief");
    box.appendChild(make("strong", "", headed(map, p)));
    box.appendChild(make("span", "", map.hs.settings.noun === "hotspots"
      ? "Hotspot " + p.rank + (known(p.district_name) ? ", " + p.district_name : "")
      : coloured(map, p, "label")));
    return box;
  }
  function singular(map) { return map.hs.settings.noun.replace(/s$/, ""); }
  function headed(map, p) {
    if (known(p.incidents)) return many(p.incidents, "incident", "incidents");
    return known(p.district_name) ? p.district_name : "This " + singular(map);
  }
  /* What the colour of a feature says: the words of its look, or the number itself. */
  function coloured(map, p, words) {
    var scale = map.hs.settings.scale;
    var field = map.hs.settings.fields.find(function (each) { return each.name === scale.field; });
    if (!scale.breaks || !known(p[scale.field]) || !field) return lookOf(map, p)[words];
    return field.title + ": " + valued(p[scale.field], field);
  }
  function full(map, feature) {
    var p = feature.properties, look = lookOf(map, p), settings = map.hs.settings;
    if (settings.noun === "hotspots") return whole(map, p, look.colour, look.opacity, settings.fields);
    var title = known(p.incidents) ? headed(map, p) + " in this " + singular(map) : headed(map, p);
    var others = settings.fields.filter(function (field) { return field.name !== settings.scale.field; });
    return popup(title, look.colour, look.opacity, coloured(map, p, "sentence"), rowsOf(map, p, others));
  }

  /* A value in words, by the unit of its field. */
  function valued(value, field) {
    var unit = field.unit, name = field.name;
    if (typeof value !== "number") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : String(value);
    if (unit === "share") return said(value * 100) + " %";
    if (unit === "times") return inKm2(value) + " ×";
    if (/^p(_|$)/.test(name)) return probability(value);
    if (unit === "incidents" || unit === "cells" || unit === "points") return many(value, unit.replace(/s$/, ""), unit);
    if (unit === "standard deviations") return said(value, 2);
    if (field.type === "integer") return said(value, 0) + (unit ? " " + unit : "");
    return inKm2(value) + (unit ? " " + unit : "");
  }
  /* What some fields say together is said in one row. */
  var TOGETHER = {
    neighbour_incidents: function (p, settings) {
      var rows = [["Around it", many(p.neighbour_incidents, "incident", "incidents") +
        (known(p.neighbours) ? " in " + many(p.neighbours, "cell", "cells") : "")]];
      var mean = settings.mean_per_cell;
      if (known(mean) && known(p.neighbours)) {
        var expected = Math.round(mean * p.neighbours * 10) / 10;
        rows.push(["By chance", many(expected, "incident", "incidents") + " expected there"]);
      }
      return rows;
    },
    neighbours: function (p) { return known(p.neighbour_incidents) ? [] : [["Neighbours", many(p.neighbours, "cell", "cells")]]; },
    top_offence: function (p) {
      return [["Mostly", p.top_offence + (known(p.top_offence_share) ? " (" + said(p.top_offence_share * 100, 0) + " %)" : "")]];
    },
    top_offence_share: function () { return []; },
    top_offences: function (p) { return [["Mostly", p.top_offences]]; },
    harm: function (p) { return p.harm === p.incidents ? [] : [["Harm", said(p.harm)]]; },
    hotspot: function (p) { return p.hotspot ? [["Hotspot", said(p.hotspot)]] : []; }
  };
  function rowsOf(map, p, fields) {
    var rows = [];
    fields.forEach(function (field) {
      if (!known(p[field.name])) return;
      var together = TOGETHER[field.name];
      rows = rows.concat(together ? together(p, map.hs.settings) : [[field.title, valued(p[field.name], field)]]);
    });
    return rows;
  }
  function popup(title, colour, opacity, sentence, rows) {
    var box = make("div", "hs-popup");
    box.appendChild(make("h2", "", title));
    var line = make("p", "hs-popup-class");
    line.appendChild(swatch(colour, opacity));
    line.appendChild(make("span", "", sentence));
    box.appendChild(line);
    var list = make("dl");
    rows.forEach(function (row) {
      if (!known(row[1])) return;
      list.appendChild(make("dt", "", row[0]));
      list.appendChild(make("dd", "", row[1]));
    });
    box.appendChild(list);
    return box;
  }
  /* All that is known of one ranked hotspot, whichever way it was found. */
  function whole(map, p, colour, opacity, fields) {
    return popup(
      headed(map, p), colour, opacity,
      "Hotspot " + p.rank + " of " + said(map.hs.settings.total) + (known(p.confidence) ? ", " + p.confidence + " confidence" : ""),
      rowsOf(map, p, fields));
  }
  function day(text) {
    var when = new Date(String(text).slice(0, 10) + "T00:00:00Z");
    return isNaN(when) ? text : when.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  }

  /* Numbered badges: the ranked hotspots, reachable by keyboard. */
  function badges(map, options) {
    var name = pane(map, "hs-badges", 610);
    var group = L.layerGroup();
    var made = options.places.map(function (place) {
      var inside = make("span", "", place.label);
      if (place.colour) inside.style.backgroundColor = place.colour;
      var marker = L.marker([place.lat, place.lon], {
        icon: L.divIcon({ className: "hs-badge", html: inside, iconSize: [26, 33], iconAnchor: [13, 33], popupAnchor: [0, -28] }),
        pane: name, keyboard: true, title: place.words, alt: place.words, zIndexOffset: 1000 - 10 * place.order, riseOnHover: true
      });
      marker.on("add", function () {
        var node = marker.getElement();
        node.setAttribute("role", "button");
        node.setAttribute("aria-label", place.words);
      });
      if (place.rank && !place.url) {
        marker.on("click", function () { visit(map, place.rank); });
        /* Leaflet opens popups on Enter, and does nothing else. */
        marker.on("keypress", function (event) {
          if (event.originalEvent.key === "Enter" || event.originalEvent.key === " ") visit(map, place.rank);
        });
      }
      else marker.bindPopup(function () { return entryPopup(place); }, { maxWidth: 240 });
      return { place: place, marker: marker };
    });
    /* Where badges would lie on each other the higher rank keeps its place. A badge of another
       layer steps aside; one of the same layer waits until the map is zoomed in. */
    function thin() {
      var taken = [];
      made.forEach(function (item) {
        var point = map.latLngToLayerPoint(item.marker.getLatLng());
        var step = (item.place.url ? ASIDE : [[0, 0]]).find(function (aside) {
          return taken.every(function (other) { return point.add(aside).distanceTo(other.point) > 25; });
        });
        var crowded = taken.some(function (other) { return other.url === item.place.url && point.distanceTo(other.point) < 60; });
        if (!step || (item.place.url && crowded)) { group.removeLayer(item.marker); return; }
        taken.push({ point: point.add(step), url: item.place.url });
        group.addLayer(item.marker);
        item.step = step;
        shift(item);
      });
    }
    function shift(item) {
      var node = item.marker.getElement();
      if (!node) return;
      node.style.marginLeft = item.step[0] - 13 + "px";
      node.style.marginTop = item.step[1] - 33 + "px";
    }
    made.forEach(function (item) { item.marker.on("add", function () { if (item.step) shift(item); }); });
    map.on("zoomend", thin);
    thin();
    return group;
  }
  function entryPopup(place) {
    var box = make("div", "hs-popup");
    box.appendChild(make("h2", "", place.title));
    box.appendChild(make("p", "", place.words));
    var link = make("a", "hs-open", "Open this layer");
    link.href = place.url;
    link.target = "_top";
    box.appendChild(link);
    return box;
  }
  function boxes(map, options) {
    var group = L.layerGroup();
    options.places.forEach(function (place) {
      L.rectangle([[place.bbox[1], place.bbox[0]], [place.bbox[3], place.bbox[2]]], { color: place.colour, weight: 2, fillOpacity: 0.08 })
        .bindPopup(function () { return entryPopup(place); }).addTo(group);
    });
    return group;
  }

  /* Goes to a ranked hotspot, outlines all of it and says what is known of it, above it. */
  function visit(map, rank) {
    var parts = map.hs.byHotspot[rank];
    var about = map.hs.settings.hotspots[rank];
    if (!parts || !about) return;
    map.hs.moved = true;
    map.closePopup();
    var box = L.featureGroup(parts).getBounds();
    var above = Math.min(270, map.getSize().y * 0.5);
    map.fitBounds(box, { maxZoom: 15, paddingTopLeft: [40, above], paddingBottomRight: [40, 40], animate: false });
    var style = parts.reduce(function (best, part) {
      return (part.feature.properties.incidents || 0) > (best.feature.properties.incidents || 0) ? part : best;
    }).options;
    var words = L.popup(roomFor(map)).setLatLng([box.getNorth(), box.getCenter().lng]);
    words.setContent(whole(map, about, style.fillColor, style.fillOpacity, map.hs.settings.hotspot_fields)).openOn(map);
    outline(map, parts);
    words.on("remove", function () { outline(map, []); });
    document.querySelectorAll(".hs-go").forEach(function (button) {
      if (Number(button.dataset.rank) === rank) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }

  function legend(map) {
    var words = map.hs.settings.legend;
    if (!words || !words.entries.length) return;
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var box = make("details", "hs-legend leaflet-bar");
      box.open = map.getSize().x >= (framed && shared ? 800 : 560) && map.getSize().y >= 360;
      var summary = make("summary", "", words.title + (words.unit && map.hs.settings.scale.breaks ? ", " + words.unit : ""));
      var chips = make("span", "hs-chips");
      words.entries.forEach(function (entry) { chips.appendChild(swatch(entry.colour, entry.opacity)); });
      summary.appendChild(chips);
      box.appendChild(summary);
      var list = make("ul");
      words.entries.forEach(function (entry) {
        var item = make("li");
        item.appendChild(swatch(entry.colour, entry.opacity));
        item.appendChild(make("span", "", entry.label));
        item.appendChild(make("span", "hs-count", many(entry.count, words.noun.replace(/s$/, ""), words.noun)));
        list.appendChild(item);
      });
      box.appendChild(list);
      (map.hs.settings.notes || []).forEach(function (note) { box.appendChild(make("p", "", note)); });
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  /* Where layers lie in several regions the map opens on one of them; this button shows the others. */
  function whereabouts(map) {
    var settings = map.hs.settings;
    if (!settings.all || String(settings.all) === String(settings.fit)) return;
    var near = settings.fit;
    var control = L.control({ position: "topright" });
    control.onAdd = function () {
      var button = make("button", "hs-whereabouts leaflet-bar", "Show all regions");
      button.type = "button";
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", function () {
        var wide = settings.fit === near;
        settings.fit = wide ? settings.all : near;
        button.textContent = wide ? "Back to one region" : "Show all regions";
        fit(map);
      });
      return button;
    };
    control.addTo(map);
  }

  function finish(map) {
    var settings = map.hs.settings;
    whereabouts(map);
    L.control.scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
    legend(map);
    var list = document.querySelector(".hs-list");
    if (list) {
      list.open = !narrow.matches;
      narrow.addEventListener("change", function () { list.open = !narrow.matches; });
    }
    document.querySelectorAll(".hs-go").forEach(function (button) {
      button.addEventListener("click", function () {
        if (list && narrow.matches) list.open = false;
        visit(map, Number(button.dataset.rank));
      });
    });
    document.querySelectorAll("[data-colour]").forEach(function (node) { node.style.backgroundColor = node.dataset.colour; });
    if (settings.features) tell(map, "Loading the map…");
    Promise.all(map.hs.waiting).then(function () {
      tell(map, settings.empty || "");
      map.getContainer().dataset.ready = "true";
    });
  }

  window.HotspotMap = {
    options: { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, minZoom: 1, maxZoom: 18, zoomSnap: 0.5 },
    begin: begin, tiles: tiles, districts: districts, names: names, hotcells: hotcells, restcells: restcells,
    clusters: clusters, badges: badges, boxes: boxes, finish: finish
  };
})();
