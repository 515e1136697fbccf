"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("js");

  // one click shows all code; without a script the style sheet does it
  var all = document.getElementById("all-code");
  function showCode() {
    document.querySelectorAll("details.code").forEach(function (part) { part.open = all.checked; });
  }
  if (all) {
    all.addEventListener("change", showCode);
    if (all.checked) showCode();
  }

  // what is folded on the screen stands open on paper
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("details.folded:not([open]),.links details:not([open])"));
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
    opened = [];
  });

  // sorting: a head sorts up, then down, then gives the order of the report back
  var collator = new Intl.Collator(root.lang, { numeric: true });
  var VERDICTS = ["achieved", "ahead", "on_track", "attention", "behind", "not_assessable"];
  var SCALES = {
    "万亿": 1e12, "亿": 1e8, "万": 1e4, "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3
  };
  var NUMBER = /^([<>≈约]?)\s*([+\-−]?)(\d[\d,]*(?:\.\d+)?)\s*(万亿|亿|万|trillion|billion|million|thousand)?(.*)$/;
  var DATE = /^\d{4}(-\d|年|Q\d|—|–)/;

  function said(cell) {
    var copy = cell.cloneNode(true);
    copy.querySelectorAll(".links,details,[aria-hidden]").forEach(function (part) { part.remove(); });
    return copy.textContent.trim() || cell.textContent.trim();
  }

  function isMissing(text) {
    return text === "" || text === "—" || text === "-" || text === "n/a" || text === "不计算";
  }

  function verdict(cell) {
    var word = cell.querySelector(".v");
    if (!word) return null;
    return VERDICTS.findIndex(function (name) { return word.classList.contains("v-" + name); });
  }

  function number(text) {
    var found = NUMBER.exec(text);
    if (!found) return null;
    var size = Number(found[3].replace(/,/g, "")) * (SCALES[found[4]] || 1);
    var value = found[2] === "-" || found[2] === "−" ? -size : size;
    var step = Math.abs(value) * 1e-9 + 1e-9;
    return { value: found[1] === "<" ? value - step : found[1] === ">" ? value + step : value, rest: found[5] };
  }

  // what a column is sorted by: verdicts by their rank, numbers by size, all else as text; null comes last
  function keys(rows, column) {
    var cells = rows.map(function (row) { return row.cells[column]; });
    var texts = cells.map(said);
    var present = texts.filter(function (text) { return !isMissing(text); });
    var ranks = cells.map(verdict);
    if (ranks.every(function (rank, i) { return rank !== null || isMissing(texts[i]); })) return ranks;
    var dated = present.some(function (text) { return DATE.test(text); });
    var numeric = !dated && (cells[0].classList.contains("num") || present.every(function (text) {
      var found = number(text);
      return found !== null && !/\d/.test(found.rest);
    }));
    return texts.map(function (text) {
      if (isMissing(text)) return null;
      if (!numeric) return text;
      var found = number(text);
      return found && found.value;
    });
  }

  function sorted(rows, column, down) {
    var by = keys(rows, column);
    var order = rows.map(function (_, i) { return i; });
    order.sort(function (a, b) {
      var x = by[a], y = by[b];
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      var apart = typeof x === "string" ? collator.compare(x, y) : x - y;
      return (down ? -apart : apart) || a - b;
    });
    return order.map(function (i) { return rows[i]; });
  }

  function isSortable(table) {
    var head = table.tHead && table.tHead.rows, body = table.tBodies[0];
    if (!head || head.length !== 1 || table.tBodies.length !== 1 || body.rows.length < 3) return false;
    if (table.hasAttribute("data-fixed")) return false;
    return Array.from(body.rows).every(function (row) {
      return row.cells.length === head[0].cells.length && Array.from(row.cells).every(function (cell) {
        return cell.colSpan === 1 && cell.rowSpan === 1;
      });
    });
  }

  function makeSortable(table) {
    var body = table.tBodies[0], rows = Array.from(body.rows), heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      if (!head.textContent.trim()) return;
      var button = document.createElement("button");
      button.type = "button";
      button.title = document.body.getAttribute("data-sort") || "";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var now = head.getAttribute("aria-sort");
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        var next = now === "ascending" ? "descending" : now === "descending" ? "" : "ascending";
        if (next) head.setAttribute("aria-sort", next);
        var shown = next ? sorted(rows, column, next === "descending") : rows;
        shown.forEach(function (row) { body.appendChild(row); });
      });
    });
  }

  document.querySelectorAll("table.cbs").forEach(function (table) {
    if (isSortable(table)) makeSortable(table);
  });
})();
